// A link to a cell opens its folded code.
"use strict";

(() => {
  function open() {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place?.classList.contains("crm-cell") || !place.id.startsWith("cell-")) return;
    let next = (place.closest("p") ?? place).nextElementSibling;
    if (next && !next.matches(".cell")) next = next.querySelector(".cell");
    for (const details of next?.querySelectorAll("details") ?? []) details.open = true;
    place.scrollIntoView();
  }
  addEventListener("hashchange", open);
  addEventListener("DOMContentLoaded", open);
})();
