// A drawing: 8 × 8 cells of 0 to 16, each the count of those of its 4 × 4 finer pixels
// that ink covers. So the digits were made that the model learned from. Ink is an array
// of 32 × 32 zeros and ones, row after row; no function changes the one that it gets.

export const CELLS = 8; // on a side
const FINE = 4; // finer pixels on a cell's side
const SIDE = CELLS * FINE;
export const FULL = FINE * FINE;
export const PEN = 4.5; // a stroke's width in finer pixels: it gives the data's ink
const FRAME = 24; // columns of finer pixels that most of the data's digits fill

const cellOf = (i) =>
  Math.floor(i / SIDE / FINE) * CELLS + Math.floor((i % SIDE) / FINE);

// The cells' counts (64,).
export function levelsOf(ink) {
  const levels = new Array(CELLS * CELLS).fill(0);
  ink.forEach((inked, i) => (levels[cellOf(i)] += inked));
  return levels;
}

// Ink that has these counts, in each cell spread evenly.
export function inkOf(levels) {
  const order = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
  const within = (i) => (Math.floor(i / SIDE) % FINE) * FINE + (i % FINE);
  return Uint8Array.from(
    { length: SIDE * SIDE },
    (_, i) => order[within(i)] < levels[cellOf(i)],
  );
}

// The ink after a pen, or a rubber, went straight from one place to another, [x, y] in
// cells: it covers, or clears, what lies within half its width of the way.
export function stroked(ink, from, to, erase = false) {
  const [ax, ay, bx, by] = [...from, ...to].map((place) => place * FINE);
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const reach = erase ? PEN : PEN / 2; // a rubber is twice as wide
  return ink.map((inked, i) => {
    const [x, y] = [(i % SIDE) + 0.5 - ax, Math.floor(i / SIDE) + 0.5 - ay];
    const along = squared && Math.min(Math.max((x * dx + y * dy) / squared, 0), 1);
    const near = Math.hypot(x - along * dx, y - along * dy) <= reach;
    return near ? Number(!erase) : inked;
  });
}

// The ink with one cell's count changed by so many, to 0 or 16 at most.
export function dabbed(ink, cell, change) {
  const levels = levelsOf(ink);
  levels[cell] = Math.min(Math.max(levels[cell] + change, 0), FULL);
  const other = inkOf(levels);
  return ink.map((inked, i) => (cellOf(i) === cell ? other[i] : inked));
}

// The ink moved by whole cells; what leaves the drawing is lost.
export function shifted(ink, across, down) {
  return taken(ink, (x, y) => [x - across * FINE, y - down * FINE]);
}

// The ink stretched to the frame that the data's digits fill, from top to bottom and
// six columns wide, but one way no more than twice as much as the other.
export function fitted(ink) {
  const box = boundsOf(ink);
  if (!box) return ink;
  const full = [FRAME / box.width, SIDE / box.height];
  const [across, down] = full.map((scale, i) => Math.min(scale, 2 * full[1 - i]));
  const left = (SIDE - box.width * across) / 2;
  const top = (SIDE - box.height * down) / 2;
  return taken(ink, (x, y) => [
    box.left + Math.floor((x + 0.5 - left) / across),
    box.top + Math.floor((y + 0.5 - top) / down),
  ]);
}

// Each finer pixel as the ink has it at the place that `from` names, none outside.
function taken(ink, from) {
  const inside = (place) => place >= 0 && place < SIDE;
  return ink.map((_, i) => {
    const [x, y] = from(i % SIDE, Math.floor(i / SIDE));
    return inside(x) && inside(y) ? ink[y * SIDE + x] : 0;
  });
}

// The smallest box around all ink, or null.
function boundsOf(ink) {
  const places = [...ink.keys()].filter((i) => ink[i]);
  if (!places.length) return null;
  const [columns, rows] = [places.map((i) => i % SIDE), places.map((i) => i / SIDE)];
  const [left, top] = [Math.min(...columns), Math.floor(Math.min(...rows))];
  const [right, bottom] = [Math.max(...columns), Math.floor(Math.max(...rows))];
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}
