// Back-propagation through one block: from the gradient of the loss by what leaves it
// to that by what enters it, and the squares of those by its weights. Tested against
// torch.autograd.
// Tables are typed arrays, row after row; a gradient has its table's shape and name.

import { attendOnce, erf, layerNorm, linear, sum } from "./model_math.js";

// The two halves of a block: the norm's name, and the branch there and back.
const HALVES = [
  { norm: "norm1", there: attention, back: attentionBack },
  { norm: "norm2", there: mlpKept, back: mlpBack },
];

// x + f(LN(x)) in pre-norm, LN(x + f(x)) in post-norm, twice: (N, D) → (N, D). Returns
// {out, kept}, where `kept` has what the way back needs.
export function blockThere(x, sizes, weights, norm) {
  const kept = [];
  for (const { norm: name, there } of HALVES) {
    const pre = norm === "pre-norm";
    const inside = pre ? layerNorm(x, sizes, weights, name) : x; // (N, D)
    const branch = there(inside, sizes, weights);
    const total = sum(x, branch.out);
    kept.push({ normed: pre ? x : total, branch });
    x = pre ? total : layerNorm(total, sizes, weights, name);
  }
  return { out: x, kept };
}

// From the gradient by the block's output, (N, D): {slope, squares}, the gradient by
// its input and, by name, those by its weights.
export function blockBack(slope, kept, sizes, weights, norm) {
  const squares = {};
  for (const half of [1, 0]) {
    const { norm: name, back } = HALVES[half];
    const { normed, branch } = kept[half];
    const through = (by) => normBack(by, normed, sizes, weights, name, squares);
    if (norm === "pre-norm")
      slope = sum(slope, through(back(slope, branch, sizes, weights, squares)));
    else {
      slope = through(slope);
      slope = sum(slope, back(slope, branch, sizes, weights, squares));
    }
  }
  return { slope, squares };
}

// Of y = W x + b, row by row: from the gradient by y that by x; notes those by W and b.
function linearBack(slope, x, width, weights, name, squares) {
  const weight = weights[`${name}.weight`];
  const outputs = weight.length / width;
  const byInput = new Float64Array(x.length);
  for (let row = 0, at = 0; row < x.length; row += width)
    for (let o = 0, w = 0; o < outputs; o++, at++) {
      const part = slope[at];
      for (let i = row; i < row + width; i++, w++) byInput[i] += part * weight[w];
    }
  noteSquares(slope, outputs, x, width, name, squares);
  return byInput;
}

// The gradient by W is Σₙ sₙ xₙᵀ over the rows, and the sum of its squares is
// Σₘₙ (sₘ·sₙ)(xₘ·xₙ): with few rows much less work than the matrix. By b it is Σₙ sₙ.
function noteSquares(slope, outputs, x, width, name, squares) {
  let [byWeight, byBias] = [0, 0];
  for (let m = 0, row = 0; row < x.length; m += outputs, row += width)
    for (let n = 0, other = 0; n <= m; n += outputs, other += width) {
      let [slopes, inputs] = [0, 0];
      for (let i = 0; i < outputs; i++) slopes += slope[m + i] * slope[n + i];
      for (let i = 0; i < width; i++) inputs += x[row + i] * x[other + i];
      const times = n === m ? 1 : 2;
      byWeight += times * slopes * inputs;
      byBias += times * slopes;
    }
  squares[`${name}.weight`] = byWeight;
  squares[`${name}.bias`] = byBias;
}

// Of LayerNorm: what the rows' mean and variance undo is taken off again.
export function normBack(slope, x, { dim, eps }, weights, name, squares) {
  const scale = weights[`${name}.weight`];
  const [byScale, byShift] = [new Float64Array(dim), new Float64Array(dim)];
  const byInput = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += dim) {
    const { mean, factor } = moments(x, row, dim, eps);
    let [flat, along] = [0, 0];
    for (let i = 0; i < dim; i++) {
      const unit = (x[row + i] - mean) * factor;
      byScale[i] += slope[row + i] * unit;
      byShift[i] += slope[row + i];
      flat += (slope[row + i] * scale[i]) / dim;
      along += (slope[row + i] * scale[i] * unit) / dim;
    }
    for (let i = 0; i < dim; i++) {
      const unit = (x[row + i] - mean) * factor;
      byInput[row + i] = factor * (slope[row + i] * scale[i] - flat - unit * along);
    }
  }
  squares[`${name}.weight`] = squared(byScale);
  squares[`${name}.bias`] = squared(byShift);
  return byInput;
}

function squared(numbers) {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i] * numbers[i];
  return total;
}

// A row's mean, and 1 over the root of its variance.
function moments(x, row, dim, eps) {
  let [mean, variance] = [0, 0];
  for (let i = 0; i < dim; i++) mean += x[row + i] / dim;
  for (let i = 0; i < dim; i++) variance += (x[row + i] - mean) ** 2 / dim;
  return { mean, factor: 1 / Math.sqrt(variance + eps) };
}

function attention(x, { dim, heads }, weights) {
  const qkv = linear(x, dim, weights, "attn.qkv"); // (N, 3·D)
  const mixed = new Float64Array(x.length); // (N, D)
  const maps = Array.from({ length: heads }, (_, head) =>
    attendOnce(qkv, dim, dim / heads, head, mixed),
  );
  const out = linear(mixed, dim, weights, "attn.proj");
  return { out, x, qkv, mixed, maps };
}

function attentionBack(slope, kept, { dim, heads }, weights, squares) {
  const { x, qkv, mixed, maps } = kept;
  const byMixed = linearBack(slope, mixed, dim, weights, "attn.proj", squares);
  const byQkv = new Float64Array(qkv.length); // (N, 3·D)
  maps.forEach((map, head) =>
    headBack(byMixed, qkv, map, dim, dim / heads, head, byQkv),
  );
  return linearBack(byQkv, x, dim, weights, "attn.qkv", squares);
}

// Of one head: adds the squares by its queries, keys and values to `byQkv`.
function headBack(byMixed, qkv, map, dim, size, head, byQkv) {
  const count = Math.sqrt(map.length);
  const root = Math.sqrt(size);
  for (let m = 0; m < count; m++) {
    const [query, mixed] = [3 * dim * m + size * head, dim * m + size * head];
    const byShare = new Float64Array(count);
    let mean = 0;
    for (let n = 0; n < count; n++) {
      const [value, share] = [3 * dim * n + 2 * dim + size * head, map[m * count + n]];
      for (let i = 0; i < size; i++) {
        byShare[n] += byMixed[mixed + i] * qkv[value + i];
        byQkv[value + i] += share * byMixed[mixed + i];
      }
      mean += share * byShare[n];
    }
    for (let n = 0; n < count; n++) {
      const key = 3 * dim * n + dim + size * head;
      const byScore = (map[m * count + n] * (byShare[n] - mean)) / root;
      for (let i = 0; i < size; i++) {
        byQkv[query + i] += byScore * qkv[key + i];
        byQkv[key + i] += byScore * qkv[query + i];
      }
    }
  }
}

// GELU(x) = x Φ(x), whose slope is Φ(x) + x e^(−x²/2) / √2π.
function mlpKept(x, { dim, hidden }, weights) {
  const wide = linear(x, dim, weights, "mlp.fc1"); // (N, hidden)
  const below = wide.map((value) => (1 + erf(value / Math.SQRT2)) / 2);
  const active = wide.map((value, i) => value * below[i]);
  const bell = (value) => Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI);
  const slopes = wide.map((value, i) => below[i] + value * bell(value));
  return { out: linear(active, hidden, weights, "mlp.fc2"), x, active, slopes };
}

function mlpBack(slope, { x, active, slopes }, { dim, hidden }, weights, squares) {
  const byActive = linearBack(slope, active, hidden, weights, "mlp.fc2", squares);
  const byWide = byActive.map((value, i) => value * slopes[i]); // (N, hidden)
  return linearBack(byWide, x, dim, weights, "mlp.fc1", squares);
}
