import { chooser, colour, element, purple, setSlider, sharp, slider, whenSeenAnew } from "./base.js";

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

// An image as a small canvas, one canvas pixel a pixel.
function painted(numbers, { channels, height, width }) {
  const canvas = element("canvas", { width, height });
  const data = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    const rgb = channels === 1 ? purple(numbers[i]) : [0, 1, 2].map((c) => 255 * numbers[c * height * width + i]);
    data.data.set([...rgb, 255], 4 * i);
  }
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

// A row of numbers as a strip: shades of purple, or of red, green and blue in turn.
function paintedRow(row, channels) {
  const canvas = element("canvas", { width: row.length, height: 1 });
  const data = new ImageData(row.length, 1);
  row.forEach((value, i) => {
    const channel = Math.floor((i * channels) / row.length);
    const rgb = channels === 1 ? purple(value) : [0, 1, 2].map((c) => (c === channel ? 255 * value : 0));
    data.data.set([...rgb, 255], 4 * i);
  });
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

function outline(context, node, x, y, width, height) {
  for (const [role, line] of [["paper", 5], ["ink", 2.5]]) {
    context.strokeStyle = colour(node, role);
    context.lineWidth = line;
    context.strokeRect(x, y, width, height);
  }
}

function hatch(context, node, x, y, width, height) {
  if (width <= 0 || height <= 0) return;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.globalAlpha = 0.75;
  context.fillStyle = colour(node, "panel");
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = colour(node, "muted");
  context.lineWidth = 1.5;
  context.beginPath();
  for (let d = -height; d < width; d += 9) {
    context.moveTo(x + d, y + height);
    context.lineTo(x + d + height, y);
  }
  context.stroke();
  context.restore();
}

const counted = new Intl.NumberFormat("en").format;
const shown = (value) => value.toFixed(2).replace(/0$/, "");

function formulas({ channels, height, width }, size, { rows, columns, over }) {
  const length = channels * size * size;
  const lines = [
    `N = ${rows} rows × ${columns} columns = ${counted(rows * columns)} patches`,
    `${channels} · ${size}² = ${counted(length)} numbers in each`,
  ];
  if (over) {
    const share = Math.round((100 * over) / (height * width));
    lines.push(`✗ ${size} does not divide ${height} and ${width}: ${counted(over)} pixels (${share} %) fit into no patch`);
  } else {
    lines.push(`✓ ${size} divides ${height} and ${width}: no pixel is left over`);
  }
  return lines;
}

export function render({ model, el }) {
  const set = (name) => (value) => {
    model.set(name, value);
    model.save_changes();
  };
  const picture = chooser("Picture", set("picture"));
  const size = slider("Patch size P", 1, 60, set("patch_size"));
  const fits = element("div", { className: "vit-fits", role: "group", ariaLabel: "Patch sizes that fit" });
  const whole = element("canvas", { className: "vit-whole", role: "img" });
  const facts = element("output", { className: "vit-facts" });
  const patch = slider("Patch", 1, 15, set("patch"));
  const zoom = element("canvas", { role: "img" });
  const number = slider("Number", 1, 400, set("number"));
  const strip = element("canvas", { className: "vit-strip", role: "img" });
  const values = element("p", { className: "vit-values" });
  const row = element("div", { className: "vit-row" }, strip, values, number.node);
  el.classList.add("vit-panel");
  el.append(
    element("div", { className: "vit-controls" }, picture.node, size.node),
    fits, whole, facts, patch.node,
    element("div", { className: "vit-pair" }, zoom, row),
  );

  let image; // {name, info, numbers, canvas} of the chosen picture

  function load() {
    const name = model.get("picture");
    const info = model.get("pictures")[name];
    if (image?.info === info) return;
    const numbers = unpack(info);
    image = { name, info, numbers, canvas: painted(numbers, info) };
    picture.input.replaceChildren(...Object.keys(model.get("pictures")).map((key) => element("option", {}, key)));
    picture.input.value = name;
    fits.replaceChildren("Sizes that fit: ");
    for (let p = 1; p <= 60; p++) {
      if (info.height % p || info.width % p) continue;
      fits.append(element("button", { type: "button", onclick: () => set("patch_size")(p) }, String(p)));
    }
  }

  function drawWhole(p, grid, chosen) {
    const { height, width } = image.info;
    const scale = Math.min(el.clientWidth - 34, 640, (420 * width) / height) / width;
    const context = sharp(whole, width * scale, height * scale);
    context.drawImage(image.canvas, 0, 0, width * scale, height * scale);
    const step = p * scale;
    const [right, bottom] = [grid.columns * step, grid.rows * step];
    context.strokeStyle = colour(el, "paper");
    context.lineWidth = Math.min(2, step / 5);
    context.beginPath();
    for (let r = 0; r <= grid.rows; r++) context.moveTo(0, r * step), context.lineTo(right, r * step);
    for (let c = 0; c <= grid.columns; c++) context.moveTo(c * step, 0), context.lineTo(c * step, bottom);
    context.stroke();
    hatch(context, el, right, 0, width * scale - right, height * scale);
    hatch(context, el, 0, bottom, right, height * scale - bottom);
    outline(context, el, chosen.column * step, chosen.row * step, step, step);
  }

  function drawPatch(p, chosen, at) {
    const side = Math.min(196, el.clientWidth - 34);
    const context = sharp(zoom, side, side);
    context.drawImage(image.canvas, chosen.column * p, chosen.row * p, p, p, 0, 0, side, side);
    const pixel = side / p;
    outline(context, el, at.column * pixel, at.row * pixel, pixel, pixel);
  }

  function drawStrip(p, values, index) {
    const width = row.clientWidth;
    const context = sharp(strip, width, 44);
    context.drawImage(paintedRow(values, image.info.channels), 0, 0, width, 32);
    const step = width / values.length;
    context.fillStyle = colour(el, "rule");
    if (p * step > 3) for (let x = 0; x <= values.length; x += p) context.fillRect(x * step - 0.5, 34, 1, 5);
    outline(context, el, (index - 1) * step, 1.5, Math.max(step, 2), 30);
  }

  function draw() {
    load();
    if (!el.clientWidth) return;
    const p = model.get("patch_size");
    const { channels, height, width } = image.info;
    const grid = gridSize(height, width, p);
    const count = grid.rows * grid.columns;
    const index = Math.min(model.get("patch"), count);
    const length = channels * p * p;
    const chosenNumber = Math.min(model.get("number"), length);
    const chosen = { row: Math.floor((index - 1) / grid.columns), column: (index - 1) % grid.columns };
    const at = place(chosenNumber, p);
    const values_ = patchRow(image.numbers, image.info, p, index);

    setSlider(size, p, 60);
    size.say(`${p} × ${p} pixels`);
    setSlider(patch, index, count);
    patch.say(`${counted(index)} of ${counted(count)}: row ${chosen.row + 1}, column ${chosen.column + 1}`);
    setSlider(number, chosenNumber, length);
    const channel = channels === 1 ? "" : `${["red", "green", "blue"][at.channel]}, `;
    number.say(`${counted(chosenNumber)} of ${counted(length)}: ${channel}row ${at.row + 1}, column ${at.column + 1}`);
    for (const button of fits.querySelectorAll("button")) button.ariaPressed = String(button.textContent === String(p));
    facts.replaceChildren(...formulas(image.info, p, grid).map((line) => element("span", {}, line)));
    const ends = values_.length > 6 ? [...values_.slice(0, 4)].map(shown).join(", ") + ", …, " + shown(values_.at(-1)) : [...values_].map(shown).join(", ");
    values.textContent = `[${ends}] · the chosen one: ${shown(values_[chosenNumber - 1])}`;
    whole.ariaLabel = `${image.name}, ${height} by ${width} pixels, cut into ${count} patches; patch ${index} is outlined`;
    zoom.ariaLabel = `Patch ${index}, enlarged`;
    strip.ariaLabel = `Patch ${index} as a row of ${length} numbers`;

    drawWhole(p, grid, chosen);
    drawPatch(p, chosen, at);
    drawStrip(p, values_, chosenNumber);
  }

  whole.addEventListener("click", (event) => {
    const p = model.get("patch_size");
    const { height, width } = image.info;
    const { rows, columns } = gridSize(height, width, p);
    const r = Math.floor((event.offsetY / whole.clientHeight) * (height / p));
    const c = Math.floor((event.offsetX / whole.clientWidth) * (width / p));
    if (r < rows && c < columns) set("patch")(r * columns + c + 1);
  });
  for (const name of ["picture", "pictures", "patch_size", "patch", "number"]) model.on(`change:${name}`, draw);
  whenSeenAnew(el, draw);
  draw();
}

export default { render };
