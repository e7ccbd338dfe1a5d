// What the matrix and the customers' page share: elements, numbers as people read them, one customer at a time.
"use strict";

globalThis.crmPage = (() => {
  const data = globalThis.crmData;
  const columns = data.customers;
  const MARKERS = ["●", "■", "▲", "◆"];

  // An element with attributes, event handlers (onclick) and children; text is never read as HTML.
  function el(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  const missing = (value) => value === null || value === undefined || Number.isNaN(value);
  const fixed = (value, digits = 1) =>
    missing(value)
      ? "–"
      : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
  const percent = (share, digits = 0) => (missing(share) ? "–" : `${fixed(100 * share, digits)} %`);
  const money = (amount) => {
    if (missing(amount)) return "–";
    const value = amount / data.unit_size;
    return fixed(value, Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
  };

  // A value of a customer; columns of few different values hold places in a list of words.
  function value(name, i) {
    const found = columns[name]?.[i];
    return data.words[name] && !missing(found) ? data.words[name][found] : found;
  }

  const sentence = (place) => (missing(place) ? place : data.sentences[place]);

  // A text of the page with its places filled.
  const say = (key, values = {}) => data.text[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const joined = (texts) => texts.filter((each) => !missing(each)).reduce((first, second) => say("between", { first, second }));
  const whole = (value) => fixed(value, 0);
  const head = (column) => data.heads[column] ?? say(column);
  const inMoney = (what) => say("in_unit", { what, unit: data.unit });

  const has = (name) => name in columns;
  const shown = (value) => (missing(value) ? "–" : value);
  const className = (quadrant) => data.classes[quadrant];
  const action = (i) => value("action", i) ?? null;
  const badge = (quadrant) =>
    el("span", { class: `crm-badge crm-q${quadrant}` }, el("i", { "aria-hidden": "true" }, MARKERS[quadrant]), className(quadrant));
  const link = (i) => el("a", { href: `customers.html#c${columns.id[i]}` }, columns.id[i]);
  const count = columns.id.length;
  const place = (id) => columns.id.indexOf(id.trim());

  // Calls `then` now and whenever the reader changes between light and dark.
  function onTheme(then) {
    new MutationObserver(then).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", then);
    then();
  }

  return {
    action, badge, className, columns, count, data, el, fixed, has, head, inMoney, joined, link, MARKERS, missing, money, onTheme,
    percent, place, say, sentence, shown, value, whole,
  };
})();
