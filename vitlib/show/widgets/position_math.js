// What the clock hands compute and say; tested against vitlib.

import { short } from "./words.js";

export const KINDS = ["1-D sinusoid", "2-D sinusoid", "learned"];
const WIDTH = 64; // D of the sinusoids shown
const GRID = { rows: 6, columns: 10 }; // of the mountains, cut with P = 10

// How far the hand of pair i of so many numbers turns a step, in radians.
export function frequency(pair, dim) {
  return 10000 ** ((-2 * pair) / dim);
}

// PE[n, 2i] = sin(n · frequency), PE[n, 2i + 1] = cos(n · frequency), row after row.
export function sinusoid(places, dim) {
  const numbers = new Float64Array(places * dim);
  for (let n = 0; n < places; n++)
    for (let i = 0; i < dim / 2; i++) {
      const angle = n * frequency(i, dim);
      numbers[n * dim + 2 * i] = Math.sin(angle);
      numbers[n * dim + 2 * i + 1] = Math.cos(angle);
    }
  return numbers;
}

// Half of each row of numbers tells the place's row in the grid, half its column.
export function gridSinusoid(rows, columns, dim) {
  const [half, lines] = [dim / 2, sinusoid(Math.max(rows, columns), dim / 2)];
  const numbers = new Float64Array(rows * columns * dim);
  for (let n = 0; n < rows * columns; n++)
    for (let k = 0; k < half; k++) {
      numbers[n * dim + k] = lines[Math.floor(n / columns) * half + k];
      numbers[n * dim + half + k] = lines[(n % columns) * half + k];
    }
  return numbers;
}

// A table as Python packs it: float32 in base64.
export function unpackTable({ values }) {
  return new Float32Array(
    Uint8Array.from(atob(values), (byte) => byte.charCodeAt(0)).buffer,
  );
}

// The positions of a kind: {rows, columns, dim, numbers, most}; `most` is its scale.
export function tableOf(kind, learned) {
  if (kind === "learned") {
    const numbers = unpackTable(learned);
    const most = numbers.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
    return { ...learned, numbers, most };
  }
  const { rows, columns } = GRID;
  const flat = kind === "1-D sinusoid";
  const numbers = flat
    ? sinusoid(rows * columns, WIDTH)
    : gridSinusoid(rows, columns, WIDTH);
  return { ...GRID, dim: WIDTH, numbers, most: 1 };
}

// The two numbers of a pair, and for a sinusoid what turns its hand and how far.
export function hand(kind, { columns, dim, numbers }, place, pair) {
  const [across, up] = numbers.slice(
    place * dim + 2 * pair,
    place * dim + 2 * pair + 2,
  );
  if (kind === "learned") return { across, up };
  const flat = kind === "1-D sinusoid";
  const width = flat ? dim : dim / 2;
  const inRows = pair < dim / 4;
  const step = frequency(flat || inRows ? pair : pair - dim / 4, width);
  const at = spotOf(place, columns);
  const steps = flat ? place : inRows ? at.row : at.column;
  const counts = flat ? "place" : inRows ? "row" : "column";
  return { across, up, step, turned: steps * step, steps, counts };
}

// Where in the grid a place lies; all are counted from 0.
export function spotOf(place, columns) {
  return { row: Math.floor(place / columns), column: place % columns };
}

// Cosine of the angle between a place's row of numbers and each other's.
export function cosines({ rows, columns, dim, numbers }, place) {
  const similar = new Float64Array(rows * columns);
  const own = numbers.slice(place * dim, (place + 1) * dim);
  const length = Math.hypot(...own);
  for (let n = 0; n < similar.length; n++) {
    let [product, squares] = [0, 0];
    for (let k = 0; k < dim; k++) {
      const value = numbers[n * dim + k];
      product += value * own[k];
      squares += value * value;
    }
    similar[n] = product / (Math.sqrt(squares) * length);
  }
  return similar;
}

// Where the scale of a kind's similarities begins: below all of them, at a tenth. The
// sinusoids have one scale, so that their shades can be compared.
export function lowest(kind, learned) {
  let low = 1;
  for (const like of kind === "learned" ? [kind] : KINDS.slice(0, 2)) {
    const table = tableOf(like, learned);
    for (let n = 0; n < table.rows * table.columns; n++)
      low = Math.min(low, ...cosines(table, n));
  }
  return Math.floor(10 * low) / 10;
}

// The other places of the highest similarity; several where it is the same.
export function nearest(similar, place) {
  const others = [...similar.keys()].filter((n) => n !== place);
  const best = Math.max(...others.map((n) => similar[n]));
  return others.filter((n) => best - similar[n] < 1e-6);
}

// The neighbours that a reader compares: at the right and below; null outside.
export function neighbours(place, { rows, columns }) {
  const { row, column } = spotOf(place, columns);
  return {
    right: column + 1 < columns ? place + 1 : null,
    below: row + 1 < rows ? place + columns : null,
  };
}

const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format;

export function placeWords(place, columns) {
  const { row, column } = spotOf(place, columns);
  return `${place}: row ${row}, column ${column}`;
}

export function pairWords(pair) {
  return `${pair}: numbers ${2 * pair} and ${2 * pair + 1}`;
}

// What the pair is, in two lines.
export function handWords(pair, { across, up, step, turned, steps, counts }) {
  if (step === undefined) {
    const learned = `Pair ${pair} has no hand: training chose its two numbers`;
    return [learned, `Here they are ${short(across, 3)} and ${short(up, 3)}`];
  }
  const half = counts === "place" ? "" : ` belongs to the ${counts} half and`;
  const radians = step === 1 ? "1 radian" : `${three(step)} radians`;
  const turns = `Pair ${pair}${half} turns by ${radians} a ${counts}`;
  const around = `once around in ${three((2 * Math.PI) / step)} ${counts}s`;
  const far = `${three(turned)} radians, ${short(turned / (2 * Math.PI))} turns`;
  const numbers = `sin\u00a0${short(across)}, cos\u00a0${short(up)}`;
  return [`${turns}: ${around}`, `At ${counts} ${steps}: ${far}; ${numbers}`];
}

// What the place is like, in two lines.
export function likeWords(place, table, similar) {
  const best = nearest(similar, place);
  const { right, below } = neighbours(place, table);
  const side = (n) => (n === null ? "none" : `${n} (${short(similar[n])})`);
  const most = `similarity\u00a0${short(similar[best[0]])}`;
  return [
    `Most like ${place}: ${best.join(", ")} (${most})`,
    `Patch at its right: ${side(right)}; patch below: ${side(below)}`,
  ];
}
