// What the token maker computes and says; tested against vitlib.

import { patchRow } from "./patches_math.js";
import { many } from "./words.js";

const NOTHING = 1e-9; // a share that is due to rounding
const GREY = 0.5; // a plain patch, whose token is all zeros: the bias sees to that

// An integer of 32 bits, scattered: the finaliser of MurmurHash3.
export function scattered(number) {
  let bits = number >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

// Random weights (count, length), the same as Python's to the bit. The sum of the four
// bytes of a scattered number falls on a bell; mean 0, a filter's length about 1. They
// are those of the integers from `first` on.
export function randomFilters(count, length, first = 1) {
  const spread = Math.sqrt(((256 * 256 - 1) / 3) * length);
  const filters = new Float64Array(count * length);
  for (let i = 0; i < filters.length; i++) {
    const bits = scattered(first + i);
    const sum = (bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255);
    filters[i] = (sum + (bits >>> 24) - 510) / spread;
  }
  return filters;
}

// The waves that side × side pixels can hold, smooth ones first, (side², side²):
// cosines down and across, each wave of length 1.
export function waves(side) {
  const line = (k, i) => Math.cos((Math.PI * (2 * i + 1) * k) / (2 * side));
  const table = Array.from({ length: side }, (_, k) =>
    Array.from({ length: side }, (_, i) => line(k, i) * Math.sqrt((k ? 2 : 1) / side)),
  );
  const order = Array.from({ length: side * side }, (_, n) => n);
  const rough = (n) => Math.floor(n / side) ** 2 + (n % side) ** 2;
  order.sort((a, b) => rough(a) - rough(b) || a - b);
  const filters = new Float64Array(side ** 4);
  order.forEach((n, row) => {
    const [down, across] = [table[Math.floor(n / side)], table[n % side]];
    const start = row * side * side;
    for (let i = 0; i < side * side; i++)
      filters[start + i] = down[Math.floor(i / side)] * across[i % side];
  });
  return filters;
}

// Product of the numbers of two rows that start at i and j. Four sums at a time, since
// one would wait for itself; rows of pixels have lengths that 4 divides.
function product(rows, i, others, j, length) {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let k = 0; k < length; k += 4) {
    a += rows[i + k] * others[j + k];
    b += rows[i + k + 1] * others[j + k + 1];
    c += rows[i + k + 2] * others[j + k + 2];
    d += rows[i + k + 3] * others[j + k + 3];
  }
  return a + b + c + d;
}

// The first `length` filters made orthonormal one after the other (Gram and Schmidt), so
// that the first D of them reach the same patches as the first D filters.
export function orthonormal(filters, length) {
  const rows = filters.slice(0, length * length);
  for (let i = 0; i < rows.length; i += length) {
    const size = Math.sqrt(product(rows, i, rows, i, length));
    for (let k = 0; k < length; k++) rows[i + k] /= size;
    for (let j = i + length; j < rows.length; j += length) {
      const share = product(rows, i, rows, j, length);
      for (let k = 0; k < length; k++) rows[j + k] -= share * rows[i + k];
    }
  }
  return rows;
}

// How much a patch agrees with each of the filters, its grey taken off: its token.
// Filters that there are not give 0.
export function tokenOf(filters, pixels, width) {
  const shifted = pixels.map((shade) => shade - GREY);
  const length = pixels.length;
  const rows = Math.min(width, filters.length / length);
  const token = new Float64Array(width);
  for (let i = 0; i < rows; i++)
    token[i] = product(filters, i * length, shifted, 0, length);
  return token;
}

// The share of the patch that a token of 0, 1, … numbers loses: ‖x − x̂‖² / ‖x − grey‖².
// `parts` is the patch's token in the orthonormal basis.
export function lostShares(parts) {
  const lost = new Float64Array(parts.length + 1);
  for (let i = parts.length; i > 0; i--) lost[i - 1] = lost[i] + parts[i - 1] ** 2;
  return lost.map((part) => part / lost[0]);
}

// Of all patches that have the token of the first `width` filters, the one nearest to
// grey: least squares.
export function recovered(basis, parts, width) {
  const length = parts.length;
  const patch = new Float64Array(length).fill(GREY);
  for (let i = 0; i < Math.min(width, length); i++)
    for (let k = 0; k < length; k++) patch[k] += parts[i] * basis[i * length + k];
  return patch;
}

// Of each patch and kind of weights, what does not depend on the width, worked out once:
// the widest token, the patch in an orthonormal basis, and what each width loses.
export class Studies {
  static filters = {}; // of each kind, shared by all widgets on a page

  constructor(numbers, picture, size, widest) {
    Object.assign(this, { numbers, picture, size, widest, studied: {} });
  }

  made(weights) {
    const known = Studies.filters;
    if (known[weights]) return known[weights];
    const length = this.size ** 2;
    if (weights === "waves") {
      const filters = waves(this.size);
      return (known.waves = { filters, basis: filters });
    }
    const filters = randomFilters(this.widest, length);
    return (known.random = { filters, basis: orthonormal(filters, length) });
  }

  of(weights, patch) {
    const key = `${weights} ${patch}`;
    if (this.studied[key]) return this.studied[key];
    const { filters, basis } = this.made(weights);
    const pixels = patchRow(this.numbers, this.picture, this.size, patch);
    const token = tokenOf(filters, pixels, this.widest);
    const parts = tokenOf(basis, pixels, pixels.length);
    return (this.studied[key] = { token, parts, lost: lostShares(parts) });
  }

  // What each width loses of a patch, with either kind of weights.
  curves(patch) {
    return {
      random: this.of("random", patch).lost,
      waves: this.of("waves", patch).lost,
    };
  }
}

// A number of a token, to two decimals and with its sign.
export function written(number) {
  const digits = Math.abs(number).toFixed(2);
  if (Number(digits) === 0) return digits;
  return `${number < 0 ? "−" : "+"}${digits}`;
}

// 0.8415 as "84%", and never "0%" or "100%" of what is not.
export function percent(share) {
  if (share < NOTHING) return "0%";
  if (share < 0.001) return "less than 0.1%";
  if (share > 0.999) return "more than 99.9%";
  const digits = share < 0.0995 || share > 0.99 ? 1 : 0;
  return `${(100 * share).toFixed(digits)}%`;
}

// What the width comes to, in two lines.
export function outcome(weights, width, length, share) {
  const first = `${many(width, "number")} from ${length} pixels:`;
  if (width < length && share < NOTHING)
    return [`✓ ${first} nothing of this patch is lost`, "Other patches need more."];
  if (width < length)
    return [
      `✗ ${first} ${percent(share)} of the patch is lost`,
      "Measured against plain grey: with 100% lost, the patch would come back grey.",
    ];
  const kept = `✓ ${first} nothing is lost`;
  const more = many(width - length, "number");
  if (width === length)
    return [kept, "As many numbers as pixels: fewer do not suffice for all patches."];
  return weights === "waves"
    ? [kept, `There are only ${length} waves: the other ${more} stay 0.`]
    : [kept, `${length} would do: the token has ${more} to spare.`];
}
