// The surface on which readers draw, with mouse, finger, pen or keys.

import { element, nextId } from "./base.js";
import { CELLS, FULL, dabbed, stroked } from "./inspection_ink.js";
import { cellWords } from "./inspection_words.js";
import { purple } from "./shades.js";

const DAB = 4; // sixteenths of a cell, of a key
const HINT =
  "Draw with a mouse, a finger or a pen. With keys: arrows move, Space inks, Delete " +
  "takes ink away.";
const STEPS = {
  ArrowLeft: ([row, column]) => [row, column - 1],
  ArrowRight: ([row, column]) => [row, column + 1],
  ArrowUp: ([row, column]) => [row - 1, column],
  ArrowDown: ([row, column]) => [row + 1, column],
  Home: ([row]) => [row, 0],
  End: ([row]) => [row, CELLS - 1],
};
const CHANGES = { " ": DAB, Enter: DAB, Delete: -DAB, Backspace: -DAB };
const PEN_RUBBER = 5; // the button that a pen's other end is
const within = (place) => Math.min(Math.max(Math.floor(place), 0), CELLS - 1);

export class Surface {
  // The panel's `hand`: `ink` is what it has, `erases` what the pen does; `begin` comes
  // before a change, `take` gets the new ink at each step, `end` comes when it stands.
  constructor(hand) {
    this.hand = hand;
    this.levels = [];
    this.strokes = new Map(); // of each finger: where it is, and whether it clears
    this.cells = Array.from({ length: CELLS ** 2 }, () =>
      element("div", { id: nextId(), role: "gridcell" }),
    );
    const rows = Array.from({ length: CELLS }, (_, row) =>
      element("div", { role: "row" }, ...this.cells.slice(8 * row, 8 * row + 8)),
    );
    const look = { className: "vit-ink", role: "grid", tabIndex: 0 };
    this.node = element("div", { ...look, ariaLabel: "Drawing" }, ...rows);
    this.node.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take the keys
    this.said = element("output", { className: "vit-hint" }, HINT);
    this.listen();
    this.move(0);
  }

  listen() {
    const on = (name, does) =>
      this.node.addEventListener(name, (event) => does.call(this, event));
    on("pointerdown", this.down);
    on("pointermove", this.go);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
      on(name, this.up);
    on("keydown", this.key);
  }

  // Shows these levels.
  show(levels) {
    levels.forEach((level, i) => {
      if (this.levels[i] === level) return;
      this.cells[i].style.background = `rgb(${purple(1 - level / FULL).join(" ")})`;
      this.cells[i].ariaLabel = cellWords(i, levels);
    });
    this.levels = levels;
  }

  // The cell that the keys are at.
  move(cell) {
    this.cells[this.cell]?.classList.remove("vit-at");
    this.cell = cell;
    this.cells[cell].classList.add("vit-at");
    this.node.setAttribute("aria-activedescendant", this.cells[cell].id);
  }

  // Where on the drawing, in cells, [x, y].
  placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.node.getBoundingClientRect();
    return [((clientX - left) / width) * CELLS, ((clientY - top) / height) * CELLS];
  }

  down(event) {
    if (event.button !== 0 && event.button !== PEN_RUBBER) return;
    event.preventDefault();
    this.node.focus({ preventScroll: true });
    this.node.setPointerCapture(event.pointerId); // also of what goes on outside
    if (!this.strokes.size) this.hand.begin();
    const erase = this.hand.erases || event.button === PEN_RUBBER;
    const [x, y] = this.placeOf(event);
    this.strokes.set(event.pointerId, { place: [x, y], erase });
    this.move(CELLS * within(y) + within(x));
    this.said.textContent = HINT;
    this.go(event);
  }

  go(event) {
    const stroke = this.strokes.get(event.pointerId);
    if (!stroke) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    let { ink } = this.hand;
    for (const part of parts.length ? parts : [event]) {
      const place = this.placeOf(part);
      ink = stroked(ink, stroke.place, place, stroke.erase);
      stroke.place = place;
    }
    this.hand.take(ink);
  }

  up({ pointerId }) {
    if (this.strokes.delete(pointerId) && !this.strokes.size) this.hand.end();
  }

  key(event) {
    const change = CHANGES[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (change) this.dab(this.hand.erases ? -DAB : change);
    else if (event.key in STEPS) {
      const place = [Math.floor(this.cell / CELLS), this.cell % CELLS];
      const [row, column] = STEPS[event.key](place).map(within);
      this.move(CELLS * row + column);
    } else return;
    event.preventDefault();
    this.said.textContent = cellWords(this.cell, this.levels);
  }

  dab(change) {
    this.hand.begin();
    this.hand.take(dabbed(this.hand.ink, this.cell, change));
    this.hand.end();
  }
}
