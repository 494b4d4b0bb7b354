// Draws how large the gradient of each block is, in pre-norm and in post-norm.

import { colour, sharp, write } from "./base.js";
import { DEEPEST, NORMS } from "./depth_math.js";

const BOLD = { weight: "bold" };
const MUTED = { role: "muted" };
const [LEFT, RIGHT, TOP, HEIGHT] = [40, 14, 58, 320];
const BOTTOM = HEIGHT - 44;
const MARKS = [1, 2, 4, 8, 16]; // of the scale, equally far from each other
const [LEAST, MOST] = [1, 16];
const BLOCKS = [1, 4, 8, 12, 16, 20, 24];
const ROLES = { "pre-norm": "ink", "post-norm": "stream" }; // circles, and squares

const across = (width) => (width - LEFT - RIGHT) / (DEEPEST - 1);
const xOf = (block, width) => LEFT + (block - 1) * across(width);

function yOf(length) {
  const share = Math.log(length / LEAST) / Math.log(MOST / LEAST);
  return BOTTOM - share * (BOTTOM - TOP);
}

// The depth nearest to a place on the drawing.
export function depthAt(x, width) {
  const block = Math.round((x - LEFT) / across(width)) + 1;
  return Math.min(Math.max(block, 1), DEEPEST);
}

// Room for the drawing, before it is made.
export const blank = (canvas, width) => void sharp(canvas, width, HEIGHT);

// In each norm the lengths of the blocks' gradients, and the last one's at any depth.
export function drawGradients(canvas, el, { depth, lengths, lasts }, width) {
  const context = sharp(canvas, width, HEIGHT);
  write(context, el, "length of a block's gradient", 0, 10, "left", BOLD);
  drawKey(context, el);
  drawAxes(context, el, depth, width);
  for (const norm of NORMS) {
    const at = (numbers) =>
      Array.from(numbers, (length, i) => [xOf(i + 1, width), yOf(length)]);
    drawDots(context, el, norm, at(lasts[norm]).slice(depth));
    drawLine(context, el, norm, at(lengths[norm]), across(width) > 12 ? 4 : 3);
  }
}

function drawKey(context, el) {
  NORMS.forEach((norm, i) => {
    const x = 112 * i;
    drawLine(context, el, norm, [
      [x + 6, 34],
      [x + 26, 34],
    ]);
    write(context, el, norm, x + 36, 34, "left");
  });
}

function drawLine(context, el, norm, points, size = 4) {
  const style = colour(el, ROLES[norm]);
  Object.assign(context, { strokeStyle: style, lineWidth: 2.5, lineJoin: "round" });
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
  for (const [x, y] of points) {
    context.beginPath();
    if (norm === "post-norm") context.rect(x - size, y - size, 2 * size, 2 * size);
    else context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = norm === "post-norm" ? style : colour(el, "panel");
    context.fill();
    context.stroke();
  }
}

// Where the line would end, were there more blocks.
function drawDots(context, el, norm, points) {
  context.fillStyle = colour(el, ROLES[norm]);
  for (const [x, y] of points) {
    context.beginPath();
    if (norm === "post-norm") context.rect(x - 1.5, y - 1.5, 3, 3);
    else context.arc(x, y, 1.75, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawAxes(context, el, depth, width) {
  context.strokeStyle = colour(el, "rule");
  context.lineWidth = 1;
  const lines = new Path2D();
  for (const length of MARKS) {
    lines.rect(LEFT, yOf(length), width - LEFT - RIGHT, 0);
    write(context, el, String(length), LEFT - 10, yOf(length), "right", MUTED);
  }
  lines.rect(xOf(depth, width), TOP, 0, BOTTOM - TOP);
  context.stroke(lines);
  for (const block of new Set([...BLOCKS, depth])) {
    if (block !== depth && Math.abs(block - depth) * across(width) < 20) continue;
    const look = block === depth ? BOLD : MUTED;
    write(context, el, String(block), xOf(block, width), BOTTOM + 15, "center", look);
  }
  const words = "block; dots: the last one, if deeper";
  write(context, el, words, 0, BOTTOM + 34, "left", MUTED);
}
