// What the attention explorer computes and says; tested against vitlib.

import { linear, softmax } from "./model_math.js";
import {
  gridSize,
  patchRow,
  sizesThatFit,
  spot,
  unpack,
  where,
} from "./patches_math.js";
import { percent, randomFilters, written } from "./tokens_math.js";
import { counted, many } from "./words.js";

export const HEADS = [1, 2, 4, 8, 16, 32, 64]; // features of a head
const WIDEST = HEADS.at(-1);
const [FEWEST, MOST] = [12, 150]; // patches that one can tell apart in a map
const EPS = 1e-6; // keeps a patch that is all of the picture's mean near 0
const EQUAL = 1e-9; // weights that differ by less are the same, but for rounding

// The patch sizes that leave no pixel over, and make 12 to 150 patches.
export function patchSizes(info) {
  return sizesThatFit(info).filter((size) => {
    const { rows, columns } = gridSize(info.height, info.width, size);
    return rows * columns >= FEWEST && rows * columns <= MOST;
  });
}

// All patches as rows of pixels, (N, D).
export function patchTable(numbers, info, size) {
  const { rows, columns } = gridSize(info.height, info.width, size);
  const width = info.channels * size * size;
  const table = new Float64Array(rows * columns * width);
  for (let n = 0; n < rows * columns; n++)
    table.set(patchRow(numbers, info, size, n + 1), n * width);
  return table;
}

// The mean of all numbers is taken off, and each row gets the mean square 1.
export function tokensFrom(patches, width) {
  const mean = patches.reduce((total, shade) => total + shade, 0) / patches.length;
  const tokens = Float64Array.from(patches, (shade) => shade - mean);
  for (let start = 0; start < tokens.length; start += width) {
    const row = tokens.subarray(start, start + width);
    const square = row.reduce((total, x) => total + x * x, 0) / width;
    row.set(row.map((x) => x / Math.sqrt(square + EPS)));
  }
  return tokens;
}

// Queries and keys of the widest head, (N, 64) each; the first d of their numbers are
// those of a head with d features. `projections` is "shared", W_k = W_q, or "separate".
export function projected(tokens, width, projections) {
  const filters = randomFilters(projections === "shared" ? WIDEST : 2 * WIDEST, width);
  const times = (from) => {
    const weight = filters.subarray(from * width, (from + WIDEST) * width);
    return linear(tokens, width, { "w.weight": weight }, "w");
  };
  const queries = times(0);
  return { queries, keys: projections === "shared" ? queries : times(WIDEST) };
}

// A picture cut into patches, and what depends on nothing else, worked out once.
export class Cut {
  constructor(info, size) {
    Object.assign(this, { info, size, heads: {} });
    this.grid = gridSize(info.height, info.width, size);
    this.count = this.grid.rows * this.grid.columns;
    this.width = info.channels * size * size;
    this.patches = patchTable(unpack(info), info, size);
  }

  // Queries and keys with either kind of projections.
  headsOf(projections) {
    const tokens = () => tokensFrom(this.patches, this.width);
    return (this.heads[projections] ??= projected(tokens(), this.width, projections));
  }

  patch(query) {
    return this.patches.subarray((query - 1) * this.width, query * this.width);
  }
}

// q·k of a query, by its place from 0, with each key: (N,).
export function scoresOf({ queries, keys }, query, headDim) {
  const scores = new Float64Array(keys.length / WIDEST);
  for (let n = 0; n < scores.length; n++)
    for (let i = 0; i < headDim; i++)
      scores[n] += queries[query * WIDEST + i] * keys[n * WIDEST + i];
  return scores;
}

// What scores are divided by, and how that is written.
export function divisor(divideBy, headDim, width) {
  if (divideBy === "nothing") return { value: 1, words: "nothing", short: "q·k" };
  const inside = divideBy === "head" ? headDim : width;
  const value = Math.sqrt(inside);
  const sign = Number.isInteger(value) ? "=" : "≈";
  const rounded = String(Number(value.toFixed(1)));
  const words = `√${counted(inside)} ${sign} ${rounded}`;
  return { value, words, short: `÷ ${rounded}` };
}

// The way of one query: its scores, divided, the weights, and the mean of the values.
export function attentionOf(heads, patches, query, headDim, by) {
  const scores = scoresOf(heads, query, headDim); // (N,)
  const weights = softmax(scores.map((score) => score / by)); // (N,)
  const width = patches.length / weights.length;
  const mean = new Float64Array(width);
  for (let i = 0; i < patches.length; i++)
    mean[i % width] += weights[Math.floor(i / width)] * patches[i];
  return { scores, weights, mean };
}

// −Σ w ln w, in nats: 0 if one weight is all, ln N if all are equal.
export function entropy(weights) {
  return weights.reduce((total, w) => (w > 0 ? total - w * Math.log(w) : total), 0);
}

// The places, from 0, of the largest weight; equal patches share it.
export function largest(weights) {
  const most = Math.max(...weights);
  const places = [...weights.keys()];
  return places.filter((n) => weights[n] >= most * (1 - EQUAL));
}

// 1, 2 or 5 times a power of ten, the least that is not below a number: a scale's end.
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((times) => times * power >= value * (1 - EQUAL));
  return Number((factor * power).toPrecision(1));
}

export function sizeWords({ height, width }, size) {
  const { rows, columns } = gridSize(height, width, size);
  return `${size}: N = ${rows * columns}`;
}

const SMALL = "⁰¹²³⁴⁵⁶";
export const headWords = (step) => `${HEADS[step]} = 2${SMALL[step]}`;

export function queryWords(query, columns) {
  return `${query}: ${where(spot(query, columns))}`;
}

// What the settings come to, in four lines.
export function attentionWords({ cut, headDim, by, query, scores, weights }) {
  const { count, grid, info, size, width } = cut;
  const tokens = `${info.channels} · ${size}² = ${many(width, "number")}`;
  return [
    `Each of ${count} tokens: D = ${tokens}; its q and k: ${many(headDim, "number")}`,
    `Scores q·k: ${range(scores)}; divided by ${byWords(by, scores)}`,
    entropyWords(weights),
    largestWords(weights, query, grid.columns),
  ];
}

const range = (scores) =>
  `${written(Math.min(...scores))} to ${written(Math.max(...scores))}`;

function byWords({ value, words }, scores) {
  if (words === "nothing") return words;
  return `${words}: ${range(scores.map((score) => score / value))}`;
}

// e to the entropy is how many equal weights would have it.
function entropyWords(weights) {
  const found = entropy(weights);
  const most = `ln ${weights.length} = ${Math.log(weights.length).toFixed(2)}`;
  const even = Math.exp(found);
  const equal = even < 9.95 ? even.toFixed(1) : even.toFixed(0);
  const nats = `${found.toFixed(2)} nats of at most ${most}`;
  return `Entropy: ${nats}; ${equal} equal weights have as much`;
}

function largestWords(weights, query, columns) {
  const places = largest(weights);
  const itself = places.includes(query - 1);
  const patch = itself ? query : places[0] + 1;
  const share = percent(weights[patch - 1]);
  const named = `patch ${patch}, ${where(spot(patch, columns))}`;
  const others = places.length - 1;
  const more = others ? `, and ${many(others, "patch")} equal to it` : "";
  const own = itself ? " (the query itself)" : "";
  return `Largest weight: ${share}, ${named}${own}${more}`;
}

// What the pictures show: the query, its scores, its weights, the output, and the row.
export function partWords({ cut, by, query, weights }, picture) {
  const patches = `${cut.count} patches`;
  return [
    `${picture} in ${patches}; patch ${query}, the query, is outlined, and the arrow ` +
      "keys move it",
    `Scores of ${patches} for query ${query}, divided by ${by.words}`,
    `Weights of ${patches}. ${largestWords(weights, query, cut.grid.columns)}`,
    `Patch ${query}, and the mean of ${patches} by their weights`,
    `The weights of query ${query} in reading order, ${cut.count} bars`,
  ];
}
