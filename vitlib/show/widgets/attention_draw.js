// Draws one query's way through a head: its patch, the scores, the weights, the mean.

import { colour, outline, ruled, sharp, write } from "./base.js";
import { roundUp } from "./attention_math.js";
import { spot } from "./patches_math.js";
import { painted, scaleBar, shaded, signedUpTo, weightsUpTo } from "./shades.js";

const LIMIT = 8; // of scores, always the same, so that dividing them pales the map
const SCORES = { ...signedUpTo(LIMIT), words: [`≤ −${LIMIT}`, "0", `≥ ${LIMIT}`] };

const BOLD = { weight: "bold" };
const MUTED = { role: "muted" };
export const TOP = 24; // below a heading, in pixels
const FOOT = 38; // for a scale, or words
const GAP = 12; // between two patches
const TALLEST = 220; // of a picture
const ROW = 168; // the height of the row of weights
const [LEFT, CEILING, FLOOR] = [44, 34, 26]; // beside, above and below its bars

// How large the picture and its maps are in a room; `step` is a patch's side.
export function fitted({ info, size }, room) {
  const scale = Math.min(room / info.width, TALLEST / info.height);
  const [across, down] = [info.width * scale, info.height * scale];
  return { across, down, step: size * scale, room };
}

// The canvas ready to draw on below a heading; a note ends it, if there is room.
function opened(canvas, el, { room, down }, heading, note, right) {
  const context = sharp(canvas, room, TOP + down + FOOT);
  write(context, el, heading, 0, 10, "left", BOLD);
  if (context.measureText(`${heading}  ${note}`).width <= right)
    write(context, el, note, right, 10, "right", MUTED);
  return context;
}

// What lies in the cells of a grid, and the query outlined there.
function gridded(context, el, image, { across, down, step }, grid, query, role) {
  context.drawImage(image, 0, TOP, across, down);
  ruled(context, el, { ...grid, step, top: TOP, line: 1, role });
  const { row, column } = spot(query, grid.columns);
  outline(context, el, column * step, TOP + row * step, step, step, { role: "query" });
}

export function drawPicture(canvas, el, { cut, image, box, query }) {
  const note = `patch ${query}`;
  const context = opened(canvas, el, box, "1 query", note, box.across);
  gridded(context, el, image, box, cut.grid, query, "paper");
  const words = `${cut.grid.rows} × ${cut.grid.columns} patches`;
  write(context, el, words, 0, TOP + box.down + 14, "left", MUTED);
}

export function drawScores(canvas, el, { cut, scores, by, box, query }) {
  const context = opened(canvas, el, box, "2 scores", by.short, box.across);
  const divided = scores.map((score) => score / by.value);
  const image = shaded(divided, cut.grid.columns, SCORES);
  gridded(context, el, image, box, cut.grid, query, "rule");
  scaleBar(context, el, 0, TOP + box.down + 10, box.across, SCORES);
}

// The scale of the weights ends at a round number of percent that none exceeds.
export function weightScale(weights) {
  const most = roundUp(Math.max(...weights));
  const percents = Number((100 * most).toPrecision(1));
  return { ...weightsUpTo(most), words: ["0%", "", `${percents}%`], most };
}

export function drawWeights(canvas, el, { cut, weights, box, query }) {
  const context = opened(canvas, el, box, "3 weights", "softmax", box.across);
  const scale = weightScale(weights);
  const image = shaded(weights, cut.grid.columns, scale);
  gridded(context, el, image, box, cut.grid, query, "rule");
  scaleBar(context, el, 0, TOP + box.down + 10, box.across, scale);
}

// The query's patch, and beside it the mean of all patches by their weights.
export function drawMean(canvas, el, { cut, query, mean, box }) {
  const side = Math.min((box.room - GAP) / 2, box.down);
  const right = 2 * side + GAP;
  const context = opened(canvas, el, box, "4 output", "mean of values", right);
  const shape = { channels: cut.info.channels, height: cut.size, width: cut.size };
  for (const [i, [pixels, role, words]] of [
    [cut.patch(query), "query", "query"],
    [mean, "value", "mean"],
  ].entries()) {
    const x = i * (side + GAP) + 1.5;
    context.drawImage(painted(pixels, shape), x, TOP + 1.5, side - 3, side - 3);
    context.strokeStyle = colour(el, role);
    context.lineWidth = 3;
    context.strokeRect(x, TOP + 1.5, side - 3, side - 3);
    write(context, el, words, x - 1.5, TOP + side + 14, "left", MUTED);
  }
}

// The weights in reading order, a bar each; a dashed line where all would be equal.
export function drawRow(canvas, el, { cut, weights, query }, width) {
  const context = sharp(canvas, width, ROW);
  const { most, words } = weightScale(weights);
  const step = (width - LEFT - 4) / weights.length;
  const x = (n) => LEFT + n * step;
  const y = (share) => ROW - FLOOR - (share / most) * (ROW - FLOOR - CEILING);
  write(context, el, "the row of weights", 0, 10, "left", BOLD);
  const even = `– – equal: 1/${weights.length}`;
  write(context, el, even, width, 10, "right", MUTED);
  axes(context, el, { x, y, most, words, cut, query });
  const gap = Math.min(step / 4, 3);
  weights.forEach((share, n) => {
    context.fillStyle = colour(el, n === query - 1 ? "query" : "ink");
    context.fillRect(x(n) + gap / 2, y(share), step - gap, y(0) - y(share));
  });
  context.strokeStyle = colour(el, "muted");
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.beginPath();
  for (const n of [0, weights.length]) context.lineTo(x(n), y(1 / weights.length));
  context.stroke();
  context.setLineDash([]);
}

// Shares at the left; below, the first patch of each of the picture's rows.
function axes(context, el, { x, y, most, words, cut, query }) {
  const { count, grid } = cut;
  const lines = new Path2D();
  for (const share of [0, most]) {
    lines.rect(x(0), y(share), x(count) - x(0), 0);
    write(context, el, words[share ? 2 : 0], LEFT - 6, y(share), "right", MUTED);
  }
  const own = x(query - 0.5);
  for (let first = 0; first < count; first += grid.columns) {
    if (first) lines.rect(x(first), y(most), 0, y(0) - y(most));
    if (Math.abs(x(first + 0.5) - own) > 24)
      write(context, el, String(first + 1), x(first + 0.5), y(0) + 14, "center", MUTED);
  }
  context.strokeStyle = colour(el, "rule");
  context.lineWidth = 1;
  context.stroke(lines);
  write(context, el, "▴", own, y(0) + 5, "center", { role: "query", size: 10 });
  write(context, el, String(query), own, y(0) + 15, "center", BOLD);
}
