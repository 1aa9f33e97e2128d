"use strict";
(() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);

  // Light and dark. Storage may be closed to a page opened from a file; the choice then lasts as long as the page.
  const button = document.getElementById("theme");
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const recall = () => { try { return localStorage.getItem("guerdon-theme"); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem("guerdon-theme", value); } catch { /* nothing to keep it in */ } };
  const current = () => root.dataset.theme || (system.matches ? "dark" : "light");
  const label = () => { button.textContent = current() === "dark" ? "Light" : "Dark"; };
  const kept = recall();
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
    label();
  });
  system.addEventListener("change", label);
  label();
  button.hidden = false;

  // The step at the pointer, shown in every drawing at once.
  const tip = document.getElementById("tip");
  const charts = [...document.querySelectorAll("svg[data-chart]")];
  const read = (svg, name) => Number(svg.dataset[name]);
  const place = (svg, step) => {
    const [left, right, low, high] = ["left", "right", "low", "high"].map((name) => read(svg, name));
    return left + ((step - low) / (high - low)) * (right - left);
  };
  const nearest = (svg, clientX) => {
    const box = svg.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    let best = 0;
    data.steps.forEach((step, index) => {
      if (Math.abs(place(svg, step) - x) < Math.abs(place(svg, data.steps[best]) - x)) best = index;
    });
    return best;
  };
  const cursors = new Map();
  const cursor = (svg) => {
    if (!cursors.has(svg)) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      line.setAttribute("class", "cursor");
      line.setAttribute("y1", svg.dataset.top);
      line.setAttribute("y2", svg.dataset.bottom);
      svg.append(line);
      cursors.set(svg, line);
    }
    return cursors.get(svg);
  };
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const show = (svg, index, x, y) => {
    for (const one of charts) {
      const at = place(one, data.steps[index]);
      const line = cursor(one);
      line.setAttribute("x1", at);
      line.setAttribute("x2", at);
      line.removeAttribute("visibility");
    }
    tip.replaceChildren(element("b", `step ${data.steps[index]}`));
    for (const [name, colour, values] of data.charts[svg.dataset.chart] || []) {
      const row = element("div");
      row.append(element("span", "", `key square ${colour}`), element("span", name), element("span", values[index], "num"));
      tip.append(row);
    }
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const beside = x + 16 + box.width > window.innerWidth ? x - 16 - box.width : x + 16;
    tip.style.left = `${Math.max(4, beside)}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 16, window.innerHeight - box.height - 4))}px`;
  };
  const hide = () => {
    tip.hidden = true;
    for (const line of cursors.values()) line.setAttribute("visibility", "hidden");
  };
  for (const svg of charts) {
    if (!data.steps.length) break;
    // A <title> would open the browser's own tooltip over ours; its words stay, as the drawing's label.
    const title = svg.querySelector(":scope > title");
    svg.setAttribute("aria-label", title.textContent);
    svg.setAttribute("aria-describedby", svg.querySelector(":scope > desc").id);
    svg.removeAttribute("aria-labelledby");
    title.remove();
    const follow = (event) => show(svg, nearest(svg, event.clientX), event.clientX, event.clientY);
    svg.addEventListener("pointermove", follow);
    svg.addEventListener("pointerdown", follow);
    svg.addEventListener("pointerleave", hide);
  }
  window.addEventListener("scroll", hide, { passive: true });
})();
