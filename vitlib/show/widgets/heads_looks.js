// What there is to see with the heads' traits as they stand.

import {
  askRandom,
  askTrained,
  fitting,
  keysOf,
  nearestSize,
  randomTokens,
  randomWeights,
  runCut,
} from "./heads_math.js";
import { unpackModel } from "./model_math.js";
import { gridSize, unpack } from "./patches_math.js";
import { inked, painted } from "./shades.js";

const LEARNED_SIZE = 2; // of the patches that the trained model takes

// The traits brought into range as Python does, and what follows from them.
export function settled(traits) {
  const { pictures, digits, weights, picture, digit, patch_size } = traits;
  const learned = weights === "trained";
  const all = learned ? digits : pictures;
  const name = learned ? digit : picture;
  const { height, width } = all[name];
  const sizes = fitting(pictures[picture]);
  const size = learned ? LEARNED_SIZE : nearestSize(sizes, patch_size);
  const first = learned ? 0 : 1; // the class token comes before patch 1
  const grid = { ...gridSize(height, width, size), first };
  const query = Math.min(Math.max(traits.query, first), grid.rows * grid.columns);
  return { ...traits, learned, all, name, info: all[name], sizes, size, grid, query };
}

// Looks into both layers, and remembers what does not depend on the query.
export class Looks {
  constructor() {
    this.weights = randomWeights();
    this.known = new Map();
  }

  // The picture painted, the query's q, k and v, and of each head where it looks.
  of(state) {
    const { learned, info } = state;
    const numbers = this.once(info, "numbers", () => unpack(info));
    const paint = learned ? inked : painted;
    const image = this.once(info, "image", () => paint(numbers, info));
    const look = learned ? "inTrained" : "inRandom";
    return { image, ...this[look](state, numbers) };
  }

  inTrained({ trained, info, heads, layer, query }, numbers) {
    const vit = this.once(trained, "vit", () => unpackModel(trained));
    const run = () => runCut(vit, heads, numbers);
    const result = this.once(info, `cut ${heads}`, run);
    return { vit, result, ...askTrained(vit, result, layer, query) };
  }

  inRandom({ info, heads, size, query }, numbers) {
    const { tokens, keys } = this.once(info, `patches ${size}`, () => {
      const tokens = randomTokens(numbers, info, size);
      return { tokens, keys: keysOf(this.weights, tokens) };
    });
    return askRandom(this.weights, tokens, keys, query - 1, heads);
  }

  // What is made of a thing, made when it is first wanted.
  once(thing, name, make) {
    if (!this.known.has(thing)) this.known.set(thing, {});
    return (this.known.get(thing)[name] ??= make());
  }
}
