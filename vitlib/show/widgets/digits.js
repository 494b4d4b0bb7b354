// What the widgets share in which the trained model looks at digits.

import { Panel, offer } from "./base.js";
import { forward, unpackModel } from "./model_math.js";
import { unpack } from "./patches_math.js";
import { inked } from "./shades.js";

export class DigitsPanel extends Panel {
  // The model runs once for each picture that is looked at. `choosers` offer them.
  load(...choosers) {
    const [weights, pictures] = ["weights", "pictures"].map((n) => this.model.get(n));
    if (this.weights !== weights) {
      this.weights = weights;
      this.vit = unpackModel(weights);
      this.known = new Map();
    }
    if (this.pictures !== pictures) {
      this.pictures = pictures;
      for (const control of choosers) offer(control, Object.keys(pictures));
    }
  }

  // A picture, painted, and what the model makes of it.
  seen(name) {
    const info = this.pictures[name];
    if (!this.known.has(info)) {
      const numbers = unpack(info);
      const image = inked(numbers, info);
      this.known.set(info, { image, result: forward(this.vit, numbers) });
    }
    return this.known.get(info);
  }
}
