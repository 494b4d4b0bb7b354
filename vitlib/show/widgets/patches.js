import {
  chooser,
  colour,
  counted,
  element,
  hatch,
  many,
  outline,
  painted,
  purple,
  setSlider,
  sharp,
  slider,
  whenSeenAnew,
} from "./base.js";

// The packed picture as numbers in [0, 1], channel by channel, row by row.
export function unpack({ levels, pixels }) {
  return Float32Array.from(atob(pixels), (byte) => byte.charCodeAt(0) / levels);
}

// Whole patches that fit, and how many pixels they leave over.
export function gridSize(height, width, size) {
  const rows = Math.floor(height / size);
  const columns = Math.floor(width / size);
  return { rows, columns, over: height * width - rows * columns * size * size };
}

// Patch `patch` (from 1, in reading order) as a row of C·P² numbers.
export function patchRow(numbers, { channels, height, width }, size, patch) {
  const columns = Math.floor(width / size);
  const top = Math.floor((patch - 1) / columns) * size;
  const left = ((patch - 1) % columns) * size;
  const row = new Float32Array(channels * size * size);
  for (let i = 0; i < row.length; i++) {
    const at = place(i + 1, size);
    row[i] = numbers[(at.channel * height + top + at.row) * width + left + at.column];
  }
  return row;
}

// Where in its patch the number `number` (from 1) of a row lies, counted from 0.
export function place(number, size) {
  const within = (number - 1) % (size * size);
  const channel = Math.floor((number - 1) / (size * size));
  return { channel, row: Math.floor(within / size), column: within % size };
}

// The patch of size `to` over the middle of patch `patch` of size `from`.
export function samePlace(patch, { height, width }, from, to) {
  const old = gridSize(height, width, from);
  const { rows, columns } = gridSize(height, width, to);
  const moved = (line) => Math.floor(((line + 0.5) * from) / to);
  const row = Math.min(moved(Math.floor((patch - 1) / old.columns)), rows - 1);
  const column = Math.min(moved((patch - 1) % old.columns), columns - 1);
  return row * columns + column + 1;
}

// What the sizes come to, in three lines.
function facts({ channels, height, width }, size, { rows, columns, over }) {
  const shape = `${many(rows, "row")} × ${many(columns, "column")}`;
  const length = many(channels * size * size, "number");
  const lines = [`N = ${shape} = ${many(rows * columns, "patch")}`];
  lines.push(`${channels} · ${size}² = ${length} in each`);
  const sides = [...new Set([height, width])];
  if (!over) {
    return [
      ...lines,
      `✓ ${size} divides ${sides.join(" and ")}: no pixel is left over`,
    ];
  }
  const misfits = sides.filter((side) => side % size);
  const misfit =
    misfits.length === 1
      ? `does not divide ${misfits[0]}`
      : `divides neither ${misfits.join(" nor ")}`;
  const share = Math.round((100 * over) / (height * width));
  const lost = `${counted(over)} pixels (${share}%) fit into no patch`;
  return [...lines, `✗ ${size} ${misfit}: ${lost}`];
}

const shade = (value) => value.toFixed(2).replace(/0$/, "");

// A row's first numbers and its last.
function ends(row) {
  const start = [...row.slice(0, 4)].map(shade).join(", ");
  return row.length > 5 ? `[${start}, …, ${shade(row.at(-1))}]` : `[${start}]`;
}

class Explorer {
  constructor(model, el) {
    Object.assign(this, { model, el });
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
    for (const trait of ["picture", "pictures", "patch_size", "patch", "number"])
      model.on(`change:${trait}`, () => this.draw());
    whenSeenAnew(el, () => this.draw());
    this.draw();
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const row = box("vit-row", this.strip, this.values, this.number.node);
    this.el.classList.add("vit-panel");
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
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
  }

  // A new size keeps the place that the reader looks at, not the patch's number.
  resize(size) {
    const [from, patch] = [this.model.get("patch_size"), this.model.get("patch")];
    this.set({ patch_size: size, patch: samePlace(patch, this.info, from, size) });
  }

  pick(event) {
    const size = this.model.get("patch_size");
    const { rows, columns } = gridSize(this.info.height, this.info.width, size);
    const step = (this.whole.clientWidth / this.info.width) * size;
    const row = Math.floor(event.offsetY / step);
    const column = Math.floor(event.offsetX / step);
    if (row < rows && column < columns) this.set({ patch: row * columns + column + 1 });
  }

  load() {
    const pictures = this.model.get("pictures");
    const name = this.model.get("picture");
    if (this.info === pictures[name]) return;
    this.info = pictures[name];
    this.numbers = unpack(this.info);
    this.image = painted(this.numbers, this.info);
    const options = Object.keys(pictures).map((key) => element("option", {}, key));
    this.picture.input.replaceChildren(...options);
    this.picture.input.value = name;
    this.fits.replaceChildren("Sizes up to 60 that fit: ");
    for (let size = 1; size <= 60; size++) {
      if (this.info.height % size || this.info.width % size) continue;
      const onclick = () => this.resize(size);
      this.fits.append(element("button", { type: "button", onclick }, String(size)));
    }
  }

  draw() {
    this.load();
    if (!this.el.clientWidth) return;
    const size = this.model.get("patch_size");
    const grid = gridSize(this.info.height, this.info.width, size);
    const patch = Math.min(this.model.get("patch"), grid.rows * grid.columns);
    const chosen = {
      row: Math.floor((patch - 1) / grid.columns),
      column: (patch - 1) % grid.columns,
    };
    const row = patchRow(this.numbers, this.info, size, patch);
    const number = Math.min(this.model.get("number"), row.length);
    this.say(size, grid, patch, chosen, row, number);
    this.drawWhole(size, grid, chosen);
    this.drawPatch(size, chosen, place(number, size));
    this.drawStrip(size, row, number);
  }

  say(size, grid, patch, chosen, row, number) {
    const count = grid.rows * grid.columns;
    const at = place(number, size);
    const where = (spot) => `row ${spot.row + 1}, column ${spot.column + 1}`;
    const colours = this.info.channels === 1 ? [""] : ["red, ", "green, ", "blue, "];
    const of = (one, all) => `${counted(one)} of ${counted(all)}`;
    setSlider(this.size, size, 60, `${size} × ${size} pixels`);
    setSlider(this.patch, patch, count, `${of(patch, count)}: ${where(chosen)}`);
    const spot = colours[at.channel] + where(at);
    setSlider(this.number, number, row.length, `${of(number, row.length)}: ${spot}`);
    for (const button of this.fits.querySelectorAll("button"))
      button.ariaPressed = String(button.textContent === String(size));
    const lines = facts(this.info, size, grid);
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    this.values.textContent = `${ends(row)} · number ${number}: ${shade(row[number - 1])}`;
    const { height, width } = this.info;
    const name = `${this.model.get("picture")}, ${height} by ${width} pixels`;
    this.whole.ariaLabel = `${name}, in ${many(count, "patch")}; ${patch} is outlined`;
    this.zoom.ariaLabel = `Patch ${patch}, enlarged`;
    this.strip.ariaLabel = `Patch ${patch} as a row of ${many(row.length, "number")}`;
  }

  drawWhole(size, grid, chosen) {
    const { height, width } = this.info;
    const scale = Math.min(
      (this.el.clientWidth - 34) / width,
      640 / width,
      420 / height,
    );
    const context = sharp(this.whole, width * scale, height * scale);
    context.drawImage(this.image, 0, 0, width * scale, height * scale);
    const step = size * scale;
    const [right, bottom] = [grid.columns * step, grid.rows * step];
    const lines = new Path2D();
    for (let y = 0; y <= grid.rows; y++) lines.rect(0, y * step, right, 0);
    for (let x = 0; x <= grid.columns; x++) lines.rect(x * step, 0, 0, bottom);
    context.strokeStyle = colour(this.el, "paper");
    context.lineWidth = Math.min(2, step / 5);
    context.stroke(lines);
    hatch(context, this.el, right, 0, width * scale - right, height * scale);
    hatch(context, this.el, 0, bottom, right, height * scale - bottom);
    outline(context, this.el, chosen.column * step, chosen.row * step, step, step);
  }

  drawPatch(size, chosen, at) {
    const side = Math.min(196, this.el.clientWidth - 34);
    const context = sharp(this.zoom, side, side);
    const corner = [chosen.column * size, chosen.row * size];
    context.drawImage(this.image, ...corner, size, size, 0, 0, side, side);
    const pixel = side / size;
    outline(context, this.el, at.column * pixel, at.row * pixel, pixel, pixel);
  }

  // The row of numbers in shades of purple, or of red, green and blue in turn.
  drawStrip(size, row, number) {
    const width = this.strip.parentElement.clientWidth;
    const context = sharp(this.strip, width, 44);
    const step = width / row.length;
    row.forEach((value, i) => {
      const rgb = [0, 0, 0];
      rgb[place(i + 1, size).channel] = 255 * value;
      context.fillStyle = `rgb(${this.info.channels === 1 ? purple(value) : rgb})`;
      context.fillRect(i * step, 0, step + 0.5, 32);
    });
    context.fillStyle = colour(this.el, "rule");
    if (size * step > 3)
      for (let i = 0; i <= row.length; i += size) context.fillRect(i * step, 34, 1, 5);
    outline(context, this.el, (number - 1) * step, 1.5, Math.max(step, 2), 30);
  }
}

export function render({ model, el }) {
  new Explorer(model, el);
}

export default { render };
