// The verdict table and the claim map: filter, sort, count; the state stands in the address.
// Without this script table and map are plain and complete.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const map of document.querySelectorAll(".claim-map")) walk(map);
  const table = document.getElementById("claims-table");
  const form = document.getElementById("claims-filter");
  if (table && form) new Table(table, form, document.getElementById("claims-count"));
});

// One stop of the tab key for the whole map; the arrows lead from mark to mark.
function walk(map) {
  const status = map.querySelector(".map-status");
  const marks = () => [...map.querySelectorAll("a.mark:not([hidden])")];
  const tell = (mark) => (status.textContent = mark.querySelector(".words").textContent);
  const stop = (mark) => {
    for (const other of map.querySelectorAll("a.mark")) other.tabIndex = other === mark ? 0 : -1;
  };
  stop(marks()[0]);
  map.addEventListener("refilter", () => stop(marks()[0]));
  map.addEventListener("focusin", (event) => {
    const mark = event.target.closest("a.mark");
    if (mark) { stop(mark); tell(mark); }
  });
  map.addEventListener("mouseover", (event) => {
    const mark = event.target.closest("a.mark");
    if (mark) tell(mark);
  });
  map.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const all = marks();
    const at = all.indexOf(event.target.closest("a.mark"));
    if (!step || at < 0) return;
    event.preventDefault();
    all[(at + step + all.length) % all.length].focus();
  });
}

class Table {
  constructor(table, form, count) {
    Object.assign(this, { table, form, count });
    this.claims = [...table.tBodies];
    this.text = new Map(this.claims.map((claim) => [claim, claim.textContent.toLowerCase()]));
    this.heads = [...table.tHead.rows[0].cells];
    for (const head of this.heads) this.button(head);
    form.addEventListener("input", () => this.show(true));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { this.order(null); this.show(true); }));
    form.hidden = false;
    this.restore();
    const reveal = () => this.reveal();
    window.addEventListener("hashchange", reveal);
    window.addEventListener("popstate", () => this.restore());
    reveal();
  }

  button(head) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => {
      this.order(head, head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending");
      this.keep();
    });
    head.replaceChildren(button);
  }

  show(keep) {
    const words = this.form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...this.form.querySelectorAll("select")].filter((list) => list.value);
    let shown = 0;
    for (const claim of this.claims) {
      claim.hidden = !(
        words.every((word) => this.text.get(claim).includes(word)) &&
        chosen.every((list) => claim.dataset[list.name].split("|").includes(list.value))
      );
      if (!claim.hidden) shown += 1;
      const mark = document.querySelector(`.claim-map a[data-id="${claim.id.slice(4)}"]`);
      if (mark) mark.hidden = claim.hidden;
    }
    this.count.textContent = `${shown} of ${this.claims.length} claims shown`;
    document.querySelector(".claim-map")?.dispatchEvent(new Event("refilter"));
    if (keep) this.keep();
  }

  order(head, way) {
    for (const other of this.heads) other.removeAttribute("aria-sort");
    if (!head) { this.table.append(...this.claims); return; }
    head.setAttribute("aria-sort", way);
    const up = way === "ascending";
    const keyed = this.claims.map((claim) => {
      const cell = claim.rows[0].cells[head.cellIndex];
      return [cell.dataset.sort ?? cell.textContent.trim(), claim];
    });
    keyed.sort(([a], [b]) => {
      if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1); // empty cells stay last
      return up ? compare(a, b) : compare(b, a);
    });
    this.table.append(...keyed.map(([, claim]) => claim));
  }

  // The state stands in the query, so that Back and a sent link find it again.
  keep() {
    const query = new URLSearchParams();
    for (const field of this.form.querySelectorAll("input, select"))
      if (field.value) query.set(field.name, field.value);
    const sorted = this.heads.find((head) => head.hasAttribute("aria-sort"));
    if (sorted) query.set("sort", `${sorted.cellIndex}-${sorted.getAttribute("aria-sort")}`);
    const text = query.toString();
    try { history.replaceState(null, "", (text ? `?${text}` : location.pathname) + location.hash); } catch { /* refused from some disks */ }
  }

  restore() {
    const query = new URLSearchParams(location.search);
    for (const field of this.form.querySelectorAll("input, select")) field.value = query.get(field.name) ?? "";
    const [at, way] = (query.get("sort") ?? "").split("-");
    this.order(way ? this.heads[Number(at)] : null, way);
    this.show(false);
  }

  // A link to a row opens it, whatever the filters say.
  reveal() {
    const claim = location.hash.startsWith("#row-") && document.getElementById(location.hash.slice(1));
    if (!claim) return;
    claim.hidden = false;
    claim.querySelector("details").open = true;
    claim.scrollIntoView({ block: "center" });
  }
}

function compare(a, b) {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isFinite(x) && Number.isFinite(y)) return x - y;
  return a.localeCompare(b, "en", { numeric: true });
}
