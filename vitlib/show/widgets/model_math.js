// A vitlib ViT, run in the page: from an image to logits, with all that lies between.
// Tables are typed arrays, row after row: (N, D) is N·D numbers. Tested against vitlib.

import { checked } from "./model_sizes.js";

// The numbers that Python packed: {config, weights}, weights by their names in vitlib.
export function unpackModel({ config, shapes, halves }) {
  const bytes = Uint8Array.from(atob(halves), (letter) => letter.charCodeAt(0));
  const [weights, view] = [{}, new DataView(bytes.buffer)];
  let start = 0;
  for (const [name, shape] of shapes) {
    const numbers = new Float64Array(shape.reduce((count, side) => count * side, 1));
    for (let i = 0; i < numbers.length; i++)
      numbers[i] = fromHalf(view.getUint16(2 * (start + i), true));
    weights[name] = numbers;
    start += numbers.length;
  }
  return { config, weights: checked(config, weights) };
}

// A finite float16 from its bits: sign, five of the exponent, ten of the fraction.
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

// What the model makes of an image (C, H, W):
//   rows: the table (N+1, D) before the first layer and after each, depth + 1 of them;
//   attention: of each layer, of each head, the weights (N+1, N+1);
//   logits and probabilities: (K,).
export function forward(model, image) {
  const { config, weights } = model;
  const attention = [];
  let x = embed(model, image); // (N+1, D)
  const rows = [x];
  for (let layer = 0; layer < config.depth; layer++) {
    const block = `blocks.${layer}`;
    const maps = [];
    const inside = layerNorm(x, config, weights, `${block}.norm1`); // (N+1, D)
    x = sum(x, attend(inside, config, weights, `${block}.attn`, maps));
    const within = layerNorm(x, config, weights, `${block}.norm2`); // (N+1, D)
    x = sum(x, mlp(within, config, weights, `${block}.mlp`));
    rows.push(x);
    attention.push(maps);
  }
  const logits = readOut(model, x);
  return { logits, probabilities: softmax(logits), rows, attention };
}

// Norm and head: logits (K,) from the class token's row, or the patches' mean. Given an
// earlier layer's rows: what the head would say of them, though it learned the last's.
export function readOut({ config, weights }, rows) {
  const { dim, pool } = config;
  const normed = layerNorm(rows, config, weights, "norm"); // (N+1, D)
  let read = normed.subarray(0, dim);
  if (pool === "mean") {
    const patches = normed.length / dim - 1;
    read = new Float64Array(dim);
    for (let i = dim; i < normed.length; i++) read[i % dim] += normed[i] / patches;
  }
  return weights["head.weight"] ? linear(read, dim, weights, "head") : read;
}

// Exponentials over their sum; the largest is taken off first, so that none overflows.
export function softmax(scores) {
  const shares = new Float64Array(scores.length);
  let [most, total] = [-Infinity, 0];
  for (let i = 0; i < scores.length; i++) most = Math.max(most, scores[i]);
  for (let i = 0; i < scores.length; i++)
    total += shares[i] = Math.exp(scores[i] - most);
  for (let i = 0; i < scores.length; i++) shares[i] /= total;
  return shares;
}

// Tokens, the class token first, with positions: (C, H, W) → (N+1, D).
function embed({ config, weights }, image) {
  const patches = patchify(image, config); // (N, C·P²)
  const length = patches.length / config.patches;
  const tokens = linear(patches, length, weights, "patch_embed.proj"); // (N, D)
  const x = new Float64Array(config.dim + tokens.length); // (N+1, D)
  x.set(weights.cls_token);
  x.set(tokens, config.dim);
  return weights.pos_embed ? sum(x, weights.pos_embed) : x;
}

// Patches in reading order, each channel by channel and row by row: (N, C·P²).
export function patchify(image, { channels, height, width, patch, patches }) {
  const [tall, wide] = patch;
  const columns = width / wide;
  const numbers = new Float64Array(image.length);
  let i = 0;
  for (let n = 0; n < patches; n++) {
    const [top, left] = [Math.floor(n / columns) * tall, (n % columns) * wide];
    for (let channel = 0; channel < channels; channel++)
      for (let y = top; y < top + tall; y++)
        for (let x = left; x < left + wide; x++)
          numbers[i++] = image[(channel * height + y) * width + x];
  }
  return numbers;
}

// y = W x + b for each row of x, of so many numbers; some layers have no b.
export function linear(x, width, weights, name) {
  const weight = weights[`${name}.weight`];
  const bias = weights[`${name}.bias`];
  const outputs = weight.length / width;
  const y = new Float64Array((x.length / width) * outputs);
  let at = 0;
  for (let row = 0; row < x.length; row += width)
    for (let o = 0; o < outputs; o++) {
      let total = bias ? bias[o] : 0;
      const start = o * width;
      for (let i = 0; i < width; i++) total += x[row + i] * weight[start + i];
      y[at++] = total;
    }
  return y;
}

// Each row with mean 0 and variance 1, then stretched and shifted number by number.
export function layerNorm(x, { dim, eps }, weights, name) {
  const [scale, shift] = [weights[`${name}.weight`], weights[`${name}.bias`]];
  const y = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += dim) {
    let [mean, variance] = [0, 0];
    for (let i = 0; i < dim; i++) mean += x[row + i] / dim;
    for (let i = 0; i < dim; i++) variance += (x[row + i] - mean) ** 2 / dim;
    const factor = 1 / Math.sqrt(variance + eps);
    for (let i = 0; i < dim; i++)
      y[row + i] = (x[row + i] - mean) * factor * scale[i] + shift[i];
  }
  return y;
}

// Multi-head self-attention, (N+1, D) → (N+1, D); adds each head's weights to `maps`.
export function attend(x, { dim, heads }, weights, name, maps) {
  const qkv = linear(x, dim, weights, `${name}.qkv`); // (N+1, 3·D): all q, all k, all v
  const mixed = new Float64Array(x.length);
  for (let head = 0; head < heads; head++)
    maps.push(attendOnce(qkv, dim, dim / heads, head, mixed));
  return linear(mixed, dim, weights, `${name}.proj`);
}

// One head: its weights (N+1, N+1); the means of its values go to their place in `mixed`.
export function attendOnce(qkv, dim, size, head, mixed) {
  const count = mixed.length / dim;
  const map = new Float64Array(count * count);
  for (let m = 0; m < count; m++) {
    const start = 3 * dim * m + size * head;
    const query = qkv.subarray(start, start + size);
    map.set(sharesOf(query, qkv, dim + size * head, 3 * dim), m * count);
    for (let n = 0; n < count; n++) {
      const value = 3 * dim * n + 2 * dim + size * head;
      const share = map[m * count + n];
      for (let i = 0; i < size; i++)
        mixed[dim * m + size * head + i] += share * qkv[value + i];
    }
  }
  return map;
}

// A query's shares of attention (N,): softmax(q·k/√d). The keys lie in a table, the
// first one's d numbers from `first` on, and each `step` numbers after the one before.
export function sharesOf(query, table, first, step) {
  const scores = new Float64Array(Math.ceil((table.length - first) / step));
  for (let n = 0; n < scores.length; n++) {
    const key = first + step * n;
    for (let i = 0; i < query.length; i++) scores[n] += query[i] * table[key + i];
    scores[n] /= Math.sqrt(query.length);
  }
  return softmax(scores);
}

// Two layers on each row alone, GELU between them: (N+1, D) → (N+1, D).
export function mlp(x, { dim, hidden }, weights, name) {
  const wide = linear(x, dim, weights, `${name}.fc1`); // (N+1, hidden)
  return linear(wide.map(gelu), hidden, weights, `${name}.fc2`);
}

// x times the share of a normal distribution that lies below x.
export function gelu(x) {
  return (x / 2) * (1 + erf(x / Math.SQRT2));
}

// By the series 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)), whose terms have one sign.
export function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x); // to within 1e-16
  let [term, total] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

export function sum(one, other) {
  return one.map((value, i) => value + other[i]);
}
