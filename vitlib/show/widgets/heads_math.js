// What the heads' widget computes and says; tested against vitlib.

import { forward, layerNorm, linear, patchify, sharesOf } from "./model_math.js";
import { gridSize, patchAt, sizesThatFit, spot, where } from "./patches_math.js";
import { gridSinusoid } from "./position_math.js";
import { percent, randomFilters } from "./tokens_math.js";
import { counted, many } from "./words.js";

export const COUNTS = [1, 2, 3, 4, 6, 8, 12];
export const DIM = 48; // which each of them divides
const [FEWEST, MOST] = [15, 1024]; // tokens that are shown
const CONTRAST = 3; // of patches: as loud as positions
const GAIN = 1.4; // of random weights: the scores then spread by 1 to 2
const FIRST = 2 ** 20; // of the random weights after those of the patches
const EVEN = 8; // times an even share: there the greys end
export const ASIDE = 1.4; // cells that the class token takes at a map's right
export const CAPTION = 20; // above a map, in pixels
const [BAR, GAP] = [10, 12]; // below a map, and between maps

// Sides of the square patches that fit a picture, and are not too many.
export function fitting(info) {
  const count = (size) => (info.height * info.width) / size ** 2;
  return sizesThatFit(info).filter((p) => count(p) >= FEWEST && count(p) <= MOST);
}

// Of some sizes the one nearest to a wanted one, the smaller of two.
export function nearestSize(sizes, wanted) {
  const off = (size) => Math.abs(size - wanted);
  return sizes.reduce((best, size) => (off(size) < off(best) ? size : best));
}

// A picture's tokens as an untrained layer gets them (N, 48): patches and positions.
export function randomTokens(numbers, info, size) {
  const { channels } = info;
  const { rows, columns } = gridSize(info.height, info.width, size);
  const cut = { ...info, patch: [size, size], patches: rows * columns };
  const pixels = patchify(numbers, cut).map((shade) => shade - 0.5); // (N, C·P²)
  const length = channels * size ** 2;
  const weights = {
    "patch.weight": randomFilters(DIM, length), // (48, C·P²)
    "norm.weight": new Float64Array(DIM).fill(1),
    "norm.bias": new Float64Array(DIM),
  };
  const tokens = linear(pixels, length, weights, "patch"); // (N, 48)
  const places = gridSinusoid(rows, columns, DIM); // (N, 48)
  const both = tokens.map((value, i) => CONTRAST * value + places[i]);
  return layerNorm(both, { dim: DIM, eps: 1e-5 }, weights, "norm");
}

// The untrained layer: q, k and v of a token come from one matrix (144, 48).
export function randomWeights() {
  const qkv = randomFilters(3 * DIM, DIM, FIRST).map((weight) => GAIN * weight);
  return { "qkv.weight": qkv, "key.weight": qkv.slice(DIM * DIM, 2 * DIM * DIM) };
}

// The keys of all tokens, (N, 48).
export const keysOf = (weights, tokens) => linear(tokens, DIM, weights, "key");

// Of the untrained layer, given the tokens and their keys (N, 48): the query's q, k and
// v (144,), and of each head its shares of attention (N,).
export function askRandom(weights, tokens, keys, row, heads) {
  const own = linear(tokens.slice(row * DIM, (row + 1) * DIM), DIM, weights, "qkv");
  const size = DIM / heads;
  const shares = Array.from({ length: heads }, (_, head) =>
    sharesOf(own.slice(head * size, (head + 1) * size), keys, head * size, DIM),
  );
  return { own, shares };
}

// The trained model, its weights cut into other heads, run on a picture.
export const runCut = ({ config, weights }, heads, image) =>
  forward({ config: { ...config, heads }, weights }, image);

// The same of a trained layer (from 1), given what `runCut` found.
export function askTrained({ config, weights }, result, layer, row) {
  const block = `blocks.${layer - 1}`;
  const before = result.rows[layer - 1].slice(row * DIM, (row + 1) * DIM);
  const normed = layerNorm(before, config, weights, `${block}.norm1`); // (48,)
  const own = linear(normed, DIM, weights, `${block}.attn.qkv`); // (144,)
  const count = config.patches + 1;
  const shares = result.attention[layer - 1].map((map) =>
    map.slice(row * count, (row + 1) * count),
  );
  return { own, shares };
}

// −Σ a ln a of shares, in nats; at most ln N.
export function entropy(shares) {
  return shares.reduce((sum, a) => (a > 0 ? sum - a * Math.log(a) : sum), 0);
}

// Where the greys end among so many tokens.
export const darkest = (count) => Number((EVEN / count).toPrecision(2));

// How `count` maps of so many cells lie in a room: as large as they can be.
export function arranged(count, width, height, { rows, columns }) {
  let best = { step: -1 };
  for (let beside = 1; beside <= count; beside++) {
    if (count % beside) continue;
    const across = (width + GAP) / beside;
    const down = (height + GAP) / (count / beside);
    const step = Math.min(
      (across - GAP) / columns,
      (down - GAP - CAPTION - BAR) / rows,
    );
    if (step > best.step) best = { columns: beside, step, across, down };
  }
  return best;
}

// The token under a point: 0 the class token, patches from 1; null where there is none.
// `spots` say where patches begin that are drawn with cells of `step` pixels.
export function tokenAt({ x, y }, spots, { rows, columns, first }) {
  for (const { left, top, step } of spots) {
    const [across, row] = [(x - left) / step, Math.floor((y - top) / step)];
    if (row < 0 || row >= rows || across < 0) continue;
    if (across < columns) return row * columns + Math.floor(across) + 1;
    const beside = across - columns - ASIDE + 1;
    if (first === 0 && row === 0 && beside >= 0 && beside < 1) return 0;
  }
  return null;
}

// Where in a picture a patch has its middle, from 0 to 1; the class token's is the
// picture's.
export function middleOf(query, { rows, columns }) {
  if (query === 0) return { y: 0.5, x: 0.5 };
  const { row, column } = spot(query, columns);
  return { y: (row + 0.5) / rows, x: (column + 0.5) / columns };
}

// The patch over such a place.
export function patchOver({ y, x }, { rows, columns }) {
  const place = { y: y * rows, x: x * columns };
  return patchAt(place, { height: rows, width: columns }, 1);
}

export const nats = (value) => value.toFixed(2);

export const nameOfToken = (query) => (query ? `patch ${query}` : "the class token");

export function queryWords(query, columns) {
  return `${query}: ${query ? where(spot(query, columns)) : "the class token"}`;
}

// What the cut costs.
export function costWords(heads, count) {
  const parameters = `4 · ${DIM}² + 4 · ${DIM} = ${counted(4 * DIM ** 2 + 4 * DIM)}`;
  const square = `${heads} · ${counted(count)}² = ${counted(heads * count ** 2)}`;
  return [
    `Parameters of the layer: ${parameters}, however many heads.`,
    `Attention weights: h · N² = ${square}.`,
  ];
}

// How widely the heads look.
export function widthWords(query, shares) {
  const [heads, count] = [shares.length, shares[0].length];
  const found = shares.map(entropy);
  const span = [...new Set([Math.min(...found), Math.max(...found)].map(nats))];
  const most = `ln ${count} = ${nats(Math.log(count))}`.replaceAll(" ", "\u00a0");
  return [
    `${many(heads, "head")} of ${many(DIM / heads, "feature")}. Entropy for ` +
      `${nameOfToken(query)}: ${span.join(" to ")} nats; looking everywhere alike ` +
      `would be ${most}.`,
  ];
}

export const RANDOM_WORDS = [
  "Untrained: the weights are random, and the same for each number of heads. What a " +
    "head looks at is chance, but each head has its own.",
];

// What becomes of the trained model, cut so.
export function trainedWords(heads, trainedHeads, { probabilities }, right) {
  const share = Math.max(...probabilities);
  const digit = probabilities.indexOf(share);
  const reads = `Cut so, the model says ${digit} (${percent(share)})`;
  const whole = `, and reads ${right} of 450 test digits rightly.`;
  const size = DIM / trainedHeads;
  const own = `${trainedHeads} heads of ${size}`;
  return heads === trainedHeads
    ? [reads + whole, `This is how it was trained: with ${own}, and patches of 2 × 2.`]
    : [reads + whole, `It was trained with ${own}: same weights, but never cut so.`];
}
