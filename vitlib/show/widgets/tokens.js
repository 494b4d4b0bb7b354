import {
  Panel,
  chooser,
  colour,
  element,
  offer,
  outline,
  ruled,
  setSlider,
  sharp,
  slider,
  whenNear,
} from "./base.js";
import { patchAt, patchRow, spot, unpack, where } from "./patches_math.js";
import { PIXELS, scaleLine, shaded } from "./shades.js";
import { FILTER, TOKEN, drawCurve, drawLines, showFilters } from "./tokens_draw.js";
import { Studies, outcome, percent, recovered } from "./tokens_math.js";
import { many } from "./words.js";

const [SIZE, COUNT, WIDEST] = [20, 400, 768]; // a side and its pixels; the width
const WIDTHS = [16, 64, 256, 400, 768];
const WEIGHTS = {
  random: ["random", "untrained"],
  waves: ["smooth waves", "smoothest first"],
};

class TokenMaker extends Panel {
  constructor(model, el) {
    super(model, el);
    this.weights = chooser("Weights", (weights) => this.set({ weights }));
    const labels = Object.values(WEIGHTS).map(([label]) => label);
    offer(this.weights, Object.keys(WEIGHTS), labels);
    this.width = slider("Token width D", 1, WIDEST, (width) => this.set({ width }));
    this.patch = slider("Patch", 1, 15, (patch) => this.set({ patch }));
    for (const name of ["whole", "zoom", "strip", "token", "back", "original", "curve"])
      this[name] = element("canvas", { role: "img" });
    this.whole.style.cursor = "pointer";
    this.whole.addEventListener("click", (event) => this.pick(event));
    this.facts = element("output", { className: "vit-facts vit-outcome" });
    this.lay();
    this.follow("picture", "patch", "width", "weights");
    this.drawWhenNear();
  }

  // What takes long to make waits until the reader comes near, and the page is loaded.
  drawWhenNear() {
    const near = () => {
      if (this.near) return;
      this.near = true;
      this.draw();
      this.prepare(1);
    };
    whenNear(this.el, near);
  }

  // One patch at a time, so that a reader who is at the sliders already waits for none.
  prepare(patch) {
    this.studies.curves(patch);
    if (patch < 15) setTimeout(() => this.prepare(patch + 1));
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const part = (words, shown, bar = "") =>
      box("vit-part", element("p", { className: "vit-caption" }, words, bar), shown);
    const group = { role: "group", ariaLabel: "Widths to try" };
    this.tries = element("div", { className: "vit-fits", ...group }, "Widths to try: ");
    for (const width of WIDTHS) {
      const onclick = () => this.set({ width });
      this.tries.append(element("button", { type: "button", onclick }, String(width)));
    }
    this.filters = box("vit-filters");
    this.count = element("span");
    const filters = "The first filters, and how much the patch agrees with each";
    this.el.append(
      box("vit-controls", this.weights.node, this.width.node),
      this.tries,
      this.facts,
      box(
        "vit-pair",
        box(
          "vit-side",
          part("From the token", this.back),
          part("The patch", this.original),
        ),
        box("vit-row", part("Share of the patch that is lost", this.curve)),
      ),
      this.patch.node,
      box("vit-side", part("Choose a patch", this.whole), part("The patch", this.zoom)),
      part(`Its ${COUNT} pixels in a row`, this.strip),
      part(filters, this.filters, scaleLine(FILTER)),
      part(this.count, this.token, scaleLine(TOKEN)),
    );
  }

  set(values) {
    this.near = true;
    super.set(values);
  }

  pick(event) {
    const step = this.info.width / this.whole.clientWidth;
    const place = { y: event.offsetY * step, x: event.offsetX * step };
    this.set({ patch: patchAt(place, this.info, SIZE) });
  }

  load() {
    const picture = this.model.get("picture");
    if (this.info === picture) return;
    this.info = picture;
    this.seen = null;
    this.numbers = unpack(picture);
    this.image = shaded(this.numbers, picture.width, PIXELS);
    this.studies = new Studies(this.numbers, picture, SIZE, WIDEST);
  }

  draw() {
    const room = this.el.clientWidth - 34;
    if (room < 0) return;
    this.load();
    const names = ["patch", "width", "weights"];
    const [patch, width, weights] = names.map((name) => this.model.get(name));
    const seen = [room, patch, devicePixelRatio, colour(this.el, "paper")].join();
    if (this.seen !== seen) this.drawPatch(room, patch);
    this.seen = seen; // a step of the width leaves the pictures of the patch as they are
    this.drawBack(room, patch, width, weights);
    this.say(patch, width, weights); // last: the page is laid out anew
  }

  drawPatch(room, patch) {
    const { height, width } = this.info;
    const zoom = Math.min((room - 16) / (width + height), 220 / height);
    const context = sharp(this.whole, width * zoom, height * zoom);
    context.drawImage(this.image, 0, 0, width * zoom, height * zoom);
    const [rows, columns, step] = [height / SIZE, width / SIZE, SIZE * zoom];
    ruled(context, this.el, { rows, columns, step });
    const { row, column } = spot(patch, columns);
    outline(context, this.el, column * step, row * step, step, step);
    const pixels = patchRow(this.numbers, this.info, SIZE, patch);
    const square = shaded(pixels, SIZE, PIXELS);
    for (const [canvas, side] of [
      [this.zoom, height * zoom],
      [this.original, Math.min(150, (room - 16) / 2)],
    ])
      sharp(canvas, side, side).drawImage(square, 0, 0, side, side);
    const line = shaded(pixels, COUNT, PIXELS);
    sharp(this.strip, room, 24).drawImage(line, 0, 0, room, 24);
  }

  drawBack(room, patch, width, weights) {
    const side = Math.min(150, (room - 16) / 2);
    const rest = this.curve.parentElement.clientWidth;
    const [lines, back] = [sharp(this.token, room, 54), sharp(this.back, side, side)];
    const size = { width: rest, height: 190 };
    if (!this.near) return void sharp(this.curve, rest, size.height);
    const { token, parts, lost } = this.studies.of(weights, patch);
    const { basis, filters } = this.studies.made(weights);
    const numbers = token.subarray(0, width);
    drawLines(lines, this.el, numbers, COUNT, WIDEST, room);
    const found = recovered(basis, parts, width);
    back.drawImage(shaded(found, SIZE, PIXELS), 0, 0, side, side);
    const curves = this.studies.curves(patch);
    drawCurve(this.curve, this.el, size, { curves, weights, width, widest: WIDEST });
    showFilters(this.filters, filters, numbers, SIZE);
    this.lost = lost[Math.min(width, COUNT)];
  }

  say(patch, width, weights) {
    const { row, column } = spot(patch, this.info.width / SIZE);
    setSlider(this.width, width, WIDEST, many(width, "number"));
    setSlider(this.patch, patch, 15, `${patch} of 15: ${where({ row, column })}`);
    this.weights.input.value = weights;
    this.weights.say(WEIGHTS[weights][1]);
    for (const button of this.tries.querySelectorAll("button"))
      button.ariaPressed = String(button.textContent === String(width));
    this.count.textContent = `Token: ${many(width, "number")}, ${COUNT} a line`;
    this.whole.ariaLabel = `The mountains in 15 patches; ${patch} is outlined`;
    this.zoom.ariaLabel = this.original.ariaLabel = `Patch ${patch}, enlarged`;
    this.strip.ariaLabel = `Patch ${patch} as a row of ${COUNT} pixels`;
    this.token.ariaLabel = `The token of patch ${patch}: ${many(width, "number")}`;
    this.back.ariaLabel = `Patch ${patch} recovered from ${many(width, "number")}`;
    this.curve.ariaLabel = "Share of the patch that is lost";
    if (!this.near) return;
    const lines = outcome(weights, width, COUNT, this.lost);
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    const share = `${percent(this.lost)} of patch ${patch} is lost`;
    this.curve.ariaLabel = `With ${weights} weights and D = ${width}, ${share}`;
  }
}

export default { render: ({ model, el }) => void new TokenMaker(model, el) };
