import { chooser, element, offer, setSlider, slider, toggle } from "./base.js";
import { percent } from "./answers.js";
import { drawBars, drawMap, drawMaps, drawNorms, mapAt } from "./inspection_draw.js";
import { DrawingPanel, OWN } from "./inspection_drawing.js";
import { fitted, inkOf, shifted } from "./inspection_ink.js";
import { LOOKS, read } from "./inspection_math.js";
import { Surface } from "./inspection_surface.js";
import { gathersMost, verdict } from "./inspection_words.js";

const SHIFTS = [
  ["←", "left", -1, 0],
  ["↑", "up", 0, -1],
  ["↓", "down", 0, 1],
  ["→", "right", 1, 0],
];
const NOTES = [
  "Label smoothing taught the model to be 91% sure of a digit, so it hardly says more. " +
    "It knows nothing but digits: it can be as sure of a letter.",
  "The purple line is the outline of the ink. Rollout: of the layers up to this one " +
    "the product, of half the mean of each layer's heads plus half the identity.",
];
const WIDE = 544; // pixels of the panel's inside, where the small maps are unfolded

class DigitReader extends DrawingPanel {
  constructor(model, el) {
    super(model, el);
    this.picture = chooser("Picture", (picture) => this.choose(picture));
    this.eraser = toggle("Erase", () => this.sayErases());
    this.sayErases();
    this.layer = slider("Layer", 1, 4, (layer) => this.set({ layer }));
    this.look = chooser("Attention", (look) => this.set({ look }));
    offer(this.look, LOOKS);
    this.surface = new Surface(this);
    for (const name of ["bars", "map", "maps", "norms"])
      this[name] = element("canvas", { className: `vit-${name}`, role: "img" });
    this.maps.addEventListener("click", (event) => this.pick(event));
    const facts = (name) => element("output", { className: `vit-facts ${name}` });
    [this.verdict, this.gathers] = ["vit-verdict", "vit-most"].map(facts);
    this.lay();
    this.follow("picture", "pixels", "layer", "look", "pictures", "weights");
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const surface = box("", this.surface.node, this.surface.said);
    this.answer = box("", this.verdict, this.bars);
    this.large = box("", this.map);
    this.all = this.folded("All layers and heads", this.maps);
    this.lengths = this.folded("How long each token's row gets", this.norms);
    const notes = NOTES.map((note) => element("p", {}, note));
    this.el.append(
      box("vit-controls vit-equal", this.picture.node, this.eraser.node),
      box("vit-fits", ...this.buttons()),
      box("vit-hold", box("vit-parts", surface, this.answer)),
      box("vit-controls vit-equal", this.layer.node, this.look.node),
      box("vit-hold", this.gathers, box("vit-parts", this.large, this.all)),
      this.lengths,
      box("vit-notes", ...notes),
    );
  }

  folded(title, canvas) {
    const part = element("details", { className: "vit-fold" });
    part.append(element("summary", {}, title), canvas);
    part.addEventListener("toggle", () => this.draw());
    return part;
  }

  buttons() {
    const button = (words, name, does) => {
      const made = element("button", { type: "button", ariaLabel: name }, words);
      made.addEventListener("click", does);
      return made;
    };
    const change = (words, does, name = words) =>
      button(words, name, () => this.change(does(this.ink)));
    return [
      change("Clear", () => inkOf(new Array(64).fill(0))),
      button("Undo", "Undo", () => this.undo()),
      change("Fit the frame", fitted),
      element("span", {}, "Shift"),
      ...SHIFTS.map(([arrow, way, ...steps]) =>
        change(arrow, (ink) => shifted(ink, ...steps), `Shift ${way} by one pixel`),
      ),
    ];
  }

  get erases() {
    return this.eraser.input.checked;
  }

  sayErases() {
    this.eraser.say(this.erases ? "on" : "off");
  }

  pick({ offsetX, offsetY }) {
    const { depth } = this.vit.config;
    const { layer, map } = mapAt(offsetX, offsetY, depth, this.maps.clientWidth);
    this.set({ layer, look: LOOKS[map] });
  }

  load() {
    super.load(this.picture);
    const list = this.picture.input;
    if (list.lastChild.value !== OWN)
      list.append(element("option", { value: OWN }, OWN));
  }

  // What the model makes of these levels: it runs once for each drawing.
  reading(levels) {
    const key = [this.vit, String(levels)];
    if (!this.key?.every((part, i) => part === key[i])) {
      const start = performance.now();
      this.found = read(this.vit, levels);
      performance.measure("vit forward", { start });
      this.key = key;
    }
    return this.found;
  }

  draw() {
    const width = this.el.clientWidth;
    if (!width) return;
    this.load();
    this.unfold(width);
    const levels = this.levels();
    this.follows(levels);
    this.surface.show(levels);
    const { probabilities, shares, norms } = this.reading(levels);
    const { likely, lines } = verdict(levels, probabilities);
    const [layer, look] = ["layer", "look"].map((name) => this.model.get(name));
    const [map, grid] = [LOOKS.indexOf(look), Math.sqrt(this.vit.config.patches)];
    const title = `${look}, layer ${layer}: gathers, in %`;
    const chosen = { shares: shares[layer - 1][map], levels, grid, title };
    const all = { all: shares, levels, grid, layer, map };
    const counts = likely.length > 0;
    const bars = { probabilities, likely, counts };
    drawBars(this.bars, this.el, bars, this.answer.clientWidth);
    drawMap(this.map, this.el, chosen, this.large.clientWidth);
    if (this.all.open) drawMaps(this.maps, this.el, all, inside(this.maps));
    if (this.lengths.open)
      drawNorms(this.norms, this.el, { norms, layer }, inside(this.norms));
    this.say({ lines, probabilities, layer, look, shares: chosen.shares, grid });
  }

  // Where there is room the small maps stand open from the start.
  unfold(width) {
    this.all.open ||= !this.unfolded && width > WIDE;
    this.unfolded = true;
  }

  say({ lines, probabilities, layer, look, shares, grid }) {
    this.picture.input.value = this.model.get("picture");
    this.look.input.value = look;
    const { depth } = this.vit.config;
    setSlider(this.layer, layer, depth, `${layer} of ${depth}`);
    const spans = lines.map((line) => element("span", {}, line));
    this.verdict.replaceChildren(...spans);
    this.gathers.textContent = gathersMost(shares, layer, look, grid);
    const each = Array.from(probabilities, (share, i) => `${i} ${percent(share)}`);
    this.bars.ariaLabel = `Probabilities: ${each.join(", ")}`;
    this.map.ariaLabel = `${look}, layer ${layer}: the class token's attention`;
    this.maps.ariaLabel = "The class token's attention in all layers and heads";
    this.norms.ariaLabel = "The lengths of all tokens' rows, layer by layer";
  }
}

const inside = (canvas) => canvas.parentElement.clientWidth;

export default { render: ({ model, el }) => void new DigitReader(model, el) };
