import { chooser, element, setSlider, slider } from "./base.js";
import { drawCurve, drawRows, layerAt } from "./class_token_draw.js";
import { drawLook } from "./class_token_look.js";
import {
  answer,
  classRow,
  distance,
  distances,
  gathered,
  layerWords,
  looks,
  mostWords,
} from "./class_token_math.js";
import { DigitsPanel } from "./digits.js";

const NOTES = [
  "Distance: the differences of the two rows' numbers, squared and added; the " +
    "square root of that.",
  "In each layer the class token gathers four times, differently; shown is the mean.",
];

class ClassTokenGatherer extends DigitsPanel {
  constructor(model, el) {
    super(model, el);
    this.picture = chooser("Picture", (picture) => this.set({ picture }));
    this.other = chooser("Other picture", (other) => this.set({ other }));
    this.layer = slider("Layer", 0, 4, (layer) => this.set({ layer }));
    const canvas = (name) =>
      element("canvas", { className: `vit-${name}`, role: "img" });
    this.parts = ["look", "look", "rows", "apart"].map((name) => canvas(name));
    this.curve = this.parts[3];
    this.curve.addEventListener("click", (event) => this.pick(event));
    this.facts = element("output", { className: "vit-facts vit-gathered" });
    this.lay();
    this.follow("layer", "picture", "other", "pictures", "weights");
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const parts = this.parts.map((part) => box("", part));
    const notes = NOTES.map((note) => element("p", {}, note));
    this.el.append(
      box("vit-controls vit-equal", this.picture.node, this.other.node),
      this.layer.node,
      box("vit-hold", box("vit-parts", ...parts), this.facts),
      box("vit-notes", ...notes),
    );
  }

  pick({ offsetX }) {
    this.set({
      layer: layerAt(offsetX, this.vit.config.depth, this.curve.clientWidth),
    });
  }

  load() {
    super.load(this.picture, this.other);
    this.picture.input.value = this.model.get("picture");
    this.other.input.value = this.model.get("other");
  }

  draw() {
    if (!this.el.clientWidth) return;
    this.load();
    const { depth, dim, width, patch } = this.vit.config;
    const layer = Math.min(this.model.get("layer"), depth);
    const names = [this.model.get("picture"), this.model.get("other")];
    const columns = width / patch[1];
    const grid = { columns, rows: this.vit.config.patches / columns };
    const both = names.map((name) => {
      const { image, result } = this.seen(name);
      const said = answer(this.vit, result, layer);
      const shares = looks(result, layer);
      return { name, image, result, shares, answer: said, grid, last: layer === depth };
    });
    const apart = distances(both[0].result, both[1].result, dim);
    const classRows = both.map(({ result }) => classRow(result, layer, dim));
    const room = this.curve.parentElement.clientWidth;
    both.forEach((one, i) => drawLook(this.parts[i], this.el, one, room));
    drawRows(this.parts[2], this.el, { names, classRows }, room);
    drawCurve(this.curve, this.el, { apart, layer }, room);
    this.say(layer, depth, both, apart); // last: the page is laid out anew
  }

  say(layer, depth, both, apart) {
    setSlider(this.layer, layer, depth, layerWords(layer, depth));
    const most = both.map(
      ({ shares, grid }) => shares && mostWords(shares, grid.columns),
    );
    const answers = both.map((one) => one.answer);
    const names = both.map((one) => one.name);
    const said = gathered({ layer, depth, apart, most, answers, names });
    this.facts.replaceChildren(...said.map((line) => element("span", {}, line)));
    both.forEach(({ name }, i) => {
      const place = most[i] ? `most from ${most[i]}` : "nothing yet";
      this.parts[i].ariaLabel = `Picture ${name}; the class token gathers ${place}`;
    });
    const digits = names.join(" and ");
    this.parts[2].ariaLabel = `The numbers of the class rows of ${digits}, in colours`;
    const steps = [...apart].map(distance).join(", ");
    this.curve.ariaLabel = `Distance of the class rows, layer by layer: ${steps}`;
  }
}

export default { render: ({ model, el }) => void new ClassTokenGatherer(model, el) };
