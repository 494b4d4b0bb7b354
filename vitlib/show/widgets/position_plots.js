// Draws a table of positions, and the curve of how similar they are to one of them.

import { colour, sharp, write } from "./base.js";
import { neighbours } from "./position_math.js";
import { scaleBar } from "./shades.js";

export const LEFT = 34; // where the table and the curve begin, in pixels
export const TOP = 36;
const TABLE = 188; // the table's height
const BOLD = { weight: "bold" };
const MUTED = { role: "muted" };

// All rows of numbers; the chosen row and the chosen pair's columns are outlined.
export function drawTable(
  { table, el, info, shades, signed },
  kind,
  place,
  pair,
  width,
) {
  const context = sharp(table, width, 280);
  const size = { width: width - LEFT - 3, height: TABLE };
  const count = info.rows * info.columns;
  const [across, down] = [size.width / info.dim, TABLE / count];
  write(context, el, `the table (${count} × ${info.dim})`, 0, 10, "left", BOLD);
  context.drawImage(shades, LEFT, TOP, size.width, TABLE);
  if (kind === "2-D sinusoid") {
    context.fillStyle = colour(el, "ink");
    context.fillRect(LEFT + size.width / 2 - 0.5, TOP, 1, TABLE + 6);
  }
  frame(context, el, LEFT + 2 * pair * across, TOP, 2 * across, TABLE);
  frame(context, el, LEFT, TOP + place * down, size.width, down);
  const middle = LEFT + (2 * pair + 1) * across;
  const near = Math.min(Math.max(middle, LEFT + 22), width - 24);
  write(context, el, `pair ${pair}`, near, TOP - 10, "center");
  for (const n of [0, count - 1, place])
    if (n === place || Math.abs(n - place) * down > 13)
      write(context, el, String(n), LEFT - 6, TOP + (n + 0.5) * down, "right");
  const ends = ENDS[kind];
  const foot = TOP + TABLE + 12;
  write(context, el, ends[0], LEFT, foot, "left", MUTED);
  write(context, el, ends[1], LEFT + size.width, foot, "right", MUTED);
  scaleBar(context, el, LEFT, foot + 14, size.width, signed);
  return size;
}

// Around a thing that may be a few pixels thin, so that it stays in sight.
function frame(context, el, x, y, width, height) {
  for (const [role, line, off] of [
    ["paper", 4, 2],
    ["ink", 2, 1.5],
  ]) {
    context.strokeStyle = colour(el, role);
    context.lineWidth = line;
    context.strokeRect(x - off, y - off, width + 2 * off, height + 2 * off);
  }
}

const ENDS = {
  "1-D sinusoid": ["fast hands", "slow hands"],
  "2-D sinusoid": ["the row's half", "the column's half"],
  learned: ["", ""],
};

// The chosen place has a dot, the one at its right and the one below triangles.
export function drawCurve({ curve, el, info, low }, place, similar, width, height) {
  const context = sharp(curve, width, height);
  const [bottom, room] = [height - 26, width - LEFT - 14];
  const x = (n) => LEFT + 4 + (n / (similar.length - 1)) * room;
  const y = (value) => TOP + ((1 - value) / (1 - low)) * (bottom - TOP);
  write(context, el, "similarity", 0, 10, "left", BOLD);
  write(context, el, "▸ at the right  ▾ below", width, 10, "right", MUTED);
  axes(context, el, { x, y, low, last: similar.length - 1, place, bottom });
  const look = { strokeStyle: colour(el, "position"), lineWidth: 2.5 };
  Object.assign(context, { ...look, lineJoin: "round" });
  context.beginPath();
  similar.forEach((value, n) => context.lineTo(x(n), y(value)));
  context.stroke();
  context.fillStyle = colour(el, "ink");
  const { right, below } = neighbours(place, info);
  const marks = [
    [place, 0, 0],
    [right, 6, 0],
    [below, 0, 6],
  ];
  for (const [n, dx, dy] of marks)
    if (n !== null) mark(context, x(n), y(similar[n]), dx, dy);
}

function axes(context, el, { x, y, low, last, place, bottom }) {
  context.strokeStyle = colour(el, "rule");
  context.lineWidth = 1;
  const lines = new Path2D();
  for (const value of new Set([low, Math.max(low, 0), 1])) {
    lines.rect(LEFT, y(value), x(last) - LEFT, 0);
    const name = String(value).replace("-", "−");
    write(context, el, name, LEFT - 5, y(value), "right", MUTED);
  }
  lines.rect(x(place), y(1), 0, bottom - y(1));
  context.stroke(lines);
  for (const n of [0, last, place])
    if (n === place || Math.abs(x(n) - x(place)) > 22)
      write(context, el, String(n), x(n), bottom + 14, "center", MUTED);
}

// A dot, or a triangle that points along (dx, dy).
function mark(context, x, y, dx, dy) {
  context.beginPath();
  if (!dx && !dy) context.arc(x, y, 4.5, 0, 2 * Math.PI);
  else
    for (const [along, aside] of [
      [1, 0],
      [-0.6, 1],
      [-0.6, -1],
    ])
      context.lineTo(x + along * dx + aside * dy, y + along * dy + aside * dx);
  context.fill();
}
