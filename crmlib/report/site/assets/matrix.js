// The live matrix: weights and cuts move, classes are computed anew by the rules of rule.js.
"use strict";

(() => {
  const { action, badge, className, columns, count, data, el, fixed, has, head, joined, link, missing, percent, place, say, shown, value, whole } = crmPage;
  const { QUADRANTS, childrenOf, classify, fitCut, scores, shares } = crmRule;
  const MOST = 200;
  const axes = childrenOf(data.tree, "value");
  const nodeName = Object.fromEntries(data.tree.map((node) => [node.code, node.name]));
  const report = columns.class;
  const find = (name) => document.getElementById(`crm-${name}`);
  const asReported = () => ({
    local: Object.fromEntries(data.tree.map((node) => [node.code, node.local])),
    cuts: { current: data.cuts.current, potential: data.cuts.potential },
  });
  const state = { ...asReported(), scores: null, classes: [], listed: [], focus: null };

  const plot = crmPlot(find("canvas"), {
    hover: (i) => tell(i ?? state.focus),
    click: (i) => { focus(i); list(i === null ? [] : [i], ""); },
    brush: (found) => list(found, say("in_frame")),
  });

  function compute() {
    state.scores = scores(data, state.local);
    state.classes = classify(state.scores, state.cuts);
    const changed = state.classes.map((quadrant, i) => quadrant !== report[i]);
    plot.show({ scores: state.scores, classes: state.classes, cuts: state.cuts, changed });
    showCounts(changed.filter(Boolean).length);
    showSliders();
    showList();
    tell(state.focus);
  }

  function showCounts(changed) {
    const rows = QUADRANTS.map((_, quadrant) => {
      const now = state.classes.filter((each) => each === quadrant).length;
      const then = report.filter((each) => each === quadrant).length;
      const members = () => list([...Array(count).keys()].filter((i) => state.classes[i] === quadrant), say("now_in", { name: className(quadrant) }));
      const name = say("list_class", { n: whole(now), name: className(quadrant) });
      const difference = now - then;
      return el("tr", {},
        el("th", { scope: "row" }, badge(quadrant)),
        el("td", { class: "crm-number" }, whole(then)),
        el("td", { class: "crm-number" }, whole(now)),
        el("td", { class: "crm-number" }, difference ? `${difference > 0 ? "+" : "−"}${Math.abs(difference)}` : "0"),
        el("td", { class: "crm-number" }, percent(now / count)),
        el("td", {}, el("button", { type: "button", class: "crm-small", "aria-label": name, onclick: members }, say("list"))));
    });
    find("counts").replaceChildren(...rows);
    find("changed").textContent = say(changed === 1 ? "one_changed" : "changed", { n: whole(changed), all: whole(count) });
  }

  // A slider of a weight moves its siblings in proportion, so that they go on summing to 1.
  function weigh(code, siblings, share) {
    const rest = shares(siblings.filter((each) => each !== code).map((each) => state.local[each]));
    const others = siblings.filter((each) => each !== code);
    const positions = siblings.map((each) => (each === code ? share : (1 - share) * rest[others.indexOf(each)]));
    shares(positions).forEach((weight, k) => { state.local[siblings[k]] = weight; });
    compute();
  }

  const sliders = [];
  function slider(label, limits, read, write, show) {
    const id = `crm-slider-${sliders.length}`;
    const output = el("output", { for: id });
    const input = el("input", { type: "range", id, ...limits, oninput: () => write(Number(input.value)) });
    sliders.push(() => {
      if (document.activeElement !== input || Math.abs(input.value - read()) > limits.step) input.value = read();
      output.textContent = show(read());
      input.setAttribute("aria-valuetext", show(read()));
    });
    return el("div", { class: "crm-slider" }, el("label", { for: id }, label), output, input);
  }
  const showSliders = () => sliders.forEach((update) => update());

  function weightSliders(parent, note) {
    const siblings = childrenOf(data.tree, parent);
    const codes = parent === "value" ? siblings.slice(0, 1) : siblings;
    const limits = { min: 0, max: 100, step: 0.1 };
    const made = siblings.length < 2 ? [] : codes.map((code) =>
      slider(nodeName[code], limits, () => 100 * state.local[code], (at) => weigh(code, siblings, at / 100), (at) => `${fixed(at)} %`));
    return made.length ? el("fieldset", {}, el("legend", {}, note), ...made) : "";
  }

  function cutSlider(axis, label) {
    return slider(label, { min: 0, max: 100, step: 0.1 }, () => state.cuts[axis],
      (points) => { state.cuts[axis] = points; compute(); }, (points) => say("points", { n: fixed(points, 2) }));
  }

  function recompute() {
    for (const axis of ["current", "potential"]) state.cuts[axis] = fitCut(state.scores[axis], data.cuts.rules[axis]);
    compute();
  }

  function controls() {
    find("controls").append(
      el("fieldset", {}, el("legend", {}, say("cuts")), cutSlider("current", head("current")), cutSlider("potential", head("potential")),
        el("button", { type: "button", id: "crm-recompute", onclick: recompute }, say("recompute")),
        el("p", { class: "crm-note" }, say("rule", data.cuts.said))),
      weightSliders(axes[0], say("weights_within", { name: nodeName[axes[0]] })),
      weightSliders(axes[1], say("weights_within", { name: nodeName[axes[1]] })),
      weightSliders("value", say("weight_against", { one: nodeName[axes[0]], other: nodeName[axes[1]] })),
      el("p", { class: "crm-note" }, say("weight_note")),
      el("button", { type: "button", id: "crm-reset", onclick: () => { Object.assign(state, asReported()); compute(); } }, say("reset")));
  }

  const words = (i) => [
    `${columns.id[i]} ${shown(value("name", i))}`,
    state.classes[i] === report[i] ? className(report[i]) : say("was_in", { name: className(state.classes[i]), report: className(report[i]) }),
    has("stage") ? value("stage", i) : null,
    say("scores", { current: fixed(state.scores.current[i]), potential: fixed(state.scores.potential[i]), total: fixed(state.scores.total[i]) }),
    action(i),
  ];

  function tell(i) {
    const tip = find("tip");
    tip.hidden = i === null;
    if (i === null) return;
    const [name, ...lines] = words(i).filter((line) => !missing(line));
    tip.replaceChildren(el("strong", {}, name), ...lines.map((line) => el("span", {}, line)));
    const { x, y } = plot.place(i);
    const canvas = find("canvas");
    tip.style.left = `${Math.max(4, Math.min(x + 14, canvas.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y + tip.offsetHeight + 18 > canvas.clientHeight ? Math.max(4, y - tip.offsetHeight - 14) : y + 14}px`;
  }

  function focus(i) {
    state.focus = i;
    plot.show({ focus: i });
    tell(i);
    find("told").textContent = i === null ? "" : joined(words(i));
  }

  function list(found, where) {
    state.listed = found;
    state.where = where;
    plot.show({ picked: new Set(found) });
    showList();
  }

  function showList() {
    const found = [...state.listed].sort((a, b) => state.scores.total[b] - state.scores.total[a]);
    const key = found.length === 1 ? "one_listed" : found.length > MOST ? "first_listed" : "many_listed";
    find("listed").textContent = found.length ? say(key, { n: whole(found.length), where: state.where, first: MOST }) : "";
    find("list").hidden = !found.length;
    find("clear").hidden = !found.length;
    const cells = (i) => [link(i), shown(value("name", i)), badge(state.classes[i]), badge(report[i]), has("stage") && shown(value("stage", i)),
      fixed(state.scores.current[i]), fixed(state.scores.potential[i]), has("action") && shown(action(i))];
    const rows = found.slice(0, MOST).map((i) =>
      el("tr", {}, ...cells(i).filter((cell) => cell !== false).map((cell, k) => el("td", { class: [5 - !has("stage"), 6 - !has("stage")].includes(k) ? "crm-number" : null }, cell))));
    find("rows").replaceChildren(...rows);
  }

  function search(event) {
    event.preventDefault();
    const i = place(find("id").value);
    find("found").textContent = i < 0 ? say("not_found", { id: find("id").value.trim() || "–" }) : "";
    if (i < 0) return;
    focus(i);
    list([i], "");
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function key(event) {
    if (event.key === "Escape") { focus(null); list([], ""); }
    else if (event.key === "Enter" && state.focus !== null) list([...new Set([...state.listed, state.focus])], say("picked"));
    else if (event.key in ARROWS) {
      const middle = () => state.scores.total.indexOf([...state.scores.total].sort((a, b) => a - b)[count >> 1]);
      focus(state.focus === null ? middle() : plot.neighbour(state.focus, ...ARROWS[event.key]));
    } else return;
    event.preventDefault();
  }

  const heads = [head("customer_id"), head("name"), say("class_now"), say("in_report"), has("stage") && head("stage"), head("current"),
    head("potential"), has("action") && head("action")];
  const countHeads = [head("class"), say("in_report"), say("now"), say("change"), say("share"), el("span", { class: "crm-hidden" }, say("list"))];
  find("count-heads").append(...countHeads.map((name) => el("th", { scope: "col" }, name)));
  find("heads").append(...heads.filter(Boolean).map((name) => el("th", { scope: "col" }, name)));
  controls();
  find("search").addEventListener("submit", search);
  find("clear").addEventListener("click", () => { focus(null); list([], ""); });
  find("canvas").addEventListener("keydown", key);
  compute();
  if (location.hash.startsWith("#c")) {
    const i = place(location.hash.slice(2));
    if (i >= 0) { focus(i); list([i], ""); }
  }
  globalThis.crmMatrix = state;
})();
