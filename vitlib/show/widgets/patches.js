import {
  Panel,
  chooser,
  colour,
  element,
  hatch,
  offer,
  outline,
  ruled,
  setSlider,
  sharp,
  slider,
} from "./base.js";
import {
  ends,
  facts,
  gridSize,
  middle,
  patchAt,
  patchRow,
  pixel,
  place,
  sizesThatFit,
  spot,
  unpack,
  valueOf,
  where,
} from "./patches_math.js";
import { painted } from "./shades.js";
import { counted, many } from "./words.js";

class Explorer extends Panel {
  constructor(model, el) {
    super(model, el);
    this.picture = chooser("Picture", (name) => this.set({ picture: name }));
    this.size = slider("Patch size P", 1, 60, (size) => this.resize(size));
    this.patch = slider("Patch", 1, 15, (patch) => this.set({ patch }));
    this.number = slider("Number", 1, 400, (number) => this.set({ number }));
    const group = { role: "group", ariaLabel: "Patch sizes that fit" };
    this.fits = element("div", { className: "vit-fits", ...group });
    this.whole = element("canvas", { className: "vit-whole", role: "img" });
    this.whole.addEventListener("click", (event) => this.pick(event));
    this.facts = element("output", { className: "vit-facts" });
    this.zoom = element("canvas", { role: "img" });
    this.strip = element("canvas", { className: "vit-strip", role: "img" });
    this.values = element("p", { className: "vit-values" });
    this.lay();
    this.follow("picture", "pictures", "patch_size", "patch", "number");
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const row = box("vit-row", this.strip, this.values, this.number.node);
    this.el.append(
      box("vit-controls", this.picture.node, this.size.node),
      this.fits,
      this.whole,
      this.facts,
      this.patch.node,
      box("vit-pair", this.zoom, row),
    );
  }

  set(values) {
    this.chosen = null;
    super.set(values);
  }

  // A new size keeps the place that the reader chose, not the patch's number.
  resize(size) {
    const old = this.model.get("patch_size");
    const chosen = this.chosen ?? middle(this.model.get("patch"), this.info, old);
    this.set({ patch_size: size, patch: patchAt(chosen, this.info, size) });
    this.chosen = chosen;
  }

  pick(event) {
    const size = this.model.get("patch_size");
    const { rows, columns } = gridSize(this.info.height, this.info.width, size);
    const step = (this.whole.clientWidth / this.info.width) * size;
    const row = Math.floor(event.offsetY / step);
    const column = Math.floor(event.offsetX / step);
    if (row < rows && column < columns) this.set({ patch: row * columns + column + 1 });
  }

  // From outside.
  changed() {
    this.chosen = null;
    this.draw();
  }

  load() {
    const pictures = this.model.get("pictures");
    const name = this.model.get("picture");
    if (this.info === pictures[name]) return;
    this.info = pictures[name];
    this.numbers = unpack(this.info);
    this.image = painted(this.numbers, this.info);
    offer(this.picture, Object.keys(pictures));
    this.picture.input.value = name;
    this.fits.replaceChildren("Sizes up to 60 that fit: ");
    for (const size of sizesThatFit(this.info)) {
      const onclick = () => this.resize(size);
      this.fits.append(element("button", { type: "button", onclick }, String(size)));
    }
  }

  draw() {
    if (!this.el.clientWidth) return;
    this.load();
    const size = this.model.get("patch_size");
    const grid = gridSize(this.info.height, this.info.width, size);
    const patch = Math.min(this.model.get("patch"), grid.rows * grid.columns);
    const chosen = spot(patch, grid.columns);
    const row = patchRow(this.numbers, this.info, size, patch);
    const number = Math.min(this.model.get("number"), row.length);
    this.drawWhole(size, grid, chosen);
    this.drawPatch(size, chosen, place(number, size));
    this.drawStrip(size, row, number);
    this.say(size, grid, patch, chosen, row, number); // last: the page is laid out anew
  }

  say(size, grid, patch, chosen, row, number) {
    const count = grid.rows * grid.columns;
    const which = `${counted(patch)} of ${counted(count)}: ${where(chosen)}`;
    setSlider(this.size, size, 60, `${size} × ${size} pixels`);
    setSlider(this.patch, patch, count, which);
    setSlider(this.number, number, row.length, pixel(number, size, this.info.channels));
    for (const button of this.fits.querySelectorAll("button"))
      button.ariaPressed = String(button.textContent === String(size));
    const lines = facts(this.info, size, grid);
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    this.values.replaceChildren(ends(row), element("br"), valueOf(number, row));
    const { height, width } = this.info;
    const name = `${this.model.get("picture")}, ${height} by ${width} pixels`;
    this.whole.ariaLabel = `${name}, in ${many(count, "patch")}; ${patch} is outlined`;
    this.zoom.ariaLabel = `Patch ${patch}, enlarged`;
    this.strip.ariaLabel = `Patch ${patch} as a row of ${many(row.length, "number")}`;
  }

  drawWhole(size, grid, chosen) {
    const { height, width } = this.info;
    const room = Math.min(this.el.clientWidth - 34, 640);
    const scale = Math.min(room / width, 420 / height);
    const context = sharp(this.whole, width * scale, height * scale);
    context.drawImage(this.image, 0, 0, width * scale, height * scale);
    const step = size * scale;
    const [right, bottom] = [grid.columns * step, grid.rows * step];
    ruled(context, this.el, { ...grid, step, line: Math.min(2, step / 12) });
    hatch(context, this.el, right, 0, width * scale - right, height * scale);
    hatch(context, this.el, 0, bottom, right, height * scale - bottom);
    outline(context, this.el, chosen.column * step, chosen.row * step, step, step);
  }

  drawPatch(size, chosen, at) {
    const side = Math.min(196, this.el.clientWidth - 34);
    const context = sharp(this.zoom, side, side);
    const corner = [chosen.column * size, chosen.row * size];
    context.drawImage(this.image, ...corner, size, size, 0, 0, side, side);
    const step = side / size;
    const mark = Math.max(step, 4);
    const corners = [at.column, at.row].map((line) => (line + 0.5) * step - mark / 2);
    outline(context, this.el, ...corners, mark, mark);
  }

  // The row of numbers in shades of purple, or of red, green and blue in turn.
  drawStrip(size, row, number) {
    const width = this.strip.parentElement.clientWidth;
    const context = sharp(this.strip, width, 44);
    const step = width / row.length;
    const { channels } = this.info;
    const shades = new Float32Array(channels * row.length);
    row.forEach(
      (value, i) => (shades[place(i + 1, size).channel * row.length + i] = value),
    );
    const line = painted(shades, { channels, height: 1, width: row.length });
    context.drawImage(line, 0, 0, width, 32);
    context.fillStyle = colour(this.el, "rule");
    if (size * step > 3)
      for (let i = 0; i <= row.length; i += size) context.fillRect(i * step, 34, 1, 5);
    outline(context, this.el, (number - 1) * step, 1.5, Math.max(step, 2), 30);
  }
}

export default { render: ({ model, el }) => void new Explorer(model, el) };
