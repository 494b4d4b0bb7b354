// What the model does with a drawing, for the reader of digits; tested against vitlib.

import { forward } from "./model_math.js";

// What can be shown of a layer's attention: its heads, their mean, and the rollout.
export const LOOKS = ["head 1", "head 2", "head 3", "head 4", "mean", "rollout"];

// All that is shown of a drawing of 64 levels from 0 to 16: the digits' probabilities
// (10,); by layer and then by LOOKS the class token's shares (N+1,), its own first; and
// the lengths (N+1,) of the stream's rows, before the first layer and after each.
export function read(model, levels) {
  const image = levels.map((level) => level / 16);
  const { probabilities, rows, attention } = forward(model, image);
  const rolled = rollout(attention);
  const classRow = (map) => map.slice(0, Math.sqrt(map.length));
  const shares = attention.map((maps, layer) =>
    [...maps, meanOf(maps), rolled[layer]].map(classRow),
  );
  return { probabilities, shares, norms: norms(rows, model.config.dim) };
}

// The mean of some heads' weights, (N+1, N+1).
export function meanOf(maps) {
  const mean = (_, i) => maps.reduce((total, map) => total + map[i] / maps.length, 0);
  return maps[0].map(mean);
}

// The rollout up to each layer, (N+1, N+1): the product of (A + I) / 2, each layer's
// times that of the layers before it, where A is the mean of its heads.
export function rollout(attention) {
  const count = Math.sqrt(attention[0][0].length);
  const identity = Float64Array.from({ length: count ** 2 }, (_, i) =>
    Number(i % (count + 1) === 0),
  );
  let rolled = identity;
  return attention.map((maps) => {
    const half = meanOf(maps).map((share, i) => (share + identity[i]) / 2);
    rolled = product(half, rolled, count);
    return rolled;
  });
}

// One (n, n) matrix times another.
function product(one, other, n) {
  const result = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let k = 0; k < n; k++)
      for (let column = 0; column < n; column++)
        result[row * n + column] += one[row * n + k] * other[k * n + column];
  return result;
}

// The length of each token's row, √(Σ x²): of every table (N+1, D) its (N+1,).
export function norms(tables, dim) {
  return tables.map((table) => {
    const squares = new Float64Array(table.length / dim);
    table.forEach((value, i) => (squares[Math.floor(i / dim)] += value ** 2));
    return squares.map(Math.sqrt);
  });
}
