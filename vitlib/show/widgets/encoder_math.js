// The token tables of one encoder block, step by step, and the words for them; tested
// against vitlib. Tables are typed arrays, row after row: (N, D) is N·D numbers.

import { attend, layerNorm, mlp, sum } from "./model_math.js";
import { short } from "./words.js";

// What each step does, the first before any.
export const STEPS = {
  "pre-norm": ["input", "norm", "attention", "add", "norm", "MLP", "add"],
  "post-norm": ["input", "attention", "add", "norm", "MLP", "add", "norm"],
};

// The tables (N, D) at all seven steps of layer 1, 2, …, given what enters it. A branch
// that is off adds 0. The weights were learned in pre-norm, x + f(LN(x)); post-norm is
// LN(x + f(x)) with the same.
export function stages({ config, weights }, x, { layer, norm, attention, mlp: feeds }) {
  const block = `blocks.${layer - 1}`;
  const attn = (table) => attend(table, config, weights, `${block}.attn`, []);
  const feed = (table) => mlp(table, config, weights, `${block}.mlp`);
  const tables = [x];
  for (const [name, branch] of [
    ["norm1", attention && attn],
    ["norm2", feeds && feed],
  ]) {
    const stream = tables.at(-1);
    const normed = (table) => layerNorm(table, config, weights, `${block}.${name}`);
    const inside = norm === "pre-norm" ? normed(stream) : stream; // (N, D)
    const added = branch ? branch(inside) : new Float64Array(x.length); // (N, D)
    const total = sum(stream, added);
    if (norm === "pre-norm") tables.push(inside, added, total);
    else tables.push(added, total, normed(total));
  }
  return tables;
}

// Of each token the mean and the variance of its numbers.
export function moments(table, dim) {
  const means = new Float64Array(table.length / dim);
  const variances = new Float64Array(table.length / dim);
  for (let i = 0; i < table.length; i++) means[Math.floor(i / dim)] += table[i] / dim;
  for (let i = 0; i < table.length; i++) {
    const token = Math.floor(i / dim);
    variances[token] += (table[i] - means[token]) ** 2 / dim;
  }
  return { means, variances };
}

// The moments of a norm's tokens before γ and β, given the table that it norms.
export function plainMoments(table, config) {
  const { dim } = config;
  const [ones, zeros] = [new Float64Array(dim).fill(1), new Float64Array(dim)];
  const plain = { "plain.weight": ones, "plain.bias": zeros };
  return moments(layerNorm(table, config, plain, "plain"), dim);
}

// How far the numbers that leave the block are from those that enter it, at most.
export function change(tables) {
  const [first, last] = [tables[0], tables.at(-1)];
  return last.reduce((most, value, i) => Math.max(most, Math.abs(value - first[i])), 0);
}

export const stepWords = (step, norm) => `${step}: ${STEPS[norm][step]}`;

// The branch that a step belongs to: of the first or the second half.
const halfOf = (step) => (step <= 3 ? "attention" : "MLP");

// Whether what a step shows is the result of a branch that is off.
export function isOff(step, { norm, attention, mlp }) {
  const name = STEPS[norm][step];
  return (name === "attention" && !attention) || (name === "MLP" && !mlp);
}

// "−0.07 to 0.01", the range of some numbers.
export function range(numbers) {
  return `${short(Math.min(...numbers))} to ${short(Math.max(...numbers))}`;
}

function deed(step, { dim, hidden, heads }, { layer, ...chosen }) {
  const name = STEPS[chosen.norm][step];
  if (isOff(step, chosen))
    return `The ${name} branch is off: it adds 0 to every number.`;
  const before = layer === 1 ? "patches and positions" : `layer ${layer - 1}`;
  return {
    input: `What enters layer ${layer}, from ${before}.`,
    norm:
      "Each token alone: less its mean, over the root of its variance; then times γ, " +
      "plus β, learned for each column.",
    attention: `Each token gathers from all, in ${heads} heads: what is to be added.`,
    MLP: `Each token alone, ${dim} numbers to ${hidden} and back: what is to be added.`,
    add: `The stream plus what the ${halfOf(step)} branch adds, number by number.`,
  }[name];
}

function changeWords(most, { norm, attention, mlp }) {
  const words = `Output minus input of the block: at most ${short(most)} in a number`;
  if (attention || mlp) return `${words}.`;
  if (norm === "post-norm")
    return `${words}, by the norms in the stream alone.`;
  return "Output minus input of the block: 0 in every number. It is the identity.";
}

// What the panel says: what the step does, the tokens' moments, what the block changes.
export function blockWords(step, config, chosen, tables) {
  const { means, variances } = moments(tables[step], config.dim);
  const lines = [
    deed(step, config, chosen),
    `Means of the tokens: ${range(means)}; variances: ${range(variances)}.`,
  ];
  if (STEPS[chosen.norm][step] === "norm") {
    const plain = plainMoments(tables[step - 1], config);
    const [means, variances] = [plain.means, plain.variances].map(range);
    lines.push(`Before γ and β: means ${means}; variances ${variances}.`);
  }
  return [...lines, changeWords(change(tables), chosen)];
}
