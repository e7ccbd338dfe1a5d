// The matrix as a drawing: every customer by current and potential value, two cuts, four classes.
"use strict";

globalThis.crmPlot = (canvas, onPick) => {
  const { className, count, head, onTheme, say } = crmPage;
  const context = canvas.getContext("2d");
  const pad = { left: 46, right: 14, top: 14, bottom: 42 };
  const colours = {};
  let view = { scores: null, classes: [], cuts: {}, changed: [], picked: new Set(), focus: null };
  let box = null;
  let size = { width: 0, height: 0 };
  let bounds = { x: [0, 100], y: [0, 100] };

  const left = () => pad.left;
  const across = () => size.width - pad.left - pad.right;
  const down = () => size.height - pad.top - pad.bottom;
  const x = (value) => left() + ((value - bounds.x[0]) / (bounds.x[1] - bounds.x[0])) * across();
  const y = (value) => pad.top + (1 - (value - bounds.y[0]) / (bounds.y[1] - bounds.y[0])) * down();

  function readColours() {
    const style = getComputedStyle(document.body);
    for (const name of ["q0", "q1", "q2", "q3", "ink", "muted", "grid", "paper", "accent"]) {
      colours[name] = style.getPropertyValue(`--crm-${name}`).trim();
    }
  }

  function fit() {
    const ratio = globalThis.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    size = { width, height };
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw();
  }

  // Bounds that hold all customers and both cuts, at whole tens, so that the picture does not jump at every step.
  function fitBounds() {
    const range = (values, cut) => [
      Math.floor(Math.min(cut, ...values) / 10) * 10,
      Math.ceil(Math.max(cut, ...values) / 10 + 0.01) * 10,
    ];
    bounds = { x: range(view.scores.current, view.cuts.current), y: range(view.scores.potential, view.cuts.potential) };
  }

  function mark(quadrant, at, up, radius) {
    context.beginPath();
    if (quadrant === 0) context.arc(at, up, radius, 0, 7);
    else if (quadrant === 1) context.rect(at - radius * 0.9, up - radius * 0.9, radius * 1.8, radius * 1.8);
    else {
      const points = quadrant === 2 ? [[0, -1.2], [1.1, 0.9], [-1.1, 0.9]] : [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]];
      points.forEach(([dx, dy], k) => context[k ? "lineTo" : "moveTo"](at + dx * radius, up + dy * radius));
      context.closePath();
    }
  }

  function drawGround() {
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, size.width, size.height);
    const [cx, cy] = [x(view.cuts.current), y(view.cuts.potential)];
    const [right, bottom] = [left() + across(), pad.top + down()];
    const areas = [[cx, pad.top, right, cy], [cx, cy, right, bottom], [left(), pad.top, cx, cy], [left(), cy, cx, bottom]];
    areas.forEach(([x0, y0, x1, y1], quadrant) => {
      context.globalAlpha = quadrant === 3 ? 0.06 : 0.08;
      context.fillStyle = colours[`q${quadrant}`];
      context.fillRect(x0, y0, x1 - x0, y1 - y0);
    });
    context.globalAlpha = 1;
  }

  function drawAxes() {
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = colours.muted;
    context.textAlign = "center";
    for (let tick = bounds.x[0]; tick <= bounds.x[1]; tick += 10) context.fillText(tick, x(tick), size.height - 24);
    context.fillText(say("axis", { what: head("current") }), left() + across() / 2, size.height - 6);
    context.textAlign = "right";
    for (let tick = bounds.y[0]; tick <= bounds.y[1]; tick += 10) context.fillText(tick, left() - 7, y(tick) + 4);
    context.save();
    context.translate(12, pad.top + down() / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(say("axis", { what: head("potential") }), 0, 0);
    context.restore();
  }

  function drawCuts() {
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x(view.cuts.current), pad.top);
    context.lineTo(x(view.cuts.current), pad.top + down());
    context.moveTo(left(), y(view.cuts.potential));
    context.lineTo(left() + across(), y(view.cuts.potential));
    context.stroke();
  }

  function drawNames() {
    context.font = "600 17px system-ui, sans-serif";
    const corners = [["right", left() + across() - 10, pad.top + 22], ["right", left() + across() - 10, pad.top + down() - 10],
      ["left", left() + 10, pad.top + 22], ["left", left() + 10, pad.top + down() - 10]];
    corners.forEach(([align, at, up], quadrant) => {
      context.textAlign = align;
      context.lineWidth = 4;
      context.strokeStyle = colours.paper;
      context.strokeText(className(quadrant), at, up);
      context.fillStyle = quadrant === 3 ? colours.muted : colours[`q${quadrant}`];
      context.fillText(className(quadrant), at, up);
    });
  }

  function drawCustomers() {
    const radius = size.width < 480 ? 2.6 : 3.6;
    for (let i = 0; i < count; i++) {
      const quadrant = view.classes[i];
      mark(quadrant, x(view.scores.current[i]), y(view.scores.potential[i]), radius);
      context.fillStyle = colours[`q${quadrant}`];
      context.globalAlpha = view.picked.size && !view.picked.has(i) ? 0.22 : 0.9;
      context.fill();
      context.lineWidth = view.changed[i] ? 1.6 : 0.5;
      context.strokeStyle = view.changed[i] ? colours.accent : colours.ink;
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  function drawFocus() {
    if (view.focus === null) return;
    context.beginPath();
    context.arc(x(view.scores.current[view.focus]), y(view.scores.potential[view.focus]), 9, 0, 7);
    context.lineWidth = 2.5;
    context.strokeStyle = colours.ink;
    context.stroke();
  }

  function drawBox() {
    if (!box) return;
    context.strokeStyle = colours.accent;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.strokeRect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
    context.setLineDash([]);
  }

  function draw() {
    if (!view.scores || !size.width) return;
    fitBounds();
    [drawGround, drawAxes, drawCustomers, drawCuts, drawNames, drawFocus, drawBox].forEach((step) => step());
  }

  // The customer drawn nearest to a place of the canvas, within some pixels.
  function nearest(px, py, within = 12) {
    let best = { i: null, distance: within * within };
    for (let i = 0; i < count; i++) {
      const distance = (x(view.scores.current[i]) - px) ** 2 + (y(view.scores.potential[i]) - py) ** 2;
      if (distance < best.distance) best = { i, distance };
    }
    return best.i;
  }

  // The nearest customer in a direction: within a right angle around it, so that arrow keys reach everybody.
  function neighbour(from, dx, dy) {
    let best = { i: from, distance: Infinity };
    for (let i = 0; i < count; i++) {
      const [ax, ay] = [x(view.scores.current[i]) - x(view.scores.current[from]), y(view.scores.potential[i]) - y(view.scores.potential[from])];
      const along = ax * dx + ay * dy;
      const distance = ax * ax + ay * ay;
      if (i !== from && along > 0 && 2 * along * along >= distance && distance < best.distance) best = { i, distance };
    }
    return best.i;
  }

  const inside = () =>
    [...Array(count).keys()].filter((i) => {
      const [px, py] = [x(view.scores.current[i]), y(view.scores.potential[i])];
      return px >= Math.min(box.x0, box.x1) && px <= Math.max(box.x0, box.x1) && py >= Math.min(box.y0, box.y1) && py <= Math.max(box.y0, box.y1);
    });

  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    box = { x0: event.offsetX, y0: event.offsetY, x1: event.offsetX, y1: event.offsetY };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (box) {
      [box.x1, box.y1] = [event.offsetX, event.offsetY];
      draw();
    } else onPick.hover(nearest(event.offsetX, event.offsetY));
  });
  canvas.addEventListener("pointerup", (event) => {
    const dragged = box && Math.hypot(box.x1 - box.x0, box.y1 - box.y0) > 5;
    if (dragged) onPick.brush(inside());
    else onPick.click(nearest(event.offsetX, event.offsetY, event.pointerType === "touch" ? 24 : 12));
    box = null;
    draw();
  });
  canvas.addEventListener("pointerleave", () => onPick.hover(null));
  new ResizeObserver(fit).observe(canvas);
  onTheme(() => { readColours(); draw(); });

  return {
    neighbour,
    place: (i) => ({ x: x(view.scores.current[i]), y: y(view.scores.potential[i]) }),
    show: (next) => { view = { ...view, ...next }; draw(); },
  };
};
