// The map's upper half: a picture, its patches, the tokens with class and position.

import { colour, hatch, write } from "./base.js";

export const [STEP, CELL] = [12, 9]; // of the drawn sequences
const [HIGH, WIDEST, FLATTEST] = [84, 3, 1 / 3]; // of the picture, its shape limited
const FINEST = 2.5; // between lines that can still be told apart, in pixels
const ROWS = 4; // of a token's column

// A line that ends in a full head.
export function arrow(context, el, from, to, line = 2.5) {
  const style = colour(el, "stream");
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [dx, dy] = [0, 1].map((axis) => (to[axis] - from[axis]) / length);
  const head = 4 + 2 * line;
  const neck = [to[0] - head * dx, to[1] - head * dy];
  Object.assign(context, { fillStyle: style, strokeStyle: style, lineWidth: line });
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...neck);
  context.stroke();
  context.beginPath();
  context.moveTo(...to);
  for (const side of [1, -1])
    context.lineTo(neck[0] + side * 0.6 * head * dy, neck[1] - side * 0.6 * head * dx);
  context.fill();
}

// How wide words are on the map.
export function breadth(context, el, words) {
  context.font = `12px ${getComputedStyle(el).fontFamily}`;
  return context.measureText(words).width;
}

export function box(context, el, [x, y, width, height], fill, line, thick = 1.5) {
  if (fill) context.fillStyle = colour(el, fill);
  if (fill) context.fillRect(x, y, width, height);
  if (!line) return;
  Object.assign(context, { strokeStyle: colour(el, line), lineWidth: thick });
  context.strokeRect(x, y, width, height);
}

// The picture, stretched to the sides that were chosen, cut as far as patches fit.
export function drawPicture({ context, el, image, room, settings }) {
  const { image_height: height, image_width: width, patch_size: size } = settings;
  const shape = Math.min(Math.max(width / height, FLATTEST), WIDEST);
  const across = Math.min(room, HIGH * shape);
  const tall = across / shape;
  const [left, top] = [(room - across) / 2, 4 + (HIGH - tall) / 2];
  context.drawImage(image, left, top, across, tall);
  const [cells, steps] = [
    [height, tall],
    [width, across],
  ].map(([side, drawn]) => [Math.floor(side / size), (size / side) * drawn]);
  const whole = [cells, steps].map(([count, step]) => count * step);
  hatch(context, el, left, top + whole[0], across, tall - whole[0]);
  hatch(context, el, left + whole[1], top, across - whole[1], whole[0]);
  if (Math.min(cells[1], steps[1]) < FINEST) return;
  context.strokeStyle = colour(el, "paper");
  context.lineWidth = Math.min(1.5, cells[1] / 9);
  const lines = new Path2D();
  for (let i = 0; i <= cells[0]; i++)
    lines.rect(left, top + i * cells[1], whole[1], 0);
  for (let i = 0; i <= steps[0]; i++)
    lines.rect(left + i * steps[1], top, 0, whole[0]);
  context.stroke(lines);
}

// Which of so many things in a row are drawn, where there is room for so many; null is
// a place left out.
export function drawn(count, slots) {
  if (count <= slots) return Array.from({ length: count }, (_, i) => i);
  const first = Array.from({ length: slots - 2 }, (_, i) => i);
  return [...first, null, count - 1];
}

// Calls `draw` with each drawn patch and its left, after a place for the class token.
export function eachPatch({ context, el, rows, columns, room }, middle, draw) {
  const slots = Math.floor(room / STEP) - 1;
  drawn(rows * columns, slots).forEach((patch, slot) => {
    const left = (slot + 1) * STEP;
    if (patch === null) write(context, el, "…", left + CELL / 2, middle, "center");
    else draw(patch, left);
  });
}

// The part of the picture that a share of a patch shows, from `from` to `to` of it.
function paste({ context, image, rows, columns }, patch, [from, to], place) {
  const [wide, high] = [image.width / columns, image.height / rows];
  const [row, column] = [Math.floor(patch / columns), patch % columns];
  const part = [column * wide, (row + from) * high, wide, (to - from) * high];
  context.drawImage(image, ...part, ...place);
}

export function drawPatches(scene, top) {
  eachPatch(scene, top + CELL / 2, (patch, left) =>
    paste(scene, patch, [0, 1], [left, top, CELL, CELL]),
  );
}

export function drawTokens(scene, top) {
  eachPatch(scene, top + 2 * CELL, (patch, left) => {
    for (let i = 0; i < ROWS; i++) {
      const place = [left, top + i * CELL, CELL, CELL];
      paste(scene, patch, [i / ROWS, (i + 1) / ROWS], place);
    }
    const outside = [left, top, CELL, ROWS * CELL];
    box(scene.context, scene.el, outside, null, "patch", 1);
  });
}

export function drawClassToken({ context, el }, top) {
  box(context, el, [0, top, CELL, ROWS * CELL], "class-token", "class-token", 1);
}

// A wave under each token, one place further along.
export function drawPositions({ context, el, ...scene }, top) {
  const wave = (place, left) => {
    const high = 8 + 7 * Math.sin(place * 0.7);
    box(context, el, [left, top + 18 - high, CELL, high], "position", null);
    box(context, el, [left, top, CELL, 18], null, "position", 1);
  };
  wave(0, 0);
  eachPatch({ context, el, ...scene }, top + 9, (patch, left) => wave(patch + 1, left));
}

// The rows that the head does not read.
export function drawUnread(scene, top) {
  eachPatch(scene, top + 2 * CELL, (_, left) =>
    box(scene.context, scene.el, [left, top, CELL, ROWS * CELL], null, "stream", 1),
  );
}
