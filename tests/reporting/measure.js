"use strict";
// Run beside pages in frames: says what overflows, overlaps, is clipped or faint in each.
const SLACK = 0.75, CONTRAST = 4.5;
const shade = colour => {
  const parts = colour.match(/[\d.]+/g).slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};
const contrast = (one, other) => {
  const [light, dark] = [shade(one), shade(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const within = (a, b) => ["left", "top"].every(side => a[side] >= b[side] - SLACK)
  && ["right", "bottom"].every(side => a[side] <= b[side] + SLACK);
const shared = (a, b, start, end) => Math.min(a[end], b[end]) - Math.max(a[start], b[start]);
const over = (a, b) => shared(a, b, "left", "right") > SLACK && shared(a, b, "top", "bottom") > 2 * SLACK;
// The box of a line of type is higher than its letters.
const letters = ({ left, right, top, bottom, height }) =>
  ({ left, right, top: top + 0.18 * height, bottom: bottom - 0.18 * height });
const boxOf = node => node.hasAttribute("transform") ? node.getBoundingClientRect() : letters(node.getBoundingClientRect());
// Told to those who listen, not shown.
const hidden = (node, view) =>
  node.closest("thead") && view.getComputedStyle(node.closest("thead")).clipPath !== "none";
const leaves = (node, view) => node.getClientRects().length && node.scrollWidth > node.clientWidth + 1
  && view.getComputedStyle(node).display !== "inline" && !hidden(node, view) && !node.querySelector(".scroll, svg, .unseen");
const free = (node, view) => view.getComputedStyle(node.closest(".scroll") ?? node).overflowX === "visible";
const measured = frame => {
  const page = frame.contentDocument, view = frame.contentWindow, found = [];
  page.querySelectorAll("details").forEach(part => { part.open = true; });
  const width = view.innerWidth, ground = view.getComputedStyle(page.body).backgroundColor;
  if (page.documentElement.scrollWidth > width) {
    const wide = [...page.querySelectorAll("main *")]
      .find(node => node.getBoundingClientRect().right > width && free(node, view));
    found.push(`page ${page.documentElement.scrollWidth} wide: ${wide?.outerHTML.slice(0, 120)}`);
  }
  page.querySelectorAll("th, td, dd, p, li").forEach(node => {
    if (leaves(node, view)) found.push(`text leaves its box: ${node.textContent.trim().slice(0, 60)}`);
  });
  let texts = 0;
  page.querySelectorAll("svg").forEach(plot => {
    if (!plot.getClientRects().length) return;
    const frame = plot.getBoundingClientRect();
    if (frame.right > width + SLACK && !plot.closest(".scroll")) found.push(`plot ends at ${frame.right}`);
    const nodes = [...plot.querySelectorAll("text")];
    const boxes = nodes.map(boxOf);
    texts += nodes.length;
    nodes.forEach((node, place) => {
      if (!within(boxes[place], frame)) found.push(`clipped: ${node.textContent}`);
      const fill = view.getComputedStyle(node).fill;
      if (!["rgb(16, 24, 32)", "rgb(254, 254, 254)"].includes(fill) && contrast(fill, ground) < CONTRAST)
        found.push(`faint: ${node.textContent} ${fill} on ${ground}`);
      for (let other = place + 1; other < nodes.length; other++)
        if (over(boxes[place], boxes[other])) found.push(`overlap: ${node.textContent} / ${nodes[other].textContent}`);
    });
  });
  return { texts, found };
};
addEventListener("load", () => {
  const all = [...document.querySelectorAll("iframe")].map(frame => [frame.title, measured(frame)]);
  const said = document.createElement("pre");
  said.id = "said";
  said.textContent = JSON.stringify(Object.fromEntries(all));
  document.body.replaceChildren(said);
});
