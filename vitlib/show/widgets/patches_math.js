// What the patch explorer computes and says; tested against vitlib.

import { counted, many } from "./words.js";

// The packed picture as numbers in [0, 1], channel by channel, row by row.
export function unpack({ channels, height, width, levels, pixels }) {
  const numbers = Float32Array.from(
    atob(pixels),
    (byte) => byte.charCodeAt(0) / levels,
  );
  const sides = [channels, height, width];
  const whole = [...sides, levels].every((n) => Number.isInteger(n) && n > 0);
  if (!whole || numbers.length !== channels * height * width)
    throw new Error(`a picture of ${sides.join(" × ")} has ${numbers.length} pixels`);
  return numbers;
}

// Whole patches that fit, and how many pixels they leave over.
export function gridSize(height, width, size) {
  const rows = Math.floor(height / size);
  const columns = Math.floor(width / size);
  return { rows, columns, over: height * width - rows * columns * size * size };
}

// Patch `patch` (from 1, in reading order) as a row of C·P² numbers.
export function patchRow(numbers, { channels, height, width }, size, patch) {
  const chosen = spot(patch, Math.floor(width / size));
  const [top, left] = [chosen.row * size, chosen.column * size];
  const row = new Float32Array(channels * size * size);
  for (let i = 0; i < row.length; i++) {
    const at = place(i + 1, size);
    row[i] = numbers[(at.channel * height + top + at.row) * width + left + at.column];
  }
  return row;
}

// Where in its patch the number `number` (from 1) of a row lies, counted from 0.
export function place(number, size) {
  const within = (number - 1) % (size * size);
  const channel = Math.floor((number - 1) / (size * size));
  return { channel, row: Math.floor(within / size), column: within % size };
}

// Where in a grid of so many columns a patch (from 1) lies, counted from 0.
export function spot(patch, columns) {
  return { row: Math.floor((patch - 1) / columns), column: (patch - 1) % columns };
}

export function where({ row, column }) {
  return `row ${row + 1}, column ${column + 1}`;
}

// The sizes up to 60 that leave no pixel over.
export function sizesThatFit({ height, width }) {
  const sizes = Array.from({ length: 60 }, (_, i) => i + 1);
  return sizes.filter((size) => height % size === 0 && width % size === 0);
}

// The middle of a patch, in pixels.
export function middle(patch, { width }, size) {
  const { row, column } = spot(patch, Math.floor(width / size));
  return { y: (row + 0.5) * size, x: (column + 0.5) * size };
}

// The patch over a place in pixels, or the nearest one.
export function patchAt({ y, x }, { height, width }, size) {
  const { rows, columns } = gridSize(height, width, size);
  const row = Math.min(Math.floor(y / size), rows - 1);
  return row * columns + Math.min(Math.floor(x / size), columns - 1) + 1;
}

// What the sizes come to, in three lines.
export function facts({ channels, height, width }, size, { rows, columns, over }) {
  const shape = `${many(rows, "row")} × ${many(columns, "column")}`;
  const length = many(channels * size * size, "number");
  const lines = [`N = ${shape} = ${many(rows * columns, "patch")}`];
  lines.push(`${channels} · ${size}² = ${length} in each`);
  const sides = [...new Set([height, width])];
  if (!over) {
    return [
      ...lines,
      `✓ ${size} divides ${sides.join(" and ")}: no pixel is left over`,
    ];
  }
  const misfits = sides.filter((side) => side % size);
  const misfit =
    misfits.length === 1
      ? `does not divide ${misfits[0]}`
      : `divides neither ${misfits.join(" nor ")}`;
  const share = Math.round((100 * over) / (height * width));
  const lost = `${counted(over)} pixels (${share}%) fit into no patch`;
  return [...lines, `✗ ${size} ${misfit}: ${lost}`];
}

const shade = (value) => value.toFixed(2).replace(/0$/, "");

// A row's first numbers and its last.
export function ends(row) {
  const start = [...row.slice(0, 4)].map(shade).join(", ");
  return row.length > 5 ? `[${start}, …, ${shade(row.at(-1))}]` : `[${start}]`;
}

export function valueOf(number, row) {
  return `number ${counted(number)} is ${shade(row[number - 1])}`;
}

// Which pixel of its patch a number is, and of which colour.
export function pixel(number, size, channels) {
  const at = place(number, size);
  const colours = channels === 1 ? [""] : ["red, ", "green, ", "blue, "];
  return `${counted(number)}: ${colours[at.channel]}${where(at)}`;
}
