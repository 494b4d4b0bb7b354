// How large the gradient of each block is, in new stacks of up to 24 blocks, and the
// words for it; tested against vitlib's blocks and torch.autograd.

import { blockBack, blockThere, normBack } from "./depth_grad.js";
import { randomFilters } from "./tokens_math.js";
import { short } from "./words.js";

export const DEEPEST = 24;
export const DRAWS = 8;
export const NORMS = ["pre-norm", "post-norm"];
export const SIZES = { dim: 32, heads: 2, hidden: 128, eps: 1e-6 };
const TOKENS = 5;
const MATRICES = [
  ["attn.qkv", 3 * SIZES.dim, SIZES.dim],
  ["attn.proj", SIZES.dim, SIZES.dim],
  ["mlp.fc1", SIZES.hidden, SIZES.dim],
  ["mlp.fc2", SIZES.dim, SIZES.hidden],
];

const ones = (count) => new Float64Array(count).fill(1);
const unit = (name) => ({
  [`${name}.weight`]: ones(SIZES.dim),
  [`${name}.bias`]: new Float64Array(SIZES.dim),
});

// A draw, from 1: tokens, the direction of the loss's slope, and the blocks' weights.
// Weights have variance 1 over the numbers that enter, biases are 0, norms do nothing.
export function drawn(draw) {
  const size = TOKENS * SIZES.dim;
  const block = MATRICES.reduce((all, [, rows, columns]) => all + rows * columns, 0);
  let first = 1 + (draw - 1) * (2 * size + DEEPEST * block);
  const next = (rows, columns) => {
    const numbers = randomFilters(rows, columns, first);
    first += rows * columns;
    return numbers;
  };
  const [x, direction] = [next(size, 1), next(size, 1)]; // (N, D) each
  const length = Math.hypot(...direction);
  const blocks = Array.from({ length: DEEPEST }, () => {
    const weights = { ...unit("norm1"), ...unit("norm2") };
    for (const [name, rows, columns] of MATRICES) {
      weights[`${name}.weight`] = next(rows, columns);
      weights[`${name}.bias`] = new Float64Array(rows);
    }
    return weights;
  });
  return { x, direction: direction.map((value) => value / length), blocks };
}

// A draw's blocks, passed once, since no block sees what comes behind it.
export class Stack {
  constructor(draw, norm) {
    const { x, direction, blocks } = drawn(draw);
    Object.assign(this, { norm, direction, blocks, passed: [] });
    let out = x;
    for (const weights of blocks) {
      this.passed.push(blockThere(out, SIZES, weights, norm));
      out = this.passed.at(-1).out;
    }
  }

  // The loss's slope where the last block ends. In pre-norm a last norm follows it.
  slopeAt(depth) {
    if (this.norm === "post-norm") return this.direction;
    const { out } = this.passed[depth - 1];
    return normBack(this.direction, out, SIZES, unit("norm"), "norm", {});
  }

  // Lengths of the gradients of the last `count` of so many blocks, in order: each is
  // the root of the sum of the squared gradients by all numbers of a block.
  lengths(depth, count = depth) {
    const lengths = new Float64Array(count);
    let slope = this.slopeAt(depth);
    for (let i = depth - 1; i >= depth - count; i--) {
      const { kept } = this.passed[i];
      const back = blockBack(slope, kept, SIZES, this.blocks[i], this.norm);
      slope = back.slope;
      lengths[i - depth + count] = Math.sqrt(total(back.squares));
    }
    return lengths;
  }
}

const total = (squares) => Object.values(squares).reduce((all, part) => all + part, 0);

// What is shown: means of all draws, each computed once.
export class Gradients {
  constructor() {
    this.known = new Map();
  }

  once(key, make) {
    if (!this.known.has(key)) this.known.set(key, make());
    return this.known.get(key);
  }

  stack(norm, draw) {
    return this.once(`${norm} ${draw}`, () => new Stack(draw, norm));
  }

  // Of one draw, at one depth: of all its blocks, or of the last alone.
  of(norm, draw, depth, count = depth) {
    const find = () => this.stack(norm, draw).lengths(depth, count);
    return this.once(`${norm} ${draw} ${depth} ${count}`, find);
  }

  // Means (depth,) over the draws of a depth's lengths.
  means(norm, depth) {
    return this.once(`${norm} at ${depth}`, () =>
      middles(ALL.map((draw) => this.of(norm, draw, depth))),
    );
  }

  // The mean of the last block's length at every depth, (24,).
  lasts(norm) {
    const ofAll = (draw) => DEPTHS.map((depth) => this.of(norm, draw, depth, 1)[0]);
    return this.once(`last in ${norm}`, () => middles(ALL.map(ofAll)));
  }

  // The first block's length over the last's, in each draw.
  ratios(norm, depth) {
    return ALL.map((draw) => {
      const lengths = this.of(norm, draw, depth);
      return lengths[0] / lengths.at(-1);
    });
  }

  // All of it ahead, in parts that take a few milliseconds each.
  *ahead() {
    for (const norm of NORMS) for (const draw of ALL) yield this.stack(norm, draw);
    for (const depth of DEPTHS)
      for (const norm of NORMS)
        for (const draw of ALL) yield this.of(norm, draw, depth);
  }
}

const upTo = (most) => Array.from({ length: most }, (_, i) => i + 1);
const ALL = upTo(DRAWS);
const DEPTHS = upTo(DEEPEST);

// Place by place the geometric mean of some rows: ratios of means are means of ratios.
function middles(rows) {
  const logs = (i) => rows.reduce((all, row) => all + Math.log(row[i]), 0);
  return Float64Array.from(rows[0], (_, i) => Math.exp(logs(i) / rows.length));
}

// "3.51", "12.3": so that ratios small and large can be compared.
const two = (value) => short(value, value < 10 ? 2 : 1);

function normWords(gradients, norm, depth) {
  const means = gradients.means(norm, depth);
  const [first, last] = [means[0], means.at(-1)];
  const ratios = gradients.ratios(norm, depth);
  const spread = [Math.min(...ratios), Math.max(...ratios)].map(two).join(" to ");
  const name = norm[0].toUpperCase() + norm.slice(1);
  return (
    `${name}: first block ${two(first)}, last ${two(last)}; first ÷ last ` +
    `${two(first / last)} (single draws ${spread}).`
  );
}

// What the panel says of a depth.
export function depthWords(gradients, depth) {
  const [pre, post] = NORMS.map((norm) => gradients.means(norm, depth).at(-1));
  return [
    ...NORMS.map((norm) => normWords(gradients, norm, depth)),
    `The last block’s gradient is ${two(post / pre)} times as long in post-norm as ` +
      `in pre-norm; √${depth} = ${two(Math.sqrt(depth))}.`,
  ];
}
