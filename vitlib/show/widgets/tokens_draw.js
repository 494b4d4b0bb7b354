// How the token maker draws numbers and its curve.

import { colour, element, sharp } from "./base.js";
import { shaded, signedBeyond } from "./shades.js";
import { written } from "./tokens_math.js";

export const [TOKEN, FILTER] = [1, 0.1].map(signedBeyond);
const FIRST = 8; // filters that are shown

// A token in lines of so many numbers, and frames for as many as there may be.
export function drawLines(context, node, numbers, columns, widest, room) {
  const step = room / columns;
  context.strokeStyle = colour(node, "muted");
  for (let start = 0; start < widest; start += columns) {
    const top = (start / columns) * 29;
    const line = numbers.subarray(start, start + columns);
    const across = line.length * step;
    if (across) context.drawImage(shaded(line, line.length, TOKEN), 0, top, across, 25);
    const end = Math.min(columns, widest - start) * step;
    context.strokeRect(0.5, top + 0.5, end - 1, 24);
  }
}

// The first filters as pictures, and below each its number of the token.
export function showFilters(place, filters, token, side) {
  if (place.filters !== filters) {
    place.filters = filters;
    const shown = Array.from({ length: FIRST }, (_, i) => {
      const weights = filters.subarray(i * side * side, (i + 1) * side * side);
      const picture = shaded(weights, side, FILTER);
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", `Filter ${i + 1}`);
      return element("span", { className: "vit-filter" }, picture, element("span"));
    });
    place.replaceChildren(...shown);
  }
  for (const [i, { lastChild }] of [...place.children].entries())
    lastChild.textContent = i < token.length ? written(token[i]) : "–";
}

const [LEFT, TOP, BOTTOM] = [44, 10, 40]; // room around the curve, in pixels

// The share lost against the width with the chosen weights, and with the other ones.
export function drawCurve(canvas, node, size, { curves, weights, width, widest }) {
  const context = sharp(canvas, size.width, size.height);
  const x = (d) => LEFT + (d / widest) * (size.width - LEFT - 8);
  const y = (share) => TOP + (1 - share) * (size.height - TOP - BOTTOM);
  const lost = curves[weights];
  const full = lost.length - 1;
  const role = (name) => colour(node, name);
  context.font = "12px system-ui, sans-serif";
  drawAxes(context, role, { x, y, full, widest });
  const line = (name, shares, row) => {
    const chosen = name === weights;
    const look = chosen ? ["patch", 2.5, []] : ["muted", 1.5, [2, 3]];
    Object.assign(context, { strokeStyle: role(look[0]), lineWidth: look[1] });
    context.setLineDash(look[2]);
    context.beginPath();
    shares.forEach((share, d) => context.lineTo(x(d), y(share)));
    context.lineTo(x(widest), y(0));
    const [start, height] = [x(full) + 8, y(1) + 28 + 18 * row];
    context.moveTo(start, height);
    context.lineTo(start + 22, height);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = role("ink");
    context.fillText(name, start + 28, height - 6);
  };
  Object.entries(curves).forEach(([name, shares], row) => line(name, shares, row));
  mark(context, role, x(width), y(lost[Math.min(width, full)]));
}

// Where the curve stands now.
function mark(context, role, x, y) {
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: role("ink"), strokeStyle: role("paper") });
  context.lineWidth = 2;
  context.fill();
  context.stroke();
}

// Shares at the left, widths below, and a line where there are as many as pixels.
function drawAxes(context, role, { x, y, full, widest }) {
  Object.assign(context, { fillStyle: role("muted"), lineWidth: 1 });
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const share of [0, 0.5, 1]) {
    context.strokeStyle = role("rule");
    context.strokeRect(x(0), y(share), x(widest) - x(0), 0);
    context.fillText(`${100 * share}%`, LEFT - 8, y(share));
  }
  Object.assign(context, { textAlign: "center", textBaseline: "top" });
  for (const d of [1, widest])
    context.fillText(d, Math.min(x(d), x(widest) - 6), y(0) + 6);
  context.fillText("token width D", x(widest / 2), y(0) + 23);
  context.strokeStyle = context.fillStyle = role("ink");
  context.strokeRect(x(full), y(1), 0, y(0) - y(1));
  context.fillText(full, x(full), y(0) + 6);
  context.textAlign = "left";
  context.fillText("D = C·P²", x(full) + 8, y(1) + 4);
}
