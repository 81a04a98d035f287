// The verdict table: filter, sort, count. Without this script the table is plain and complete.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const table = document.getElementById("claims-table");
  const form = document.getElementById("claims-filter");
  const count = document.getElementById("claims-count");
  if (!table || !form || !count) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  function show() {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = Array.from(form.querySelectorAll("select")).filter((list) => list.value);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !(
        words.every((word) => text.get(row).includes(word)) &&
        chosen.every((list) => row.dataset[list.name] === list.value)
      );
      if (!row.hidden) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} claims shown`;
  }

  function key(row, column) {
    const cell = row.cells[column];
    return cell.dataset.sort ?? cell.textContent.trim();
  }

  function compare(a, b) {
    const [x, y] = [Number(a), Number(b)];
    if (Number.isFinite(x) && Number.isFinite(y)) return x - y;
    return a.localeCompare(b, "en", { numeric: true });
  }

  function sort(header) {
    const up = header.getAttribute("aria-sort") !== "ascending";
    for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = rows.map((row) => [key(row, header.cellIndex), row]);
    keyed.sort(([a], [b]) => {
      if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1); // empty cells stay last
      return up ? compare(a, b) : compare(b, a);
    });
    body.append(...keyed.map(([, row]) => row));
  }

  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(header));
    header.replaceChildren(button);
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show)); // after the fields are empty
  form.hidden = false;
  show();
});
