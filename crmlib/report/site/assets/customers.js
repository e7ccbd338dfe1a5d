// All customers as a list to sort and to filter, and one customer with everything that made its class.
"use strict";

(() => {
  const { badge, className, columns, count, data, el, fixed, has, head, inMoney, joined, missing, money, percent, place, say, sentence, shown, value, whole } = crmPage;
  const FIRST = 150;
  const find = (name) => document.getElementById(`crm-${name}`);
  const leaves = data.tree.filter((node) => data.points[node.code]);
  const nodeOf = Object.fromEntries(data.tree.map((node) => [node.code, node]));
  const axes = data.tree.filter((node) => node.parent === "value");
  const COLUMNS = [
    { key: "id", head: head("customer_id"), show: (i) => el("a", { href: `#c${columns.id[i]}` }, columns.id[i]) },
    { key: "name" },
    { key: "class", show: (i) => badge(columns.class[i]), sort: (i) => columns.class[i], choose: true, words: data.classes },
    { key: "stage", choose: true },
    { key: "total", number: true, show: (i) => fixed(scores.total[i]), sort: (i) => scores.total[i] },
    { key: "current", number: true, show: (i) => fixed(scores.current[i]), sort: (i) => scores.current[i] },
    { key: "potential", number: true, show: (i) => fixed(scores.potential[i]), sort: (i) => scores.potential[i] },
    { key: "sure", number: true, show: (i) => percent(value("sure", i)) },
    { key: "action", choose: true, wide: true },
    { key: "value_at_stake", head: inMoney(head("value_at_stake")), number: true, show: (i) => money(value("value_at_stake", i)) },
    { key: "rm_id", choose: true },
  ];
  const scores = crmRule.scores(data, Object.fromEntries(data.tree.map((node) => [node.code, node.local])));
  const known = COLUMNS.filter(({ key }) => has(key) || key in scores).map((column) => ({ ...column, head: column.head ?? head(column.key) }));
  const state = { sort: "total", down: true, most: FIRST, open: null };
  const chosen = {};
  const texts = columns.id.map((id, i) => [id, value("name", i), value("action", i)].filter(Boolean).join(" ").toLowerCase());

  const read = (column, i) => (column.sort ? column.sort(i) : value(column.key, i));

  // Missing values stand last whichever way the list is sorted; ties by ID.
  function compare(column) {
    return (a, b) => {
      const [x, y] = [read(column, a), read(column, b)];
      if (missing(x) || missing(y)) return missing(x) - missing(y) || a - b;
      const order = typeof x === "number" ? x - y : x < y ? -1 : x > y ? 1 : 0;
      return (state.down ? -order : order) || a - b;
    };
  }

  function matching() {
    const wanted = find("text").value.trim().toLowerCase();
    const kept = [...Array(count).keys()].filter(
      (i) => texts[i].includes(wanted) && Object.entries(chosen).every(([key, pick]) => pick === "" || String(columns[key][i]) === pick));
    return kept.sort(compare(known.find((column) => column.key === state.sort)));
  }

  function showList() {
    const found = matching();
    const key = found.length > state.most ? "first_found" : "found";
    find("shown").textContent = say(key, { n: whole(found.length), all: whole(count), first: state.most });
    find("all").hidden = found.length <= state.most;
    find("rows").replaceChildren(...found.slice(0, state.most).map(row));
    for (const head of find("heads").children) {
      const here = head.dataset.key === state.sort;
      head.setAttribute("aria-sort", here ? (state.down ? "descending" : "ascending") : "none");
    }
  }

  function row(i) {
    const cells = known.map((column) => el("td", { class: column.number ? "crm-number" : column.wide ? "crm-words" : null },
      column.show ? column.show(i) : shown(value(column.key, i))));
    return el("tr", { class: i === state.open ? "crm-open" : null, onclick: () => { location.hash = `c${columns.id[i]}`; } }, ...cells);
  }

  function sortBy(column) {
    if (state.sort === column.key) state.down = !state.down;
    else Object.assign(state, { sort: column.key, down: Boolean(column.number) });
    showList();
  }

  function choice(column) {
    const words = column.words ?? data.words[column.key];
    const options = words.map((word, at) => el("option", { value: at }, word));
    const select = el("select", { id: `crm-choose-${column.key}`, onchange: () => { chosen[column.key] = select.value; showList(); } },
      el("option", { value: "" }, say("all")), ...options);
    return el("label", {}, column.head, select);
  }

  // Points of one axis on a line from 0 to 100 with its cut.
  function axisBar(axis, name) {
    const [score, cut] = [scores[name][state.open], data.cuts[name]];
    const gap = score - cut;
    const where = say(gap < 0 ? "below" : "above", { score: fixed(score), gap: fixed(Math.abs(gap)), cut: fixed(cut) });
    return el("div", { class: "crm-axis" }, el("div", {}, el("b", {}, axis.name), ` ${where}`),
      el("div", { class: "crm-line", "aria-hidden": "true" },
        el("i", { class: "crm-score", style: `width:${score}%` }), el("i", { class: "crm-cut", style: `left:${cut}%` })));
  }

  // Weight of each indicator in this customer's total: what is missing gives its weight to its siblings.
  function weights(i) {
    const found = {};
    const spread = (code, weight) => {
      if (data.points[code]) { found[code] = weight; return; }
      const children = crmRule.childrenOf(data.tree, code).filter((child) => reached(child, i));
      const total = children.reduce((sum, child) => sum + nodeOf[child].local, 0);
      children.forEach((child) => spread(child, (weight * nodeOf[child].local) / total));
    };
    spread("value", 1);
    return found;
  }
  const reached = (code, i) => data.points[code] ? !missing(data.points[code][i]) : crmRule.childrenOf(data.tree, code).some((child) => reached(child, i));

  function steps(i) {
    const share = weights(i);
    const most = Math.max(...leaves.map((leaf) => (share[leaf.code] ?? 0) * 100));
    const rows = leaves.map((leaf) => {
      const points = data.points[leaf.code][i];
      const adds = (share[leaf.code] ?? 0) * (points ?? 0);
      return el("tr", {}, el("td", {}, leaf.name),
        el("td", { class: "crm-number" }, missing(points) ? say("not_known") : sentence(data.raw[leaf.code][i])),
        el("td", { class: "crm-number" }, fixed(points, 0)), el("td", { class: "crm-number" }, percent(share[leaf.code] ?? 0)),
        el("td", { class: "crm-number" }, fixed(adds)),
        el("td", { class: "crm-bar" }, el("i", { style: `width:${(100 * adds) / most}%` })));
    });
    const heads = ["indicator", "value", "score", "weight", "adds", "bar"].map((key, k) =>
      el("th", { scope: "col", class: k && k < 5 ? "crm-number" : null }, el("span", { class: k === 5 ? "crm-hidden" : null }, say(key))));
    return el("div", { class: "crm-scroll", tabindex: "0", role: "region", "aria-label": say("made_score") },
      el("table", { class: "crm-table" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)));
  }

  // The class on the other side of one cut.
  function across(i, name) {
    const quadrant = columns.class[i];
    return className(name === "current" ? quadrant ^ 2 : quadrant ^ 1);
  }

  function moves(i, name, axis) {
    const below = scores[name][i] < data.cuts[name];
    const pair = data.moves.pairs[name][i]?.map(sentence);
    const under = (code) => (code === axis.code ? true : nodeOf[code].parent !== "value" && under(nodeOf[code].parent));
    const alone = leaves.filter((leaf) => under(leaf.code) && !missing(data.moves.alone[leaf.code][i])).map((leaf) => say("alone", { change: sentence(data.moves.alone[leaf.code][i]) }));
    const together = pair ? [say("together", { first: pair[0], second: pair[1] })] : [];
    const ways = [...together, ...alone];
    const what = ways.length ? (below ? "lifts" : "drops") : "too_far";
    return [el("p", { class: "crm-move" }, say(what, { name: across(i, name), axis: axis.name })),
      ways.length ? el("ul", {}, ...ways.map((way) => el("li", {}, way))) : null];
  }

  function facts(i) {
    const amount = (name) => [inMoney(head(name)), has(name) ? money(value(name, i)) : null];
    const rows = [
      ...["stage", "class_last_year", "rm_id", "size"].map((name) => [head(name), value(name, i)]),
      ...["eva", "clv", "mean_deposits", "mean_loan", "headroom"].map(amount),
      [head("hours"), has("hours") ? fixed(value("hours", i)) : null], [head("sure"), has("sure") ? percent(value("sure", i)) : null],
    ].filter(([, text]) => !missing(text));
    return el("dl", { class: "crm-facts-list" }, ...rows.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text))));
  }

  function plan(i) {
    const action = value("action", i);
    if (missing(action)) return [];
    const { steps: list, measure } = data.actions[action];
    const [owner, due, kind] = ["owner", "due", "stake"].map((name) => value(name, i));
    const amount = `${money(value("value_at_stake", i))} ${data.unit}`;
    const why = ["reason_stage", "reason_action"].map((name) => sentence(value(name, i))).filter((part) => !missing(part));
    return [el("h3", {}, action), el("p", {}, say(missing(value("value_at_stake", i)) ? "who" : "who_stake", { owner, due, kind, amount })),
      el("ol", {}, ...list.map((step) => el("li", {}, step))), el("p", { class: "crm-note" }, say("success", { measure })),
      why.length ? el("p", { class: "crm-note" }, say("because", { why: joined(why) })) : null];
  }

  function showPanel() {
    const panel = find("panel");
    const i = state.open;
    panel.hidden = i === null;
    document.body.classList.toggle("crm-with-panel", i !== null);
    if (i === null) return;
    panel.replaceChildren(
      el("div", { class: "crm-head" }, el("h2", {}, `${columns.id[i]} ${shown(value("name", i))}`),
        el("button", { type: "button", class: "crm-small", onclick: () => { location.hash = ""; } }, say("close"))),
      el("p", { class: "crm-lead" }, badge(columns.class[i]), ` · ${say("total_points", { n: fixed(scores.total[i]) })} · `, el("a", { href: `matrix.html#c${columns.id[i]}` }, say("in_matrix"))),
      axisBar(axes[0], "current"), axisBar(axes[1], "potential"), facts(i), ...plan(i).filter(Boolean),
      el("h3", {}, say("made_score")), steps(i), el("h3", {}, say("would_move")),
      ...moves(i, "current", axes[0]).filter(Boolean), ...moves(i, "potential", axes[1]).filter(Boolean));
  }

  function follow() {
    const hash = decodeURIComponent(location.hash);
    const i = hash.startsWith("#c") ? place(hash.slice(2)) : -1;
    const group = /^#class=(\d)$/.exec(hash);
    if (group) {
      find("choose-class").value = chosen.class = group[1];
    }
    state.open = i < 0 ? null : i;
    showPanel();
    showList();
    if (i >= 0) find("panel").scrollIntoView({ block: "nearest" });
  }

  find("heads").append(...known.map((column) =>
    el("th", { scope: "col", "data-key": column.key, class: column.number ? "crm-number" : null },
      el("button", { type: "button", class: "crm-sort", onclick: () => sortBy(column) }, column.head))));
  find("filter").append(...known.filter((column) => column.choose).map(choice));
  find("filter").addEventListener("submit", (event) => event.preventDefault());
  find("text").addEventListener("input", showList);
  find("all").addEventListener("click", () => { state.most = count; showList(); });
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && state.open !== null) location.hash = ""; });
  follow();
})();
