// How customers are scored, cut and classed: the rules of crmlib.value.model and crmlib.matrix.classes, bit by bit.
// Sums run in numpy's order and scores are rounded as numpy rounds, so that a customer on a cut gets the same class.
"use strict";

globalThis.crmRule = (() => {
  const SCALE = 1e9;
  const QUADRANTS = ["high_high", "high_low", "low_high", "low_low"];

  // numpy's round: scale, nearest whole number with halves to even, scale back.
  function round9(value) {
    const scaled = value * SCALE;
    let whole = Math.round(scaled);
    if (whole - scaled === 0.5 && whole % 2 !== 0) whole -= 1;
    return whole / SCALE;
  }

  // Python's round, which looks at the exact decimals.
  const round9Exactly = (value) => Number(value.toFixed(9));

  // numpy's pairwise sum.
  function sum(values, from = 0, count = values.length) {
    if (count < 8) {
      let total = 0;
      for (let i = 0; i < count; i++) total += values[from + i];
      return total;
    }
    if (count > 128) {
      let half = count >> 1;
      half -= half % 8;
      return sum(values, from, half) + sum(values, from + half, count - half);
    }
    const part = Array.from({ length: 8 }, (_, k) => values[from + k]);
    let i = 8;
    for (; i < count - (count % 8); i += 8) for (let k = 0; k < 8; k++) part[k] += values[from + i + k];
    let total = part[0] + part[1] + (part[2] + part[3]) + (part[4] + part[5] + (part[6] + part[7]));
    for (; i < count; i++) total += values[from + i];
    return total;
  }

  const childrenOf = (tree, code) => tree.filter((node) => node.parent === code).map((node) => node.code);

  // Score of a node for every customer: the weighted mean of its known children; NaN where none is known.
  function nodeScores(model, local, code) {
    if (model.points[code]) return model.points[code];
    const children = childrenOf(model.tree, code);
    const below = children.map((child) => nodeScores(model, local, child));
    return below[0].map((_, customer) => {
      const known = below.map((scores) => scores[customer] !== null && !Number.isNaN(scores[customer]));
      const weights = children.map((child, k) => (known[k] ? local[child] : 0));
      const total = sum(weights);
      return total > 0 ? sum(weights.map((weight, k) => (known[k] ? weight * below[k][customer] : 0))) / total : NaN;
    });
  }

  // Current, potential and total value of every customer, rounded.
  function scores(model, local) {
    const axes = childrenOf(model.tree, "value");
    const [current, potential] = axes.map((axis) => nodeScores(model, local, axis));
    const total = current.map((value, i) => round9(local[axes[0]] * value + local[axes[1]] * potential[i]));
    return { current: current.map(round9), potential: potential.map(round9), total };
  }

  // Weights of siblings from the positions of their sliders: they sum to 1, and are equal where all are 0.
  function shares(positions) {
    const total = sum(positions);
    return positions.map((position) => (total > 0 ? position / total : 1 / positions.length));
  }

  function quantile(ascending, share) {
    const at = (ascending.length - 1) * share;
    const below = Math.floor(at);
    const low = ascending[below];
    const high = ascending[Math.min(below + 1, ascending.length - 1)];
    const part = at - below;
    return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
  }

  // Halfway between the means of the two groups with most variance between them.
  function twoMeans(ascending) {
    const n = ascending.length;
    const whole = sum(ascending);
    let best = { spread: -Infinity, cut: ascending[0] };
    let running = 0;
    for (let split = 1; split < n; split++) {
      running += ascending[split - 1];
      if (ascending[split] === ascending[split - 1]) continue;
      const low = running / split;
      const high = (whole - running) / (n - split);
      const spread = split * (n - split) * (high - low) ** 2;
      if (spread > best.spread) best = { spread, cut: (low + high) / 2 };
    }
    return best.cut;
  }

  // Cut of one axis by a rule, its kind (median, mean, p, top, midpoint, kmeans) and number.
  function fitCut(values, { kind, number }) {
    const ascending = Float64Array.from(values, round9).sort();
    if (kind === "midpoint") return 50;
    if (kind === "mean") return round9Exactly(sum(ascending) / ascending.length);
    if (kind === "kmeans") return round9Exactly(twoMeans(ascending));
    const fromTop = Math.ceil((ascending.length * number) / 100);
    const cut = kind === "top" ? ascending[ascending.length - fromTop] : quantile(ascending, kind === "median" ? 0.5 : number / 100);
    return round9Exactly(cut);
  }

  // Place of every customer in QUADRANTS; a score on a cut is high.
  function classify(found, cuts) {
    const [current, potential] = [cuts.current, cuts.potential].map(round9Exactly);
    return found.current.map((value, i) => (value >= current ? 0 : 2) + (found.potential[i] >= potential ? 0 : 1));
  }

  return { QUADRANTS, childrenOf, classify, fitCut, nodeScores, scores, shares, sum };
})();
