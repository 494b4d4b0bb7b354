// Draws the picture with its query, the query's numbers cut into heads, and the maps.

import { colour, outline, ruled, sharp, write } from "./base.js";
import { ASIDE, CAPTION, DIM, arranged, darkest, entropy } from "./heads_math.js";
import { nameOfToken, nats } from "./heads_math.js";
import { spot } from "./patches_math.js";
import { scaleBar, shaded, signedBeyond, weightsUpTo } from "./shades.js";

const BOLD = { weight: "bold" };
const TOP = 24; // below a heading, in pixels
const SCENE = 150; // the picture's height, at most
const LEFT = 18; // beside the strips
const STRIP = { top: 44, height: 26, step: 32 };
const CUT = 4; // between the groups of a strip
const NUMBERS = signedBeyond(2);
const FOOT = 56; // below the maps

const scales = {}; // kept, since each draws its bar once

const scaleFor = (count) => (scales[count] ??= weightsUpTo(darkest(count)));

const widest = ({ columns, first }) => columns + (first === 0 ? ASIDE : 0);

// The picture in its patches, the query outlined. Gives the place of the patches.
export function drawScene(canvas, el, { image, grid, query }, width) {
  const context = sharp(canvas, width, TOP + SCENE + 2);
  const step = Math.min((width - 2) / widest(grid), SCENE / grid.rows);
  const at = { left: 1, top: TOP, step };
  write(context, el, `${nameOfToken(query)} asks`, 0, 10, "left", BOLD);
  context.drawImage(image, 1, TOP, grid.columns * step, grid.rows * step);
  const role = grid.first === 0 ? "rule" : "paper";
  ruled(context, el, { ...grid, ...at, role, line: Math.min(1.5, step / 12) });
  const aside = 1 + (grid.columns + ASIDE - 0.5) * step;
  for (const [i, word] of grid.first === 0 ? ["class", "token"].entries() : [])
    write(context, el, word, aside, TOP + step + 14 + 15 * i, "center");
  mark(context, el, grid, at, query, 2.5);
  return [at];
}

// The class token's square, and the outline of the query.
function mark(context, el, grid, { left, top, step }, query, line) {
  const aside = [left + (grid.columns + ASIDE - 1) * step, top];
  if (grid.first === 0) {
    context.strokeStyle = colour(el, "class-token");
    context.lineWidth = 2.5;
    const inset = query ? 1.25 : line + 1.5; // inside the outline, if it has one
    const side = step - 2 * inset;
    context.strokeRect(aside[0] + inset, top + inset, side, side);
  }
  const { row, column } = spot(query, grid.columns);
  const place = query ? [left + column * step, top + row * step] : aside;
  outline(context, el, ...place, step, step, { role: "query", line });
}

// The query's own q, k and v, (48,) each, cut into as many groups as there are heads.
export function drawSplit(canvas, el, own, heads, width) {
  const context = sharp(canvas, width, TOP + SCENE + 2);
  const words = `its q, k and v: ${DIM} features, ${heads} × ${DIM / heads}`;
  write(context, el, words, 0, 10, "left", BOLD);
  const across = (width - LEFT + CUT) / heads;
  for (let head = 0; head < heads; head++) {
    const middle = LEFT + (head + 0.5) * across - CUT / 2;
    write(context, el, String(head + 1), middle, STRIP.top - 10, "center");
  }
  const strips = shaded(own, DIM, NUMBERS); // one canvas for all: each takes its time
  ["query", "key", "value"].forEach((role, line) => {
    const top = STRIP.top + line * STRIP.step;
    write(context, el, role[0], 0, top + STRIP.height / 2, "left", BOLD);
    drawGroups(context, el, strips, { across, heads, top, role, line });
  });
  scaleBar(context, el, LEFT, TOP + SCENE - 22, width - LEFT - 1, NUMBERS);
}

function drawGroups(context, el, strips, { across, heads, top, role, line }) {
  const size = DIM / heads;
  context.strokeStyle = colour(el, role);
  context.lineWidth = 2;
  for (let head = 0; head < heads; head++) {
    const place = [LEFT + head * across, top, across - CUT, STRIP.height];
    context.drawImage(strips, head * size, line, size, 1, ...place);
    context.strokeRect(...place);
  }
}

// A map of attention for each head, with its entropy. Gives the maps' places.
export function drawMaps(canvas, el, { shares, grid, query }, width) {
  const area = width > 500 ? 330 : 350;
  const context = sharp(canvas, width, TOP + area + FOOT);
  const count = shares[0].length;
  const [scale, most] = [scaleFor(count), Math.log(count)];
  const cells = { rows: grid.rows, columns: widest(grid) };
  const way = arranged(shares.length, width - 2, area, cells);
  write(context, el, "its attention, head by head", 0, 10, "left", BOLD);
  const patches = shares.flatMap((row) => [...row.slice(1 - grid.first)]);
  const maps = shaded(patches, grid.columns, scale); // one above the other
  const spots = shares.map((row, head) => {
    const left = 1 + (head % way.columns) * way.across;
    const top = TOP + CAPTION + Math.floor(head / way.columns) * way.down;
    const at = { left, top, step: way.step };
    drawMap(context, el, maps, { head, grid, at, query, itself: scale.shade(row[0]) });
    drawEntropy(context, el, entropy(row), { head, at, most, cells });
    return at;
  });
  drawFoot(context, el, { count, most, scale, width, top: TOP + area });
  return spots;
}

function drawMap(context, el, maps, { head, grid, at, query, itself }) {
  const { left, top, step } = at;
  const { rows, columns } = grid;
  const size = [columns * step, rows * step];
  context.drawImage(maps, 0, head * rows, columns, rows, left, top, ...size);
  context.strokeStyle = colour(el, "rule");
  context.lineWidth = 1;
  context.strokeRect(left, top, ...size);
  if (grid.first === 0) {
    context.fillStyle = `rgb(${itself.join(" ")})`;
    context.fillRect(left + (columns + ASIDE - 1) * step, top, step, step);
  }
  mark(context, el, grid, at, query, 1.5);
}

// The head's number and entropy above its map, and a bar below, full for the most.
function drawEntropy(context, el, value, { head, at, most, cells }) {
  const { left, top, step } = at;
  const [width, below] = [cells.columns * step, top + cells.rows * step + 4];
  const name = width > 90 ? `head ${head + 1}` : String(head + 1);
  write(context, el, name, left, top - 10, "left", BOLD);
  write(context, el, nats(value), left + width, top - 10, "right");
  bar(context, el, left, below, width, value / most);
}

function bar(context, el, x, y, width, share) {
  context.fillStyle = colour(el, "rule");
  context.fillRect(x, y, width, 5);
  context.fillStyle = colour(el, "ink");
  context.fillRect(x, y, width * share, 5);
}

function drawFoot(context, el, { count, most, scale, width, top }) {
  bar(context, el, 1, top + 12, 24, 0.7);
  const words = `entropy in nats; full: ln ${count} = ${nats(most)}`;
  write(context, el, words, 32, top + 15, "left");
  scaleBar(context, el, 1, top + 28, Math.min(width - 2, 320), scale);
}
