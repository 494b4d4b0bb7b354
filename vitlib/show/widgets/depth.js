import { Panel, element, setSlider, slider, whenNear } from "./base.js";
import { blank, depthAt, drawGradients } from "./depth_draw.js";
import { DEEPEST, Gradients, NORMS, depthWords } from "./depth_math.js";

const NOTES = [
  "New, untrained blocks: 5 tokens of 32 numbers, 2 heads, an MLP of 128. Weights " +
    "are random, with variance 1 over the numbers that enter, biases 0; in pre-norm " +
    "a last norm follows. The loss is how far the output goes in a random direction.",
  "The page computes the gradients when you move the slider. Length: the root of the " +
    "sum of the squared gradients by all of a block’s weights; geometric mean of " +
    "eight draws.",
];

class DepthGradients extends Panel {
  constructor(model, el) {
    super(model, el);
    this.gradients = new Gradients();
    this.depth = slider("Depth", 1, DEEPEST, (depth) => this.set({ depth }));
    const waiting = { role: "img", ariaLabel: "Gradients of new blocks, not yet made" };
    this.curve = element("canvas", { className: "vit-depth", ...waiting });
    this.curve.addEventListener("click", ({ offsetX }) =>
      this.set({ depth: depthAt(offsetX, this.curve.clientWidth) }),
    );
    this.facts = element("output", { className: "vit-facts vit-lengths" });
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const notes = NOTES.map((note) => element("p", {}, note));
    this.el.append(
      this.depth.node,
      box("vit-hold", this.curve, this.facts),
      box("vit-notes", ...notes),
    );
    this.follow("depth");
    this.drawWhenNear();
  }

  // What takes long to make waits until the reader comes near: first what is shown,
  // then, in parts, what the slider will ask for.
  drawWhenNear() {
    whenNear(this.el, () => {
      this.near = true;
      this.draw();
      if (this.parts) return;
      this.parts = this.gradients.ahead();
      this.prepare();
    });
  }

  prepare() {
    if (!this.parts.next().done) setTimeout(() => this.prepare());
  }

  set(values) {
    this.near = true;
    super.set(values);
  }

  draw() {
    const width = this.curve.parentElement.clientWidth;
    if (!width) return;
    const depth = this.model.get("depth");
    setSlider(this.depth, depth, DEEPEST, depth === 1 ? "1 block" : `${depth} blocks`);
    if (!this.near) return void blank(this.curve, width);
    const ofBoth = (find) => Object.fromEntries(NORMS.map((n) => [n, find(n)]));
    const lengths = ofBoth((norm) => this.gradients.means(norm, depth));
    const lasts = ofBoth((norm) => this.gradients.lasts(norm));
    drawGradients(this.curve, this.el, { depth, lengths, lasts }, width);
    const lines = depthWords(this.gradients, depth);
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    const label = `Length of each block’s gradient at depth ${depth}`;
    this.curve.ariaLabel = `${label}, in ${NORMS.join(" and in ")}`;
  }
}

export default { render: ({ model, el }) => void new DepthGradients(model, el) };
