// What the class token has gathered, and the words for it; tested against vitlib.

import { answerWords, percent } from "./answers.js";
import { readOut, softmax } from "./model_math.js";
import { spot, where } from "./patches_math.js";

// The class token's row (D,) before the first layer, 0, or after a layer.
export function classRow({ rows }, layer, dim) {
  return rows[layer].slice(0, dim);
}

// The mean over a layer's heads of the class token's attention, (N+1,), its own first.
export function looks({ attention }, layer) {
  if (layer === 0) return null;
  const maps = attention[layer - 1];
  const shares = new Float64Array(Math.sqrt(maps[0].length));
  for (const map of maps)
    for (let n = 0; n < shares.length; n++) shares[n] += map[n] / maps.length;
  return shares;
}

// Before the first layer and after each: the root of the sum of squared differences.
export function distances(one, other, dim) {
  return Float64Array.from(one.rows, (_, layer) => {
    let squares = 0;
    for (let i = 0; i < dim; i++)
      squares += (one.rows[layer][i] - other.rows[layer][i]) ** 2;
    return Math.sqrt(squares);
  });
}

// What the head says of a layer's rows: the likeliest digit and its probability.
export function answer(model, { rows }, layer) {
  const shares = softmax(readOut(model, rows[layer]));
  const share = Math.max(...shares);
  return { digit: shares.indexOf(share), share };
}

// Where the curve's scale ends: the same for most pairs, so that they can be compared.
export function scaleEnd(apart) {
  return Math.max(20, 10 * Math.ceil(Math.max(...apart) / 10));
}

export const distance = (value) => (value === 0 ? "0" : value.toFixed(1));

export function layerWords(layer, depth) {
  return layer === 0 ? "0: before layer 1" : `after ${layer} of ${depth}`;
}

// The patch that gets most, or the class token itself.
export function mostWords(shares, columns) {
  const most = shares.indexOf(Math.max(...shares));
  const place = most === 0 ? "itself" : where(spot(most, columns));
  return `${place} (${percent(shares[most])})`;
}

// What the panel says: how far apart, from where it took, what the head would say.
export function gathered({ layer, depth, apart, most, answers, names }) {
  const quoted = names.map((name) => `“${name}”`);
  const says = answers.map(answerWords).join(" and ");
  if (layer === 0) {
    return [
      "Before layer 1 nothing has been gathered: the two class rows are the same " +
        "numbers, 0 apart.",
      `Were they read now, the answer would be the same for every picture: ${says}.`,
    ];
  }
  const [before, now] = [apart[layer - 1], apart[layer]].map(distance);
  const last = layer === depth;
  return [
    `After layer ${layer} the two class rows are ${now} apart; before it, ${before}.`,
    `In layer ${layer} the class token gathers most from ${most[0]} of ${quoted[0]}, ` +
      `and from ${most[1]} of ${quoted[1]}.`,
    last
      ? `Here the head reads them; its answers are ${says}.`
      : `Were they read now, the answers would be ${says}; but the head has learned ` +
        `to read them after layer ${depth}.`,
  ];
}
