// Draws a picture, from where in it the class token gathers, and what is answered.

import { answerWords } from "./answers.js";
import { colour, ruled, sharp, write } from "./base.js";
import { grey, scaleBar, shaded, weightsUpTo } from "./shades.js";

export const BOLD = { weight: "bold" };
export const MUTED = { role: "muted" };
export const TOP = 24; // below a heading, in pixels
const GAP = 16;
const MOST = 0.5; // of the attention; there the greys end
const SHARES = weightsUpTo(MOST);

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

function writeShare(context, el, share, x, y) {
  writeOnGrey(context, el, String(Math.round(100 * share)), share / MOST, x, y);
}

// In black or white, whichever stands out more from the grey of a part of the scale.
export function writeOnGrey(context, el, words, part, x, y) {
  const fill = `rgb(${grey(part < 0.62 ? 1 : 0)})`;
  write(context, el, words, x, y + 1, "center", { fill });
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
