// What the widgets share: making elements, sliders, crisp canvases, what is
// drawn on them everywhere, and the colours of the book's roles.

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// The next control's id. Each widget's script has a copy of this file; they count on.
export function nextId() {
  globalThis.vitControls = (globalThis.vitControls ?? 0) + 1;
  return `vit-control-${globalThis.vitControls}`;
}

// A labelled control: {node, input, say}. `say` writes beside it what its value means.
function labelled(input, label, ...kinds) {
  input.id = nextId();
  input.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take the arrow keys
  const words = element("output", { className: "vit-value", htmlFor: input.id });
  const name = element("label", { htmlFor: input.id }, label);
  const className = ["vit-control", ...kinds].join(" ");
  const node = element("div", { className }, name, input, words);
  const say = (text) => {
    words.textContent = text;
    if (input.type === "range") input.setAttribute("aria-valuetext", text);
  };
  return { node, input, say };
}

export function slider(label, min, max, onInput) {
  const input = element("input", { type: "range", min, max, step: 1 });
  input.addEventListener("input", () => onInput(Number(input.value)));
  return labelled(input, label, "vit-slider");
}

export function chooser(label, onInput) {
  const input = element("select");
  input.addEventListener("input", () => onInput(input.value));
  return labelled(input, label);
}

// Puts what there is to choose from into a list, under its own names or under others.
export function offer({ input }, values, names = values) {
  const option = (value, i) => element("option", { value }, names[i]);
  input.replaceChildren(...values.map(option));
}

// A box to tick, its words beside it.
export function toggle(label, onInput) {
  const input = element("input", { type: "checkbox" });
  input.addEventListener("input", () => onInput(input.checked));
  return labelled(input, label, "vit-toggle");
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

// Calls `prepare` when the page goes to paper; browsers say that in one of two ways.
export function onPaper(prepare) {
  addEventListener("beforeprint", prepare);
  matchMedia("print").addEventListener("change", prepare);
}

// Calls `prepare` when the reader comes near, or the page goes to paper; maybe again.
export function whenNear(node, prepare) {
  const seen = (entries) => entries.some((entry) => entry.isIntersecting) && prepare();
  new IntersectionObserver(seen, { rootMargin: "400px" }).observe(node);
  onPaper(prepare);
}

// Calls `redraw` when the width changes, the page turns light or dark, or is printed.
export function whenSeenAnew(node, redraw) {
  onPaper(redraw);
  new ResizeObserver(redraw).observe(node);
  const themes = {
    attributes: true,
    attributeFilter: ["data-theme", "theme", "class"],
  };
  const observer = new MutationObserver(redraw);
  observer.observe(document.documentElement, themes);
  observer.observe(document.body, { attributes: true });
}

// What a widget is, but for its controls and pictures: `draw` is its own.
export class Panel {
  constructor(model, el) {
    Object.assign(this, { model, el });
    el.classList.add("vit-panel");
    model.guards?.(this); // on a page
  }

  // Draws now, and anew when a trait is changed from outside, or the page.
  follow(...traits) {
    for (const trait of traits)
      this.model.on(`change:${trait}`, () => this.setting || this.changed());
    whenSeenAnew(this.el, () => this.draw());
    this.draw();
  }

  changed() {
    this.draw();
  }

  // Makes ahead, in parts, what a reader who is near may ask for.
  prepare() {}

  // Several traits at once, and one redrawing. Within a stroke nothing is saved yet.
  set(values, saves = true) {
    this.setting = true;
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.setting = false;
    this.draw();
    if (saves) this.model.save_changes();
  }
}

// Words on a canvas, in the page's letters; (x, y) is the middle of their line.
export function write(context, node, words, x, y, align = "left", look = {}) {
  const { role = "ink", weight = "normal", size = 12, fill } = look;
  const family = getComputedStyle(node).fontFamily;
  context.font = `${weight} ${size}px ${family}`;
  context.fillStyle = fill ?? colour(node, role);
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(words, x, y);
}

// The lines between the cells of a grid, and around it.
export function ruled(context, node, { rows, columns, step, ...look }) {
  const { left = 0, top = 0, role = "paper", line = 1.5 } = look;
  const lines = new Path2D();
  for (let y = 0; y <= rows; y++) lines.rect(left, top + y * step, columns * step, 0);
  for (let x = 0; x <= columns; x++) lines.rect(left + x * step, top, 0, rows * step);
  context.strokeStyle = colour(node, role);
  context.lineWidth = line;
  context.stroke(lines);
}

// The outline of a chosen thing, seen on light and dark alike.
export function outline(context, node, x, y, width, height, look = {}) {
  const { role = "ink", line = 2.5 } = look;
  context.strokeStyle = colour(node, "paper");
  context.lineWidth = 2 * line;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = colour(node, role);
  context.lineWidth = line;
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
