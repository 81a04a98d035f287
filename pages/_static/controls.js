// Figures that move on the page. The data of all frames stand beside each; nothing is fetched.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll(".socionaut-explore")) new Control(box);
});

class Control {
  constructor(box) {
    this.data = JSON.parse(box.querySelector("script").textContent);
    this.words = box.querySelector(".explore-words");
    this.words.setAttribute("aria-live", "polite");
    this.places = this.data.sliders.map((slider) => slider.start);
    this.last = null;
    this.sliders = element("div", { class: "explore-sliders" });
    this.data.sliders.forEach((slider, at) => this.sliders.append(this.slider(slider, at)));
    this.picture = element("div", { class: "explore-picture" });
    box.prepend(this.sliders, this.legend(), this.picture);
    this.draw();
    new ResizeObserver(() => this.draw()).observe(this.picture);
  }

  slider(slider, at) {
    const told = element("output", {}, slider.places[slider.start]);
    const range = element("input", {
      type: "range", min: 0, max: slider.places.length - 1, step: 1, value: slider.start,
      "aria-valuetext": slider.places[slider.start],
    });
    range.addEventListener("input", () => {
      this.last = this.frame();
      this.places[at] = Number(range.value);
      told.textContent = slider.places[range.value];
      range.setAttribute("aria-valuetext", slider.places[range.value]);
      this.draw();
    });
    const label = element("label", {});
    label.append(element("span", {}, slider.label), range, told);
    return label;
  }

  legend() {
    const list = element("ul", { class: "explore-legend" });
    for (const part of this.data.parts) {
      const item = element("li", {}, part.name);
      item.style.setProperty("--part", part.colour);
      item.className = `mark-${part.mark}`;
      list.append(item);
    }
    list.append(element("li", { class: "mark-old" }, "before your last move"));
    return list;
  }

  frame() {
    let at = 0;
    this.data.sliders.forEach((slider, n) => (at = at * slider.places.length + this.places[n]));
    return this.data.frames[at];
  }

  draw() {
    const width = Math.max(280, Math.min(688, this.picture.clientWidth || 688));
    const height = Math.round(Math.max(240, width * 0.52));
    const room = { left: 58, right: 12, top: 28, bottom: 46 };
    const { limits, labels } = this.data;
    const x = (v) => room.left + ((v - limits.x[0]) / (limits.x[1] - limits.x[0])) * (width - room.left - room.right);
    const y = (v) => height - room.bottom - ((v - limits.y[0]) / (limits.y[1] - limits.y[0])) * (height - room.top - room.bottom);
    const frame = this.frame();
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": frame.words });
    for (const tick of ticks(limits.x, width < 450 ? 4 : 7)) {
      svg.append(drawn("line", { x1: x(tick), x2: x(tick), y1: height - room.bottom, y2: height - room.bottom + 5, class: "axis" }));
      svg.append(drawn("text", { x: x(tick), y: height - room.bottom + 18, "text-anchor": "middle" }, written(tick)));
    }
    for (const tick of ticks(limits.y, 6)) {
      svg.append(drawn("line", { x1: room.left, x2: width - room.right, y1: y(tick), y2: y(tick), class: "grid" }));
      svg.append(drawn("text", { x: room.left - 6, y: y(tick) + 4, "text-anchor": "end" }, written(tick)));
    }
    svg.append(drawn("line", { x1: room.left, x2: width - room.right, y1: height - room.bottom, y2: height - room.bottom, class: "axis" }));
    svg.append(drawn("text", { x: (room.left + width - room.right) / 2, y: height - 8, "text-anchor": "middle" }, labels.x));
    // Lying above, where a long label has room on a phone, too.
    svg.append(drawn("text", { x: 4, y: 14 }, labels.y));
    if (this.last && this.last !== frame) this.layer(svg, this.last.parts, x, y, true);
    this.layer(svg, this.data.always, x, y, false);
    this.layer(svg, frame.parts, x, y, false);
    this.picture.replaceChildren(svg);
    this.words.textContent = frame.words;
  }

  layer(svg, parts, x, y, old) {
    for (const part of this.data.parts) {
      const sides = parts[part.name];
      if (!sides) continue;
      const colour = old ? "#bbbbbb" : part.colour;
      const [xs, ys, low, high] = sides;
      const path = (values) => values.map((v, n) => (v === null ? "" : `${x(xs[n]).toFixed(1)},${y(v).toFixed(1)}`)).filter(Boolean);
      if (part.mark === "band" && !old) {
        const back = path(high).reverse();
        svg.append(drawn("polygon", { points: [...path(low), ...back].join(" "), fill: colour, "fill-opacity": 0.2 }));
      }
      if (part.mark === "line" || part.mark === "band")
        svg.append(drawn("polyline", { points: path(ys).join(" "), fill: "none", stroke: colour, "stroke-width": 2 }));
      if (part.mark === "rule")
        svg.append(drawn("line", { x1: x(xs[0]), x2: x(xs[0]), y1: y(this.data.limits.y[0]), y2: y(this.data.limits.y[1]), stroke: colour, "stroke-dasharray": "5 4", "stroke-width": 1.5 }));
      if (part.mark === "points")
        xs.forEach((v, n) => ys[n] !== null && svg.append(drawn("circle", { cx: x(v).toFixed(1), cy: y(ys[n]).toFixed(1), r: 3, fill: colour, "fill-opacity": old ? 1 : 0.8 })));
    }
  }
}

function element(name, attributes, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawn(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function ticks([low, high], most) {
  const rough = (high - low) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= rough);
  const found = [];
  for (let n = Math.ceil(low / step); n * step <= high + 1e-9; n += 1) found.push(Number((n * step).toPrecision(6)));
  return found;
}

function written(value) {
  // Years have no separator; other large numbers do.
  return Math.abs(value) >= 10000 ? value.toLocaleString("en") : String(value);
}
