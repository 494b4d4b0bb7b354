// The panel's drawing: its ink, what the reader does to it, and the way back.

import { DigitsPanel } from "./digits.js";
import { inkOf, levelsOf } from "./inspection_ink.js";
import { unpack } from "./patches_math.js";

export const OWN = "your own";
const KEPT = 100; // drawings to which one can go back

export class DrawingPanel extends DigitsPanel {
  constructor(model, el) {
    super(model, el);
    this.past = [];
    this.own = inkOf(new Array(64).fill(0)); // what a reader drew last
  }

  // The 64 levels from 0 to 16 of the picture that is chosen, or of another.
  levels(picture = this.model.get("picture")) {
    const pixels = this.model.get("pixels");
    const levels = pixels.every((n) => Number.isInteger(n) && n >= 0 && n <= 16);
    if (pixels.length !== 64 || !levels)
      throw new Error("pixels must be 64 whole numbers from 0 to 16");
    if (picture === OWN) return pixels;
    const ink = unpack(this.model.get("pictures")[picture]);
    return Array.from(ink, (part) => Math.round(16 * part));
  }

  // Ink with these levels: what is there already, if it has them.
  follows(levels) {
    if (!this.ink || String(levelsOf(this.ink)) !== String(levels))
      this.ink = inkOf(levels);
  }

  // What the reader does: `begin`, `take` once or often, and `end`.
  begin() {
    const picture = this.model.get("picture");
    this.past = [...this.past, { picture, ink: this.ink }].slice(-KEPT);
  }

  take(ink) {
    const pixels = levelsOf(ink);
    const changes = String(pixels) !== String(this.levels());
    this.ink = ink;
    if (!changes) return;
    this.own = ink;
    this.set({ picture: OWN, pixels }, false);
  }

  end() {
    this.model.save_changes();
  }

  change(ink) {
    this.begin();
    this.take(ink);
    this.end();
  }

  undo() {
    if (this.past.length) this.goTo(this.past.pop());
  }

  choose(picture) {
    this.begin();
    const ink = picture === OWN ? this.own : inkOf(this.levels(picture));
    this.goTo({ picture, ink });
  }

  goTo({ picture, ink }) {
    this.ink = ink;
    if (picture === OWN) this.own = ink;
    this.set({ picture, pixels: levelsOf(ink) });
  }
}
