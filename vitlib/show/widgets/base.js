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

// Sets what a slider shows; the order matters, since a value is cut to the range.
export function setSlider(control, value, max) {
  control.input.max = max;
  control.input.value = value;
}

// Gives a canvas a size in CSS pixels, sharp on any screen, and clears it.
export function sharp(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
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
  const themes = { attributes: true, attributeFilter: ["data-theme", "theme", "class"] };
  const observer = new MutationObserver(redraw);
  observer.observe(document.documentElement, themes);
  observer.observe(document.body, { attributes: true });
}

const PURPLES = [
  [63, 0, 125], [84, 39, 143], [106, 81, 163], [128, 125, 186], [158, 154, 200],
  [188, 189, 220], [218, 218, 235], [239, 237, 245], [252, 251, 253],
];

// Matplotlib's Purples_r: 0 dark purple, 1 almost white.
export function purple(shade) {
  const place = Math.min(Math.max(shade, 0), 1) * (PURPLES.length - 1);
  const below = Math.min(Math.floor(place), PURPLES.length - 2);
  const part = place - below;
  return PURPLES[below].map((c, i) => c + part * (PURPLES[below + 1][i] - c));
}
