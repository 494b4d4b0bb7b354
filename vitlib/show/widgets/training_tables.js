// Draws which digits are taken for which, how alike positions are, and the answers.

import { percent } from "./answers.js";
import { colour, outline, ruled, sharp, write } from "./base.js";
import { BOLD, MUTED, TOP, writeOnGrey } from "./class_token_look.js";
import { spot } from "./patches_math.js";
import { grey, scaleBar, shaded, similarFrom } from "./shades.js";
import { CLASSES, mark } from "./training_math.js";

const ASIDE = 22; // of the matrix, where the true digits stand
const NARROW = 280; // where there is no room for long headings
const BLACK = 20; // so many digits in a cell, or more
const COUNTS = {
  shade: (count) => grey(count / BLACK),
  ends: [0, BLACK / 2, BLACK],
  words: ["0", `${BLACK / 2}`, `${BLACK} or more`],
};
const LOW = -0.5; // of the similarities; there the pinks begin
const ALIKE = { ...similarFrom(LOW), words: [`−${-LOW} or less`, "", "1"] };
const MAPS = 236; // across the maps of positions, at most

// How many digits of each kind, row by row, are read as which, column by column.
export function drawConfusion(canvas, el, confusion, width) {
  const cell = Math.min((width - ASIDE - 2) / CLASSES, 28);
  const [top, side] = [TOP + 20, CLASSES * cell];
  const context = sharp(canvas, width, top + side + 36);
  const rows = width > NARROW ? "rows: true digits" : "rows: true";
  const words = `${rows}; columns: read as`;
  write(context, el, words, 0, 10, "left", BOLD);
  context.drawImage(shaded(confusion, CLASSES, COUNTS), ASIDE, top, side, side);
  const grid = { rows: CLASSES, columns: CLASSES, step: cell, left: ASIDE, top };
  ruled(context, el, { ...grid, role: "rule", line: 1 });
  for (let digit = 0; digit < CLASSES; digit++) {
    const middle = (digit + 0.5) * cell;
    write(context, el, String(digit), ASIDE + middle, top - 9, "center", MUTED);
    write(context, el, String(digit), ASIDE - 7, top + middle, "right", MUTED);
  }
  const own = (digit) => [ASIDE + digit * cell, top + digit * cell];
  outlines(context, el, Array.from({ length: CLASSES }, (_, digit) => own(digit)), cell);
  confusion.forEach((count, i) => {
    const x = ASIDE + ((i % CLASSES) + 0.5) * cell;
    const y = top + (Math.floor(i / CLASSES) + 0.5) * cell;
    if (count) writeOnGrey(context, el, String(count), count / BLACK, x, y);
  });
  scaleBar(context, el, ASIDE, top + side + 10, side, COUNTS);
}

// Around squares with their corners at places, seen on light and dark alike; at once,
// since each colour takes its time to look up.
function outlines(context, el, places, side) {
  const squares = new Path2D();
  for (const place of places) squares.rect(...place, side, side);
  for (const [role, line] of [
    ["paper", 3],
    ["ink", 1.5],
  ]) {
    context.strokeStyle = colour(el, role);
    context.lineWidth = line;
    context.stroke(squares);
  }
}

// Of each of the 16 patches, where it lies, a map of how alike the others' positions
// are to its own, which is outlined; a dot is on the one most like it.
export function drawPositions(canvas, el, { alike, nearest }, width) {
  const context = sharp(canvas, width, TOP + MAPS + 34);
  const whole = Math.min(width, MAPS);
  const [gap, count] = [10, 4];
  const side = (whole - (count - 1) * gap) / count;
  write(context, el, "how alike the positions are", 0, 10, "left", BOLD);
  const maps = shaded(alike, count, ALIKE); // one above the other
  const [cell, own] = [side / count, []];
  for (let n = 0; n < count * count; n++) {
    const [row, column] = [Math.floor(n / count), n % count];
    const [left, top] = [column * (side + gap), TOP + row * (side + gap)];
    context.drawImage(maps, 0, n * count, count, count, left, top, side, side);
    own.push([left + column * cell, top + row * cell]);
    dotOn(context, left, top, cell, spot(nearest[n] + 1, count));
  }
  outlines(context, el, own, cell);
  scaleBar(context, el, 0, TOP + MAPS + 10, whole, ALIKE);
}

// White within black: it is seen on all pinks.
function dotOn(context, left, top, cell, { row, column }) {
  const middle = [left + (column + 0.5) * cell, top + (row + 0.5) * cell];
  for (const [radius, part] of [
    [3.5, 1],
    [2, 0],
  ]) {
    context.fillStyle = `rgb(${grey(part)})`;
    context.beginPath();
    context.arc(...middle, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

const across = (width, count) => width / count;

// The digit under a place on the row of answers.
export const digitAt = (x, count, width) =>
  Math.min(Math.max(Math.floor(x / across(width, count)), 0), count - 1);

// The followed digits in a row, with what they are read as; the chosen one outlined.
export function drawAnswers(canvas, el, { names, images, answers, chosen }, width) {
  const step = across(width, names.length);
  const side = Math.min(step - 10, 56);
  const context = sharp(canvas, width, TOP + side + 48);
  const digits = width > NARROW ? "six test digits, and what they" : "six digits";
  const words = `${digits} are read as`;
  write(context, el, words, 0, 10, "left", BOLD);
  names.forEach((name, i) => {
    const middle = (i + 0.5) * step;
    const [left, top] = [middle - side / 2, TOP + 2];
    context.drawImage(images[i], left, top, side, side);
    if (name === chosen) outline(context, el, left, top, side, side);
    const { digit, share } = answers[i];
    const says = `${mark(digit, name)} ${digit}`;
    write(context, el, says, middle, top + side + 16, "center", BOLD);
    write(context, el, percent(share), middle, top + side + 34, "center");
  });
}
