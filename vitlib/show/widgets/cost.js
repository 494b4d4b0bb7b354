import { Panel, chooser, element, setSlider, slider } from "./base.js";
import { addressOf } from "./cost_address.js";
import { LABELS, LIMITS, isSetting, problems, refusal } from "./cost_checks.js";
import { brokenAt, drawModel } from "./cost_draw.js";
import { shapes } from "./cost_math.js";
import { MemoryTable, PartsTable } from "./cost_table.js";
import {
  OWN,
  PRESETS,
  attentionWords,
  presetOf,
  summary,
  trainingWords,
} from "./cost_words.js";
import { numberField, showNumber } from "./numbers.js";
import { unpack } from "./patches_math.js";
import { painted } from "./shades.js";

const TRAITS = Object.keys(LIMITS);
const GROUPS = {
  model: ["num_classes"],
  training: ["batch"],
  picture: ["image_height", "image_width", "in_chans", "patch_size"],
  encoder: ["embed_dim", "num_heads", "mlp_ratio"],
};
const NOTES = [
  "Weights: float32, with class token, learned positions, and biases of q, k and v. " +
    "Multiply-adds: of one image, all rows. M: millions, G: 10⁹; MB: 10⁶ bytes.",
  "In training, AdamW holds two numbers a weight besides its gradient. Activations " +
    "are what vitlib keeps until the gradient.",
];

class CostInspector extends Panel {
  constructor(model, el) {
    super(model, el);
    this.typed = {}; // by trait, what stands in a field and is no setting
    this.refused = []; // what the address says in vain
    this.preset = chooser("Preset", (name) => this.change(PRESETS[name] ?? {}));
    this.preset.input.append(...[...Object.keys(PRESETS), OWN].map(option));
    const blocks = (depth) => this.change({ depth });
    this.depth = slider(LABELS.depth, ...LIMITS.depth, blocks);
    this.map = element("canvas", { className: "vit-map", role: "img" });
    this.facts = element("output", { className: "vit-facts vit-priced" });
    this.tables = [new PartsTable(), new MemoryTable()];
    this.attention = element("p");
    this.lay();
    this.address = addressOf(model);
    if (this.address) this.arrive();
    this.follow(...TRAITS, "mountains");
  }

  // A labelled field for each setting of a group, in one frame.
  group(legend, ...more) {
    const nodes = GROUPS[legend].map((name) => {
      const [min, max] = LIMITS[name];
      const step = name === "mlp_ratio" ? "any" : 1;
      const field = numberField(LABELS[name], { min, max, step }, (number) =>
        this.change({ [name]: number }),
      );
      this.fields = { ...this.fields, [name]: field };
      return field.node;
    });
    const inside = element("div", { className: "vit-choices" }, ...nodes, ...more);
    const name = element("legend", {}, legend);
    return element("fieldset", { className: "vit-group" }, name, inside);
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const [parts, memory] = this.tables.map(({ node }) => node);
    this.beside = box("", memory, box("vit-notes vit-kept", this.attention));
    const first = this.group("model");
    first.querySelector(".vit-choices").prepend(this.preset.node);
    this.el.append(
      box("vit-groups", first, this.group("training")),
      this.group("picture"),
      this.group("encoder", this.depth.node),
      this.facts,
      box("vit-hold", box("vit-parts", box("", this.map), this.beside), parts),
      box("vit-notes", ...NOTES.map((note) => element("p", {}, note))),
    );
  }

  // On a page: what the address asks for, and a button that gives it.
  arrive() {
    const { settings, refused } = this.address.read();
    this.refused = refused;
    const asked = Object.entries(settings);
    for (const [name, value] of asked)
      if (isSetting(name, value)) this.model.set(name, value);
      else this.typed[name] = value;
    const onclick = () => this.copy();
    this.copied = element("output");
    const button = element("button", { type: "button", onclick }, "Copy link");
    const look = { className: "vit-fits vit-sent" };
    this.beside.append(element("div", look, button, this.copied));
  }

  async copy() {
    const link = this.address.link(this.shown());
    try {
      await navigator.clipboard.writeText(link);
      this.copied.textContent = "The link is copied.";
    } catch {
      this.copied.textContent = `Copy it from here: ${link}`; // the browser refused
    }
  }

  settings() {
    return Object.fromEntries(TRAITS.map((name) => [name, this.model.get(name)]));
  }

  // What stands in the fields, settings or not.
  shown() {
    return { ...this.settings(), ...this.typed };
  }

  // What the reader does: settings become traits, and what is none waits as typed.
  change(values) {
    const [stood, before, good] = [this.shown(), this.settings(), {}];
    for (const [name, value] of Object.entries(values)) {
      delete this.typed[name];
      if (isSetting(name, value)) good[name] = value;
      else this.typed[name] = value;
    }
    this.refused = [];
    this.copied?.replaceChildren();
    if (Object.keys(good).some((name) => good[name] !== before[name]))
      this.set({ ...good, preset: presetOf({ ...before, ...good }) });
    else this.draw();
    const now = this.shown();
    if (TRAITS.some((name) => now[name] !== stood[name])) this.address?.keep(now);
  }

  // From outside.
  changed() {
    this.typed = {};
    this.draw();
  }

  load() {
    const mountains = this.model.get("mountains");
    if (this.mountains === mountains) return;
    this.mountains = mountains;
    this.image = painted(unpack(mountains), mountains);
  }

  draw() {
    const width = this.map.parentElement.clientWidth;
    if (!width) return;
    this.load();
    const settings = this.settings();
    const wrong = problems(this.shown());
    const broken = brokenAt(wrong);
    const found = shapes(settings);
    drawModel(this.map, this.el, { settings, found, image: this.image, broken }, width);
    for (const table of this.tables) table.show(wrong.length ? null : settings);
    this.say(settings, wrong); // last: the page is laid out anew
  }

  say(settings, wrong) {
    const shown = this.shown();
    this.preset.input.value = presetOf(shown);
    setSlider(this.depth, settings.depth, LIMITS.depth[1], String(settings.depth));
    for (const [name, field] of Object.entries(this.fields)) {
      const refused = wrong.some(({ names }) => names.includes(name));
      showNumber(field, shown[name]);
      field.input.ariaInvalid = String(refused);
      field.say(refused ? "✗" : "");
    }
    const lines = wrong.length
      ? [refusal(wrong)]
      : [summary, trainingWords].map((words) => words(settings));
    const spans = [...this.refused, ...lines].map((line) => element("span", {}, line));
    this.facts.replaceChildren(...spans);
    this.attention.textContent = wrong.length ? "" : attentionWords(settings);
    const state = wrong.length ? "which cannot be built" : summary(settings);
    this.map.ariaLabel = `Map of the model, with shapes: ${state}`;
  }
}

const option = (name) => element("option", {}, name);

export default { render: ({ model, el }) => void new CostInspector(model, el) };
