// Draws from where the class token gathers, the class rows, and how far apart they are.

import { colour, ruled, sharp, write } from "./base.js";
import { answerWords, distance, scaleEnd } from "./class_token_math.js";
import { grey, scaleBar, shaded, signedBeyond, weightsUpTo } from "./shades.js";

const BOLD = { weight: "bold" };
const MUTED = { role: "muted" };
const TOP = 24; // below a heading, in pixels
const GAP = 16;
const MOST = 0.5; // of the attention; there the greys end
const LIMIT = 2; // of a class row's numbers; there red and blue end
const SHARES = weightsUpTo(MOST);
const NUMBERS = signedBeyond(LIMIT);
const [LEFT, RIGHT] = [30, 16]; // beside the curve

// A picture, and beside it the share of attention that each of its patches gets.
export function drawLook(
  canvas,
  el,
  { name, image, shares, answer, last, grid },
  width,
) {
  const side = Math.min((width - GAP) / 2, 150);
  const cell = side / grid.columns;
  const context = sharp(canvas, width, TOP + side + cell + 46);
  const [mapX, below] = [side + GAP, TOP + side + 10];
  write(context, el, name, 0, 10, "left", BOLD);
  write(context, el, "gathers, in %", mapX, 10, "left", BOLD);
  context.drawImage(image, 0, TOP, side, side);
  ruled(context, el, { ...grid, step: cell, top: TOP, role: "rule" });
  if (shares) drawMap(context, el, mapX, shares, grid, cell);
  else drawNothing(context, el, mapX, grid, cell);
  drawItself(context, el, mapX, below, shares?.[0], cell);
  scaleBar(context, el, mapX, below + cell + 10, side, SHARES);
  const words = last ? "the answer" : "answer if read now";
  write(context, el, words, 0, below + 8, "left", MUTED);
  write(context, el, answerWords(answer), 0, below + 26, "left", BOLD);
}

function drawMap(context, el, left, shares, grid, cell) {
  const { rows, columns } = grid;
  const map = shaded(shares.slice(1), columns, SHARES);
  context.drawImage(map, left, TOP, columns * cell, rows * cell);
  ruled(context, el, { ...grid, step: cell, left, top: TOP, role: "rule" });
  for (let n = 0; n < rows * columns; n++) {
    const [row, column] = [Math.floor(n / columns), n % columns];
    const middle = [left + (column + 0.5) * cell, TOP + (row + 0.5) * cell];
    writeShare(context, el, shares[n + 1], ...middle);
  }
}

// In black or white, whichever stands out more from the share's grey.
function writeShare(context, el, share, x, y) {
  const fill = `rgb(${grey(share / MOST < 0.62 ? 1 : 0)})`;
  write(context, el, String(Math.round(100 * share)), x, y + 1, "center", { fill });
}

function drawNothing(context, el, left, grid, cell) {
  ruled(context, el, { ...grid, step: cell, left, top: TOP, role: "rule" });
  const middle = [left + (grid.columns / 2) * cell, TOP + (grid.rows / 2) * cell];
  context.fillStyle = colour(el, "panel");
  context.fillRect(middle[0] - 40, middle[1] - 10, 80, 20);
  write(context, el, "nothing yet", ...middle, "center", MUTED);
}

// The class token may look at itself: a square of its own, in its colour.
function drawItself(context, el, x, y, share, cell) {
  const side = cell - 3;
  if (share !== undefined) {
    context.fillStyle = `rgb(${grey(share / MOST)})`;
    context.fillRect(x + 1.5, y, side, side);
    writeShare(context, el, share, x + cell / 2, y + side / 2);
  }
  context.strokeStyle = colour(el, "class-token");
  context.lineWidth = 3;
  context.strokeRect(x + 1.5, y, side, side);
  write(context, el, "class token", x + cell + 8, y + side / 2, "left");
}

// The two class rows one above the other, number by number.
export function drawRows(canvas, el, { names, classRows }, width) {
  const context = sharp(canvas, width, 176);
  const words = `the class rows, ${classRows[0].length} numbers each`;
  write(context, el, words, 0, 10, "left", BOLD);
  classRows.forEach((row, i) => {
    const top = TOP + 58 * i;
    write(context, el, names[i], 0, top + 8, "left");
    context.drawImage(shaded(row, row.length, NUMBERS), 0, top + 18, width, 30);
    context.strokeStyle = colour(el, "class-token");
    context.lineWidth = 2;
    context.strokeRect(1, top + 18, width - 2, 30);
  });
  scaleBar(context, el, 0, TOP + 124, width, NUMBERS);
}

const placeOf = (layer, depth, width) =>
  LEFT + (layer / depth) * (width - LEFT - RIGHT);

// The layer nearest to a place on the curve's canvas.
export function layerAt(x, depth, width) {
  const layer = Math.round(((x - LEFT) / (width - LEFT - RIGHT)) * depth);
  return Math.min(Math.max(layer, 0), depth);
}

// The distance of the class rows before the first layer and after each.
export function drawCurve(canvas, el, { apart, layer }, width) {
  const [depth, most, height] = [apart.length - 1, scaleEnd(apart), 176];
  const context = sharp(canvas, width, height);
  const bottom = height - 38;
  const x = (place) => placeOf(place, depth, width);
  const y = (value) => bottom - (value / most) * (bottom - TOP - 10);
  write(context, el, "distance of the two class rows", 0, 10, "left", BOLD);
  drawAxes(context, el, { x, y, most, layer, depth });
  const orange = colour(el, "class-token");
  Object.assign(context, { strokeStyle: orange, fillStyle: orange, lineWidth: 2.5 });
  context.beginPath();
  apart.forEach((value, place) => context.lineTo(x(place), y(value)));
  context.stroke();
  apart.forEach((value, place) => dot(context, x(place), y(value), 4));
  context.fillStyle = colour(el, "ink");
  dot(context, x(layer), y(apart[layer]), 6);
  const [align, aside] = layer === 0 ? ["left", 0] : ["right", 6]; // the line rises
  const above = y(apart[layer]) - 16;
  onPanel(context, el, distance(apart[layer]), x(layer) + aside, above, align);
}

// Bold words that no line of the grid runs through.
function onPanel(context, el, words, x, y, align) {
  write(context, el, words, x, y, align, BOLD);
  const wide = context.measureText(words).width + 6;
  const start = align === "left" ? 3 : wide - 3;
  context.fillStyle = colour(el, "panel");
  context.fillRect(x - start, y - 8, wide, 16);
  write(context, el, words, x, y, align, BOLD);
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function drawAxes(context, el, { x, y, most, layer, depth }) {
  context.strokeStyle = colour(el, "rule");
  context.lineWidth = 1;
  const path = new Path2D();
  for (const value of [0, most / 2, most]) {
    path.rect(x(0), y(value), x(depth) - x(0), 0);
    write(context, el, String(value), LEFT - 9, y(value), "right", MUTED);
  }
  path.rect(x(layer), y(most), 0, y(0) - y(most));
  context.stroke(path);
  for (let place = 0; place <= depth; place++) {
    const look = place === layer ? BOLD : MUTED;
    write(context, el, String(place), x(place), y(0) + 15, "center", look);
  }
  write(context, el, "layers passed", x(depth / 2), y(0) + 31, "center", MUTED);
}
