// Draws the way through a block, and the tokens where the reader stands on it.

import { colour, hatch, sharp, write } from "./base.js";
import { STEPS, isOff } from "./encoder_math.js";
import { scaleBar, shaded, signedBeyond } from "./shades.js";

const BOLD = { weight: "bold" };
const MUTED = { role: "muted" };
const NUMBERS = signedBeyond(2); // as for the class rows of chapter 3
const [BRANCH, STREAM, BELOW, HEIGHT] = [52, 112, 142, 152]; // down the drawing
const PLUS = 12; // a radius
const SHORT = { attention: "attn", norm: "LN", input: "in" }; // where room is scarce

// Where the first step stands, and how far the steps are from each other.
const leftOf = (width) => (width > 480 ? 44 : width > 300 ? 24 : 17);
const rightOf = (width) => (width > 480 ? 64 : width > 300 ? 42 : 32);
const spacing = (width) => (width - leftOf(width) - rightOf(width)) / 6;

// The step nearest to a place on the drawing.
export function stepAt(x, width) {
  return Math.min(Math.max(Math.round((x - leftOf(width)) / spacing(width)), 0), 6);
}

// The residual stream as the one thick line, the branches above it, and the steps.
export function drawPath(canvas, el, { step, ...chosen }, width) {
  const context = sharp(canvas, width, HEIGHT);
  const { layer, norm, attention, mlp } = chosen;
  const x = (place) => leftOf(width) + place * spacing(width);
  write(context, el, `layer ${layer}, ${norm}`, 0, 10, "left", BOLD);
  if (width > 300)
    write(context, el, "thick: the residual stream", width, 10, "right", MUTED);
  drawStream(context, el, x(0), width);
  const end = norm === "pre-norm" ? 3 : 2; // where what a branch found is added
  drawBranch(context, el, [x(0.5), x(end)], attention);
  drawBranch(context, el, [x(3.5), x(3 + end)], mlp);
  STEPS[norm].forEach((name, place) => {
    const branch = ["attention", "MLP"].includes(name);
    const inside = branch || (name === "norm" && norm === "pre-norm");
    const at = [x(place), inside ? BRANCH : STREAM];
    const look = { lit: place === step, off: isOff(place, chosen) };
    if (name === "add") drawPlus(context, el, ...at, look);
    else drawBox(context, el, name, ...at, Math.min(0.84 * spacing(width), 84), look);
    const weight = place === step ? BOLD : MUTED;
    write(context, el, String(place), x(place), BELOW, "center", weight);
  });
}

function drawStream(context, el, start, width) {
  const style = colour(el, "stream");
  Object.assign(context, { fillStyle: style, strokeStyle: style, lineWidth: 9 });
  context.beginPath();
  context.moveTo(start, STREAM);
  context.lineTo(width - 12, STREAM);
  context.stroke();
  arrowHead(context, width, STREAM, 14, [1, 0]);
}

// A full triangle whose tip lies at (x, y), and that points along (dx, dy).
function arrowHead(context, x, y, size, [dx, dy]) {
  context.beginPath();
  for (const [along, aside] of [
    [0, 0],
    [-1, 0.6],
    [-1, -0.6],
  ])
    context.lineTo(
      x + size * (along * dx + aside * dy),
      y + size * (along * dy - aside * dx),
    );
  context.fill();
}

function drawBranch(context, el, [start, end], on) {
  const style = colour(el, on ? "stream" : "rule");
  Object.assign(context, { fillStyle: style, strokeStyle: style, lineWidth: 2.5 });
  context.setLineDash(on ? [] : [4, 4]);
  context.beginPath();
  for (const at of [
    [start, STREAM],
    [start, BRANCH],
    [end, BRANCH],
    [end, STREAM - PLUS - 8],
  ])
    context.lineTo(...at);
  context.stroke();
  context.setLineDash([]);
  arrowHead(context, end, STREAM - PLUS - 1, 9, [0, 1]);
}

// Where the reader stands, ink and paper change places.
const roles = (lit) => (lit ? ["ink", "paper"] : ["paper", "ink"]);

function drawPlus(context, el, x, y, { lit }) {
  const [fill, line] = roles(lit);
  context.beginPath();
  context.arc(x, y, PLUS, 0, 2 * Math.PI);
  context.fillStyle = colour(el, fill);
  context.fill();
  Object.assign(context, { strokeStyle: colour(el, "ink"), lineWidth: 1.5 });
  context.stroke();
  context.strokeStyle = colour(el, line);
  context.lineWidth = 2.5;
  context.beginPath();
  for (const [dx, dy] of [
    [6, 0],
    [0, 6],
  ]) {
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
  }
  context.stroke();
}

function drawBox(context, el, name, x, y, width, { lit, off }) {
  const [fill, line] = roles(lit);
  const at = [x - width / 2, y - 16, width, 32];
  context.fillStyle = colour(el, fill);
  context.fillRect(...at);
  if (off && !lit) {
    hatch(context, el, ...at);
    context.fillRect(x - 12, y - 8, 24, 16); // behind the word
  }
  Object.assign(context, { strokeStyle: colour(el, "ink"), lineWidth: 1.5 });
  context.strokeRect(...at);
  const words = off ? "off" : fitting(context, el, name, width - 4);
  write(context, el, words, x, y + 1, "center", { role: line, weight: "bold" });
}

// A name, or its short form if it is too long.
function fitting(context, el, name, room) {
  context.font = `bold 12px ${getComputedStyle(el).fontFamily}`;
  return context.measureText(name).width > room ? SHORT[name] ?? name : name;
}

export const ROW = 16; // a token's height, in pixels
export const TOP = 48; // where the tokens begin
export const MARGINS = [40, 104]; // left and right of them

// All tokens as rows of colours, and beside each its mean and variance.
export function drawTokens(canvas, el, { table, dim, title, means, variances }, width) {
  const count = table.length / dim;
  const [left, right] = MARGINS;
  const [across, bottom] = [width - left - right, TOP + count * ROW];
  const context = sharp(canvas, width, bottom + 38);
  write(context, el, `${title} (${count} × ${dim})`, 0, 10, "left", BOLD);
  write(context, el, "token", 0, TOP - 12, "left", MUTED);
  const columns = `${across > 120 ? "numbers " : ""}0 to ${dim - 1}`;
  write(context, el, columns, left, TOP - 12, "left", MUTED);
  write(context, el, "mean", width - 60, TOP - 12, "right", MUTED);
  write(context, el, "variance", width, TOP - 12, "right", MUTED);
  context.drawImage(shaded(table, dim, NUMBERS), left, TOP, across, count * ROW);
  for (let token = 0; token < count; token++) {
    const y = TOP + (token + 0.5) * ROW;
    context.fillStyle = colour(el, token ? "patch" : "class-token");
    context.fillRect(left - 12, y - ROW / 2 + 1, 7, ROW - 2);
    write(context, el, String(token), left - 17, y + 1, "right");
    write(context, el, means[token], width - 60, y + 1, "right");
    write(context, el, variances[token], width, y + 1, "right");
  }
  const [start, room] = across > 160 ? [left, across] : [0, width];
  scaleBar(context, el, start, bottom + 10, room, NUMBERS);
}
