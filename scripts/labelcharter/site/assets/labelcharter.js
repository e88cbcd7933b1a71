// Tables that sort and filter. Without this script every table is still whole and readable.
(() => {
  "use strict";
  const words = new Intl.Collator("en", { numeric: true });

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell ? cell.dataset.value ?? cell.textContent.trim() : "";
  };

  // Rows without a value stay at the end, whichever way the others are sorted.
  const sort = (table, column, down) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [key(a, column), key(b, column)];
      if (!x || !y) return Number(!x) - Number(!y);
      const [m, n] = [Number(x), Number(y)];
      const order = Number.isNaN(m) || Number.isNaN(n) ? words.compare(x, y) : m - n;
      return down ? -order : order;
    });
    body.append(...rows);
  };

  const makeSortable = (table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, down);
      });
    });
  };

  const makeFilterable = (box) => {
    const rows = [...box.querySelectorAll("tbody tr")];
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "search" });
    const told = Object.assign(document.createElement("output"), { ariaLive: "polite" });
    label.append("Show only rows with ", input);
    const line = Object.assign(document.createElement("div"), { className: "lc-filter" });
    line.append(label, told);
    box.before(line);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      rows.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
      box.querySelectorAll("section").forEach((part) => { part.hidden = !part.querySelector("tbody tr:not([hidden])"); });
      const left = rows.filter((row) => !row.hidden).length;
      told.textContent = wanted ? `${left} of ${rows.length} rows` : "";
    });
  };

  document.querySelectorAll("table[data-sort]").forEach((t) => t.rows.length > 2 && makeSortable(t));
  document.querySelectorAll("[data-filter]").forEach((b) => b.querySelectorAll("tbody tr").length > 7 && makeFilterable(b));
  // What is folded on a screen is whole on paper.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.lc-fold:not([open])")];
    folded.forEach((fold) => { fold.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((fold) => { fold.open = false; }));
  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
})();
