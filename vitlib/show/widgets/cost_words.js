// The inspector's settings by name, and its numbers in words.

import {
  isExplicit,
  multiplyAdds,
  parameters,
  sizesOf,
  total,
  trainingMemory,
} from "./cost_math.js";
import { counted } from "./words.js";

export const OWN = "your own";
const sized = (depth, embed_dim, num_heads) => (patch_size) => ({
  patch_size,
  embed_dim,
  depth,
  num_heads,
  mlp_ratio: 4,
});
const LARGE = sized(24, 1024, 16);
const BASE = sized(12, 768, 12);
export const PRESETS = {
  "Ti/16": sized(12, 192, 3)(16),
  "S/16": sized(12, 384, 6)(16),
  "B/32": BASE(32),
  "B/16": BASE(16),
  "L/32": LARGE(32),
  "L/16": LARGE(16),
  "H/14": sized(32, 1280, 16)(14),
};

// The preset whose model these settings describe, whatever the picture and classes.
export function presetOf(settings) {
  const same = ([, preset]) =>
    Object.entries(preset).every(([name, value]) => settings[name] === value);
  return Object.entries(PRESETS).find(same)?.[0] ?? OWN;
}

const POWERS = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];

// A whole number to some digits, and the power of a thousand that it is counted in.
function scaled(number, digits = 4) {
  let [value, power] = [Number(number), 0];
  if (value < 1000) return [String(number), ""];
  while (Number((value / 1000 ** power).toPrecision(digits)) >= 1000) power++;
  return [(value / 1000 ** power).toPrecision(digits), POWERS[power]];
}

// "17.56 G".
export const brief = (number) => scaled(number).join(" ").trim();

// "346.3 MB".
export function bytes(number) {
  const [value, power] = scaled(number);
  return `${value} ${power}B`;
}

// "65.5%", and what is there but rounds to nothing as "<0.1%".
export function percent(part, whole) {
  const share = (100 * Number(part)) / Number(whole);
  return part && share < 0.05 ? "<0.1%" : `${share.toFixed(1)}%`;
}

// "(197, 768)"; where room is scarce large numbers are counted in thousands or more, to
// some digits.
export function shape(numbers, digits = 0) {
  const few = (number) => {
    if (number < 10000n) return number;
    const [value, power] = scaled(number, digits);
    return `${Number(value)}${power}`;
  };
  const [first, ...others] = numbers.map(digits ? few : String);
  return others.length ? `(${[first, ...others].join(", ")})` : `(${first},)`;
}

// What the inspector says of settings that make a model.
export function summary(settings) {
  const name = presetOf(settings);
  const tokens = counted(sizesOf(settings).tokens);
  const learned = counted(total(parameters(settings)));
  const products = brief(total(multiplyAdds(settings)));
  return (
    `${name === OWN ? "Your own" : name}: ${tokens} tokens, ${learned} parameters, ` +
    `${products} multiply-adds`
  );
}

const imagesIn = (batch) => (batch === 1 ? "1 image" : `${counted(batch)} images`);

export function trainingWords(settings) {
  const held = bytes(total(trainingMemory(settings)));
  return `Training on ${imagesIn(settings.batch)} at a time holds ${held}.`;
}

// Of the attention weights, which mostly are not held.
export function attentionWords(settings) {
  const numbers = "L · h · N² numbers for each image";
  if (!isExplicit(settings)) return `${numbers}; the fused kernel never holds them.`;
  return (
    `${numbers}; with 17 to 40 tokens and at most 24 features a head, vitlib makes ` +
    "them in training."
  );
}

// The parts of a model: names, the roles that colour them, and what belongs to them.
export const PARTS = [
  ["patch projection", ["patch"], ["patch_embed"]],
  ["class token", ["class-token"], ["cls_token"]],
  ["positions", ["position"], ["pos_embed"]],
  ["q, k and v", ["query", "key", "value"], ["attn.qkv"]],
  ["scores, means", ["muted"], ["scores", "means"]],
  ["output of heads", ["stream"], ["attn.proj"]],
  ["MLP", ["stream"], ["mlp.fc1", "mlp.fc2"]],
  ["norms", ["stream"], ["norm1", "norm2", "norm"]],
  ["head", ["ink"], ["head"]],
];

// What a part has of all.
export const partOf = (costs, keys) => total(keys.map((key) => costs[key] ?? 0n));
