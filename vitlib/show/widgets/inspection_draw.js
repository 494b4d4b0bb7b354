// Draws what the model makes of a drawing: bars of probabilities, maps of attention
// under the drawing's outline, and the lengths of the stream's rows.

import { percent } from "./answers.js";
import { colour, hatch, outline, ruled, sharp, write } from "./base.js";
import { drawLayerAxes } from "./layer_axes.js";
import { grey, purple, scaleBar, shaded, weightsUpTo } from "./shades.js";

const BOLD = { weight: "bold" };
const MUTED = { role: "muted" };
const TOP = 24; // below a heading, in pixels
const LINE = 21; // a bar's
const MOST = 0.5; // of the attention; there the greys end
const SHARES = weightsUpTo(MOST);
const HEADINGS = ["1", "2", "3", "4", "mean", "rollout"];
const [LEFT, RIGHT] = [30, 16]; // beside the lengths

// A bar for each digit; those that the verdict names are dark. Where it names none,
// because the drawing is like no digit, they are hatched.
export function drawBars(canvas, el, { probabilities, likely, counts }, width) {
  const context = sharp(canvas, width, TOP + 10 * LINE);
  write(context, el, "probability of each digit", 0, 10, "left", BOLD);
  const room = width - 18 - 44;
  probabilities.forEach((share, digit) => {
    const y = TOP + (digit + 0.5) * LINE;
    const look = likely.includes(digit) ? BOLD : {};
    const bar = [18, y - 7, Math.max(room * share, 1), 14];
    write(context, el, String(digit), 0, y + 1, "left", look);
    context.fillStyle = colour(el, look.weight ? "ink" : "stream");
    context.fillRect(...bar);
    if (!counts) hatch(context, el, ...bar);
    write(context, el, percent(share), 24 + room * share, y + 1, "left", look);
  });
}

// The edges between cells with half their ink or more and those with less.
function edgesOf(levels, pixel) {
  const inked = (x, y) => x >= 0 && x < 8 && y >= 0 && y < 8 && levels[8 * y + x] >= 8;
  const edges = new Path2D();
  for (let y = 0; y <= 8; y++)
    for (let x = 0; x <= 8; x++) {
      const at = [x * pixel, y * pixel];
      if (inked(x, y) !== inked(x - 1, y)) edges.rect(...at, 0, pixel);
      if (inked(x, y) !== inked(x, y - 1)) edges.rect(...at, pixel, 0);
    }
  return edges;
}

// A drawing's edges around the ink, with a light border.
function drawOutline(context, edges, left, top, line) {
  context.translate(left, top);
  for (const [part, wide] of [
    [1, 2 * line],
    [0.25, line],
  ]) {
    context.strokeStyle = `rgb(${purple(part)})`; // as the cells, whatever the page
    context.lineWidth = wide;
    context.stroke(edges);
  }
  context.translate(-left, -top);
}

const pictures = new WeakMap(); // of shares that were drawn before, as they are

function pictureOf(shares, grid) {
  if (!pictures.has(shares))
    pictures.set(shares, shaded(shares.slice(1), grid, SHARES));
  return pictures.get(shares);
}

// The class token's shares (N+1,), in percent, and the drawing's outline.
export function drawMap(canvas, el, { shares, levels, grid, title }, width) {
  const side = Math.min(width, 264);
  const [step, below] = [side / grid, TOP + side + 10];
  const context = sharp(canvas, width, below + 74);
  write(context, el, title, 0, 10, "left", BOLD);
  context.drawImage(pictureOf(shares, grid), 0, TOP, side, side);
  const table = { rows: grid, columns: grid, step, top: TOP, role: "rule" };
  ruled(context, el, table);
  drawOutline(context, edgesOf(levels, side / 8), 0, TOP, 2);
  shares.slice(1).forEach((share, n) => {
    const [row, column] = [Math.floor(n / grid), n % grid];
    writeShare(context, el, share, column * step + 5, TOP + row * step + 12, "left");
  });
  drawOwn(context, el, shares[0], below);
  scaleBar(context, el, 0, below + 44, side, SHARES);
}

// In black or white, whichever stands out more from the share's grey.
function writeShare(context, el, share, x, y, align) {
  const fill = `rgb(${grey(share / MOST < 0.62 ? 1 : 0)})`;
  write(context, el, String(Math.round(100 * share)), x, y, align, { fill });
}

// What the class token takes of itself: a square of its own, in its colour.
function drawOwn(context, el, share, y) {
  context.fillStyle = `rgb(${grey(share / MOST)})`;
  context.fillRect(2, y, 32, 32);
  writeShare(context, el, share, 18, y + 17, "center");
  context.strokeStyle = colour(el, "class-token");
  context.lineWidth = 3;
  context.strokeRect(2, y, 32, 32);
  write(context, el, "from itself, in %", 42, y + 17, "left");
}

// How the small maps lie: where the first begins, how far apart and how wide they are.
function layOut(width) {
  const left = 20;
  const apart = Math.min((width - left) / HEADINGS.length, 62);
  return { left, top: 40, apart, side: apart - (width > 280 ? 8 : 4) };
}

// The layer (from 1) and the map (from 0) at a place among the small maps.
export function mapAt(x, y, depth, width) {
  const { left, top, apart } = layOut(width);
  const within = (place, count) => Math.min(Math.max(Math.floor(place), 0), count - 1);
  return {
    layer: within((y - top) / apart, depth) + 1,
    map: within((x - left) / apart, HEADINGS.length),
  };
}

// The same of all layers and heads, small; the chosen one is outlined.
export function drawMaps(canvas, el, { all, levels, grid, layer, map }, width) {
  const { left, top, apart, side } = layOut(width);
  const context = sharp(canvas, width, top + all.length * apart);
  const short = apart < 48 ? { rollout: "roll" } : {};
  write(context, el, "heads", left, 10, "left", MUTED);
  HEADINGS.forEach((words, i) => {
    const name = short[words] ?? words;
    write(context, el, name, left + i * apart + side / 2, 28, "center", MUTED);
  });
  const [edges, rule] = [edgesOf(levels, side / 8), colour(el, "rule")];
  all.forEach((maps, i) => {
    write(context, el, String(i + 1), 0, top + i * apart + side / 2, "left", MUTED);
    maps.forEach((shares, j) => {
      const at = [left + j * apart, top + i * apart];
      context.drawImage(pictureOf(shares, grid), ...at, side, side);
      drawOutline(context, edges, ...at, 1);
      context.strokeStyle = rule;
      context.lineWidth = 1;
      context.strokeRect(...at, side, side);
    });
  });
  const chosen = [left + map * apart, top + (layer - 1) * apart];
  outline(context, el, ...chosen, side, side, { line: 2 });
}

// The length of each token's row, from before the first layer to after the last.
export function drawNorms(canvas, el, { norms, layer }, width) {
  const most = 5 * Math.ceil(Math.max(15, ...norms.map((row) => Math.max(...row))) / 5);
  const [depth, bottom] = [norms.length - 1, 170];
  const context = sharp(canvas, width, bottom + 38);
  const x = (place) => LEFT + (place / depth) * (width - LEFT - RIGHT);
  const y = (value) => bottom - (value / most) * (bottom - TOP - 8);
  write(context, el, "length of each row; thick: class token", 0, 10);
  drawLayerAxes(context, el, { x, y, most, layer, depth });
  for (const token of [...norms[0].keys()].reverse()) {
    context.strokeStyle = colour(el, token ? "patch" : "class-token");
    context.lineWidth = token ? 1.25 : 3.5;
    context.beginPath();
    norms.forEach((row, place) => context.lineTo(x(place), y(row[token])));
    context.stroke();
  }
}
