import { chooser, element, offer, setSlider, sharp, slider, toggle } from "./base.js";
import { DigitsPanel } from "./digits.js";
import { drawPath, drawTokens, stepAt } from "./encoder_draw.js";
import {
  STEPS,
  blockWords,
  isOff,
  moments,
  stages,
  stepWords,
} from "./encoder_math.js";
import { short } from "./words.js";

const TRAITS = ["picture", "layer", "step", "norm", "attention", "mlp"];
const DIGIT = 56; // a side of the picture, in pixels
const NOTES = [
  "Token 0 (orange) is the class token, 1 to 16 (purple) are the patches. A colour " +
    "means the same number at every step.",
  "The weights were trained in pre-norm. With them post-norm shows what the other " +
    "order does to the numbers, not what a model trained so would do.",
];

class BlockExplorer extends DigitsPanel {
  constructor(model, el) {
    super(model, el);
    this.picture = chooser("Picture", (picture) => this.set({ picture }));
    this.layer = slider("Layer", 1, 4, (layer) => this.set({ layer }));
    this.norm = chooser("Norms", (norm) => this.set({ norm }));
    offer(this.norm, Object.keys(STEPS));
    this.attention = toggle("Attention", (on) => this.set({ attention: on }));
    this.mlp = toggle("MLP", (mlp) => this.set({ mlp }));
    this.step = slider("Step", 0, 6, (step) => this.set({ step }));
    for (const name of ["digit", "path", "tokens"])
      this[name] = element("canvas", { className: `vit-${name}`, role: "img" });
    this.path.addEventListener("click", ({ offsetX }) =>
      this.set({ step: stepAt(offsetX, this.path.clientWidth) }),
    );
    this.facts = element("output", { className: "vit-facts vit-steps" });
    this.lay();
    this.follow(...TRAITS, "pictures", "weights");
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const notes = NOTES.map((note) => element("p", {}, note));
    const chosen = box("vit-chosen", this.digit, this.picture.node);
    const switches = box("vit-switches", this.attention.node, this.mlp.node);
    this.el.append(
      box("vit-controls vit-equal", chosen, this.layer.node),
      box("vit-controls vit-equal", this.norm.node, switches),
      this.step.node,
      box("vit-hold", this.path, this.tokens, this.facts),
      box("vit-notes", ...notes),
    );
  }

  // The tables of all steps, which going from one to another leaves as they are.
  passed({ step, ...chosen }) {
    const { rows } = this.seen(chosen.picture).result;
    const key = [rows, ...Object.values(chosen)];
    if (!this.key?.every((part, i) => part === key[i])) {
      this.tables = stages(this.vit, rows[chosen.layer - 1], chosen);
      this.key = key;
    }
    return this.tables;
  }

  draw() {
    const width = this.path.parentElement.clientWidth;
    if (!width) return;
    this.load(this.picture);
    const value = (name) => [name, this.model.get(name)];
    const chosen = Object.fromEntries(TRAITS.map(value));
    const { config } = this.vit;
    const { image } = this.seen(chosen.picture);
    const tables = this.passed(chosen);
    const table = tables[chosen.step];
    const found = moments(table, config.dim);
    const [means, variances] = [found.means, found.variances].map((numbers) =>
      Array.from(numbers, (value) => short(value)),
    );
    const title = titleOf(chosen);
    sharp(this.digit, DIGIT, DIGIT).drawImage(image, 0, 0, DIGIT, DIGIT);
    drawPath(this.path, this.el, chosen, width);
    const shown = { table, dim: config.dim, title, means, variances };
    drawTokens(this.tokens, this.el, shown, width);
    this.say(chosen, tables, title); // last: the page is laid out anew
  }

  say(chosen, tables, title) {
    const { picture, layer, step, norm, attention, mlp } = chosen;
    const { config } = this.vit;
    this.picture.input.value = picture;
    this.norm.input.value = norm;
    for (const [control, on] of [
      [this.attention, attention],
      [this.mlp, mlp],
    ]) {
      control.input.checked = on;
      control.say(on ? "on" : "off");
    }
    setSlider(this.layer, layer, config.depth, `${layer} of ${config.depth}`);
    setSlider(this.step, step, 6, stepWords(step, norm));
    const lines = blockWords(step, config, chosen, tables);
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    this.digit.ariaLabel = `Picture ${picture}`;
    this.path.ariaLabel = `The block's steps in ${norm}; step ${step} is chosen`;
    this.tokens.ariaLabel = `${title}: the numbers of all tokens, in colours`;
  }
}

// What the table at a step is called.
function titleOf(chosen) {
  const name = STEPS[chosen.norm][chosen.step];
  if (isOff(chosen.step, chosen)) return `${name} off`;
  return name === "input" ? "input" : `after ${name}`;
}

export default { render: ({ model, el }) => void new BlockExplorer(model, el) };
