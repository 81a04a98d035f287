// What every page does: show all code, remembered; print what is folded. Pages read well without.
"use strict";
const SCROLLERS = ".pst-scrollable-table-container, .cell_output, .output, .figure-scroll, .table-scroll, .socionaut-finding, pre, mjx-container, table.docutils";
document.addEventListener("DOMContentLoaded", () => {
  codeSwitch();
  for (const box of document.querySelectorAll(SCROLLERS)) watch.observe(box);
});
// Formulas are set late.
window.addEventListener("load", () => {
  window.MathJax?.startup?.promise?.then(() => {
    for (const box of document.querySelectorAll("mjx-container")) watch.observe(box);
  });
});

// A box that scrolls sideways must be reached by keyboard.
const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => focusable(target)));
function focusable(box) {
  const wider = box.scrollWidth > box.clientWidth + 1;
  box.classList.toggle("wider", wider);
  if (wider) box.tabIndex = 0;
  else if (box.getAttribute("tabindex") === "0" && !box.matches(".table-scroll")) box.removeAttribute("tabindex");
}

function codeSwitch() {
  const folds = document.querySelectorAll("details.hide.above-input, details.hide.above-cell");
  const title = document.querySelector(".bd-article h1");
  if (!folds.length || !title) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "code-switch";
  button.textContent = "Show all code";
  const set = (shown, keep) => {
    button.setAttribute("aria-pressed", String(shown));
    // Solutions stay folded: who wants to see code has not yet given up.
    for (const fold of folds) if (!fold.closest(".solution")) fold.open = shown;
    if (keep) remember(shown);
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true", true));
  title.insertAdjacentElement("afterend", button);
  set(recalled(), false);
}

// Storage may be refused, for instance to pages opened from a disk.
function remember(shown) {
  try { localStorage.setItem("socionaut-code", shown ? "all" : ""); } catch { /* not kept */ }
}

function recalled() {
  try { return localStorage.getItem("socionaut-code") === "all"; } catch { return false; }
}

let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".bd-article details:not([open])")];
  for (const fold of opened) fold.open = true;
});
window.addEventListener("afterprint", () => {
  for (const fold of opened) fold.open = false;
});
