// What there is to see with the heads' traits as they stand.

import {
  COUNTS,
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
  of({ learned, info, size, heads, layer, query, trained }) {
    const paint = learned ? inked : painted;
    const image = this.once(info, "image", () => paint(this.numbers(info), info));
    if (learned) {
      const { vit, result } = this.cut(info, heads, trained);
      return { image, vit, result, ...askTrained(vit, result, layer, query) };
    }
    const { tokens, keys } = this.patches(info, size);
    return { image, ...askRandom(this.weights, tokens, keys, query - 1, heads) };
  }

  numbers(info) {
    return this.once(info, "numbers", () => unpack(info));
  }

  // What the untrained layer gets of a picture in patches.
  patches(info, size) {
    return this.once(info, `patches ${size}`, () => {
      const tokens = randomTokens(this.numbers(info), info, size);
      return { tokens, keys: keysOf(this.weights, tokens) };
    });
  }

  // What the trained model, cut into so many heads, makes of a digit.
  cut(info, heads, trained) {
    const vit = this.once(trained, "vit", () => unpackModel(trained));
    const run = () => runCut(vit, heads, this.numbers(info));
    return { vit, result: this.once(info, `cut ${heads}`, run) };
  }

  // What takes longest to make, in pieces: each size of patches, each cut of a digit.
  pieces({ pictures, digits, digit, trained }) {
    const sizes = Object.values(pictures).flatMap((info) =>
      fitting(info).map((size) => () => this.patches(info, size)),
    );
    const cuts = COUNTS.map((heads) => () => this.cut(digits[digit], heads, trained));
    return [...sizes, ...cuts];
  }

  // What is made of a thing, made when it is first wanted.
  once(thing, name, make) {
    if (!this.known.has(thing)) this.known.set(thing, {});
    return (this.known.get(thing)[name] ??= make());
  }
}
