// What the widgets share: making elements, sliders, crisp canvases, the book's colours.

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

let labels = 0;

// A labelled control: {node, input, say}. `say` writes beside it what its value means.
function labelled(input, label) {
  input.id = `vit-control-${++labels}`;
  input.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take the arrow keys
  const words = element("output", { className: "vit-value", htmlFor: input.id });
  const name = element("label", { htmlFor: input.id }, label);
  const node = element("div", { className: "vit-control" }, name, input, words);
  const say = (text) => {
    words.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  return { node, input, say };
}

export function slider(label, min, max, onInput) {
  const input = element("input", { type: "range", min, max, step: 1 });
  input.addEventListener("input", () => onInput(Number(input.value)));
  return labelled(input, label);
}

export function chooser(label, onInput) {
  const input = element("select");
  input.addEventListener("input", () => onInput(input.value));
  return labelled(input, label);
}

// Sets what a slider shows and says. The order matters: a value is cut to the range.
export function setSlider(control, value, max, words) {
  control.input.max = max;
  control.input.value = value;
  control.say(words);
}

// Gives a canvas a size in CSS pixels, sharp on any screen, and clears it.
export function sharp(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    Object.assign(canvas, { width: across, height: down });
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  return context;
}

// The colour that a role ("patch", "ink", …) has on this page now.
export function colour(node, role) {
  return getComputedStyle(node).getPropertyValue(`--vit-${role}`).trim();
}

// Calls `redraw` when the width changes and when the page turns light or dark.
export function whenSeenAnew(node, redraw) {
  new ResizeObserver(redraw).observe(node);
  const themes = {
    attributes: true,
    attributeFilter: ["data-theme", "theme", "class"],
  };
  const observer = new MutationObserver(redraw);
  observer.observe(document.documentElement, themes);
  observer.observe(document.body, { attributes: true });
}

const PURPLES = [
  [63, 0, 125],
  [84, 39, 143],
  [106, 81, 163],
  [128, 125, 186],
  [158, 154, 200],
  [188, 189, 220],
  [218, 218, 235],
  [239, 237, 245],
  [252, 251, 253],
];

// The colour at a share, 0 to 1, of the way along some colours.
export function between(colours, share) {
  const place = Math.min(Math.max(share, 0), 1) * (colours.length - 1);
  const below = Math.min(Math.floor(place), colours.length - 2);
  const part = place - below;
  return colours[below].map((c, i) => c + part * (colours[below + 1][i] - c));
}

// Matplotlib's Purples_r: 0 dark purple, 1 almost white.
export function purple(shade) {
  return between(PURPLES, shade);
}

const REDS_TO_BLUES = [
  [5, 48, 97],
  [33, 102, 172],
  [67, 147, 195],
  [146, 197, 222],
  [209, 229, 240],
  [247, 247, 247],
  [253, 219, 199],
  [244, 165, 130],
  [214, 96, 77],
  [178, 24, 43],
  [103, 0, 31],
];

// Matplotlib's RdBu_r: −1 dark blue, 0 almost white, 1 dark red.
export function signed(value) {
  return between(REDS_TO_BLUES, (value + 1) / 2);
}

// An image, channel by channel in [0, 1], as a canvas of one canvas pixel a pixel.
export function painted(numbers, { channels, height, width }) {
  const canvas = element("canvas", { width, height });
  const data = new ImageData(width, height);
  const count = height * width;
  for (let i = 0; i < count; i++) {
    const shades = channels === 1 ? purple(numbers[i]) : null;
    for (let k = 0; k < 3; k++)
      data.data[4 * i + k] = shades ? shades[k] : 255 * numbers[k * count + i];
    data.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

// The outline of a chosen thing, seen on light and dark alike.
export function outline(context, node, x, y, width, height) {
  context.strokeStyle = colour(node, "paper");
  context.lineWidth = 5;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = colour(node, "ink");
  context.lineWidth = 2.5;
  context.strokeRect(x, y, width, height);
}

// Hatching over what does not count.
export function hatch(context, node, x, y, width, height) {
  if (width <= 0 || height <= 0) return;
  const area = new Path2D();
  area.rect(x, y, width, height);
  context.save();
  context.clip(area);
  context.fillStyle = colour(node, "panel");
  context.globalAlpha = 0.75;
  context.fill(area);
  context.globalAlpha = 1;
  context.strokeStyle = colour(node, "muted");
  context.lineWidth = 1.5;
  const lines = new Path2D();
  for (let d = -height; d < width; d += 9) {
    lines.moveTo(x + d, y + height);
    lines.lineTo(x + d + height, y);
  }
  context.stroke(lines);
  context.restore();
}

export const counted = new Intl.NumberFormat("en").format;

// "1 row", "2 rows", "3 patches".
export function many(number, thing) {
  const plural = thing.endsWith("h") ? "es" : "s";
  return `${counted(number)} ${thing}${number === 1 ? "" : plural}`;
}
