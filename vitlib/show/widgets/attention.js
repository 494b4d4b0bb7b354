import { Panel, chooser, element, offer, setSlider, slider } from "./base.js";
import {
  TOP,
  drawMean,
  drawPicture,
  drawRow,
  drawScores,
  drawWeights,
  fitted,
} from "./attention_draw.js";
import {
  Cut,
  HEADS,
  attentionOf,
  attentionWords,
  divisor,
  headWords,
  partWords,
  patchSizes,
  queryWords,
  sizeWords,
} from "./attention_math.js";
import { middle, patchAt, spot, unpack } from "./patches_math.js";
import { painted } from "./shades.js";

const PROJECTIONS = { shared: "W_k = W_q", separate: "W_k ≠ W_q" };
const DIVISORS = { nothing: "nothing", head: "√d (query)", width: "√D (width)" };
const GUTTER = 16; // between two parts, in pixels
const NOTES = [
  "Tokens: the patches' pixels minus the picture's mean, scaled so that the mean " +
    "square of each is 1. W_q and W_k are random, not trained: with W_k = W_q a " +
    "query looks for patches like itself, otherwise the scores mean nothing yet.",
  "The values are the pixels themselves, so that their mean can be seen.",
];
const STEPS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

class AttentionExplorer extends Panel {
  constructor(model, el) {
    super(model, el);
    this.picture = chooser("Picture", (name) => this.show(name));
    this.size = chooser("Patch size P", (size) => this.resize(Number(size)));
    this.projections = chooser("Projections", (projections) =>
      this.set({ projections }),
    );
    this.divide = chooser("Divide by", (divide_by) => this.set({ divide_by }));
    offer(this.projections, Object.keys(PROJECTIONS), Object.values(PROJECTIONS));
    offer(this.divide, Object.keys(DIVISORS), Object.values(DIVISORS));
    const headTo = (step) => this.set({ head_dim: HEADS[step] });
    this.head = slider("Numbers in a query, d", 0, HEADS.length - 1, headTo);
    this.query = slider("Query", 1, 60, (query) => this.choose(query));
    const canvas = (name) =>
      element("canvas", { className: `vit-${name}`, role: "img" });
    this.parts = ["asking", "scores", "weights", "mean"].map((name) => canvas(name));
    this.row = canvas("weight-row");
    this.facts = element("output", { className: "vit-facts vit-attended" });
    this.lay();
    this.listen();
    const traits = ["picture", "patch_size", "query", "head_dim", "divide_by"];
    this.follow("pictures", "projections", ...traits);
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const choices = [this.picture, this.size, this.projections, this.divide];
    const notes = NOTES.map((note) => element("p", {}, note));
    this.el.append(
      box("vit-choices", ...choices.map((choice) => choice.node)),
      box("vit-controls vit-equal", this.head.node, this.query.node),
      box("vit-hold", box("vit-way", ...this.parts), this.row, this.facts),
      box("vit-notes", ...notes),
    );
  }

  // The picture takes the keys; its maps, like it, take clicks.
  listen() {
    const [picture, ...others] = this.parts;
    Object.assign(picture, { tabIndex: 0, role: "application" });
    picture.dataset.lmSuppressShortcuts = "true";
    picture.addEventListener("keydown", (event) => this.step(event));
    for (const part of [picture, ...others.slice(0, 2)])
      part.addEventListener("click", (event) => this.pick(event));
  }

  pick({ offsetX, offsetY }) {
    const { step } = this.box;
    this.chooseAt(Math.floor((offsetY - TOP) / step), Math.floor(offsetX / step));
    this.parts[0].focus({ preventScroll: true });
  }

  step(event) {
    if (!STEPS[event.key]) return;
    event.preventDefault();
    const at = spot(this.model.get("query"), this.cut.grid.columns);
    const [down, across] = STEPS[event.key];
    this.chooseAt(at.row + down, at.column + across);
  }

  chooseAt(row, column) {
    const { rows, columns } = this.cut.grid;
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    if (inside) this.choose(row * columns + column + 1);
  }

  choose(query) {
    this.place = null;
    this.set({ query });
  }

  show(name) {
    const info = this.model.get("pictures")[name];
    const rank = patchSizes(this.cut.info).indexOf(this.cut.size);
    this.turnTo(name, info, patchSizes(info)[rank]);
  }

  resize(size) {
    this.turnTo(this.model.get("picture"), this.cut.info, size);
  }

  // Another picture or size keeps the place that the reader chose, not its number.
  turnTo(picture, info, size) {
    const old = this.cut.info;
    const now = middle(this.model.get("query"), old, this.cut.size);
    const place = this.place ?? { y: now.y / old.height, x: now.x / old.width };
    const at = { y: place.y * info.height, x: place.x * info.width };
    this.set({ picture, patch_size: size, query: patchAt(at, info, size) });
    this.place = place;
  }

  // From outside.
  changed() {
    this.place = null;
    this.draw();
  }

  // What only the picture and the size decide is computed when these change.
  load() {
    const pictures = this.model.get("pictures");
    const info = pictures[this.model.get("picture")];
    const sizes = patchSizes(info);
    const wanted = this.model.get("patch_size");
    const size = sizes.includes(wanted) ? wanted : sizes[0]; // while both change
    if (this.cut?.info === info && this.cut.size === size) return;
    this.cut = new Cut(info, size);
    this.image = painted(unpack(info), info);
    offer(this.picture, Object.keys(pictures));
    offer(this.size, sizes, sizes.map((n) => sizeWords(info, n)));
    this.size.input.value = size;
  }

  draw() {
    const room = this.row.parentElement.clientWidth;
    if (!room) return;
    this.load();
    const { cut, image } = this;
    const names = ["query", "head_dim", "divide_by", "projections"];
    const [chosen, headDim, divideBy, kind] = names.map((name) => this.model.get(name));
    const query = Math.min(chosen, cut.count);
    const by = divisor(divideBy, headDim, cut.width);
    const heads = cut.headsOf(kind);
    const found = attentionOf(heads, cut.patches, query - 1, headDim, by.value);
    this.box = fitted(cut, Math.floor((room - GUTTER) / 2));
    const all = { cut, box: this.box, image, query, headDim, by, ...found };
    const pictures = [drawPicture, drawScores, drawWeights, drawMean];
    pictures.forEach((drawPart, i) => drawPart(this.parts[i], this.el, all));
    drawRow(this.row, this.el, all, room);
    this.say(all); // last: the page is laid out anew
  }

  say(all) {
    const { cut, query, headDim, by } = all;
    for (const [control, trait] of [
      [this.picture, "picture"],
      [this.projections, "projections"],
      [this.divide, "divide_by"],
    ])
      control.input.value = this.model.get(trait);
    const step = HEADS.indexOf(headDim);
    setSlider(this.head, step, HEADS.length - 1, headWords(step));
    setSlider(this.query, query, cut.count, queryWords(query, cut.grid.columns));
    const lines = attentionWords(all);
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    const labels = partWords(all, this.model.get("picture"));
    [...this.parts, this.row].forEach((part, i) => (part.ariaLabel = labels[i]));
  }
}

export default { render: ({ model, el }) => void new AttentionExplorer(model, el) };
