// The map's lower half: the block, as often as there are blocks, and the head.

import { colour, write } from "./base.js";
import {
  CELL,
  arrow,
  box,
  breadth,
  drawClassToken,
  drawUnread,
} from "./cost_stages.js";

const STREAM = 18; // where the residual stream runs down
const PAD = 5; // between words and the box around them
const GAP = 13; // between boxes, with room for an arrow
const MARGIN = 8; // between boxes and the block's right side
const SHORT = { norm: "LN", attention: "attn" }; // where room is scarce
const BLOCK = 172; // its height

const isRoom = ({ context, el, room }) => room >= blockRoom(context, el);
const named = (scene, name) => (isRoom(scene) ? name : (SHORT[name] ?? name));
const around = (context, el, words) => Math.ceil(breadth(context, el, words)) + 2 * PAD;

// The least width of a block in which all is named in full.
export function blockRoom(context, el) {
  const boxes = Object.keys(SHORT).map((name) => around(context, el, name));
  return STREAM + GAP + boxes[0] + GAP + boxes[1] + MARGIN;
}

// One branch: off the stream, norm, attention or MLP, and back to it.
function drawBranch(scene, top, words) {
  const { context, el, room } = scene;
  const norm = STREAM + GAP;
  const narrow = around(context, el, named(scene, "norm")); // its width
  const work = norm + narrow + GAP;
  const wide = room - work - MARGIN;
  const [middle, low] = [work + wide / 2, top + 34];
  Object.assign(context, { strokeStyle: colour(el, "stream"), lineWidth: 2 });
  context.beginPath();
  for (const points of [
    [STREAM, top, norm, top],
    [middle, top, middle, low, middle - 1, low],
  ]) {
    context.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
  }
  context.stroke();
  arrow(context, el, [norm + narrow, top], [work, top], 2);
  arrow(context, el, [middle, low], [STREAM + 9, low], 2);
  box(context, el, [norm, top - 12, narrow, 24], "paper", "stream");
  box(context, el, [work, top - 12, wide, 24], "paper", "stream");
  write(context, el, named(scene, "norm"), norm + narrow / 2, top + 1, "center");
  write(context, el, named(scene, words), middle, top + 1, "center");
  drawPlus(context, el, low);
}

function drawPlus(context, el, y) {
  context.beginPath();
  context.arc(STREAM, y, 9, 0, 2 * Math.PI);
  context.fillStyle = colour(el, "paper");
  context.fill();
  Object.assign(context, { strokeStyle: colour(el, "stream"), lineWidth: 2 });
  context.stroke();
  write(context, el, "+", STREAM, y, "center", { size: 16 });
}

export function drawBlock(scene, top, depth) {
  const { context, el, room } = scene;
  box(context, el, [0.5, top, room - 1, BLOCK], "panel", "rule", 1);
  arrow(context, el, [STREAM, top - 9], [STREAM, top + BLOCK + 18], 5);
  drawBranch(scene, top + 26, "attention");
  drawBranch(scene, top + 98, "MLP");
  const times = depth === 1 ? "once" : `${depth} times`;
  write(context, el, times, room - 8, top + BLOCK - 14, "right", { role: "muted" });
}

// Of all rows the head reads one, and scores the classes.
export function drawHead(scene, top) {
  const { context, el, room } = scene;
  drawClassToken(scene, top);
  drawUnread(scene, top);
  const words = `${named(scene, "norm")}, linear`;
  const wide = Math.min(around(context, el, words) + 12, room - 40);
  arrow(context, el, [CELL / 2, top + 4 * CELL + 3], [CELL / 2, top + 56], 2.5);
  box(context, el, [0.5, top + 57, wide, 26], "paper", "stream");
  write(context, el, words, wide / 2, top + 71, "center");
  arrow(context, el, [wide, top + 70], [wide + 13, top + 70], 2);
  for (const [i, length] of [9, 24, 6].entries())
    box(context, el, [wide + 16, top + 54 + 12 * i, length, 8], "ink", null);
}
