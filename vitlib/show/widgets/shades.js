// Tables of numbers in colours on a canvas, their scale, and words beside them.

import { between, colour, element, signed } from "./base.js";

const PINKS = [
  [255, 247, 243],
  [253, 224, 221],
  [252, 197, 192],
  [250, 159, 181],
  [247, 104, 161],
  [221, 52, 151],
  [174, 1, 126],
  [122, 1, 119],
  [73, 0, 106],
];

const GREYS = [
  [255, 255, 255],
  [240, 240, 240],
  [217, 217, 217],
  [189, 189, 189],
  [150, 150, 150],
  [115, 115, 115],
  [82, 82, 82],
  [37, 37, 37],
  [0, 0, 0],
];

// Matplotlib's RdPu: 0 almost white, 1 dark purple, and pink between them.
export const pinkShade = (part) => between(PINKS, part);

// Matplotlib's Greys: 0 white, 1 black.
export const greyShade = (part) => between(GREYS, part);

// How numbers become colours: signed ones up to ±most, similarities from low to 1, and
// shares of attention from 0 to most, beyond which nothing gets darker.
export const signedUpTo = (most) => ({
  shade: (value) => signed(value / most),
  ends: [-most, 0, most],
});
export const similarFrom = (low) => ({
  shade: (value) => pinkShade((value - low) / (1 - low)),
  ends: [low, (1 + low) / 2, 1],
});
export const weightsUpTo = (most) => ({
  shade: (value) => greyShade(value / most),
  ends: [0, most / 2, most],
  words: ["0%", "", `${100 * most}% or more`],
});

// A table, row after row, as a canvas of one pixel a number.
export function shaded(numbers, columns, { shade }) {
  const height = numbers.length / columns;
  const canvas = element("canvas", { width: columns, height });
  const data = new ImageData(columns, height);
  numbers.forEach((value, i) => data.data.set([...shade(value), 255], 4 * i));
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
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

// The bar that says what the colours stand for, 24 pixels high with its numbers.
export function scaleBar(context, node, x, y, width, scale) {
  const [low, , high] = scale.ends;
  const values = Float64Array.from({ length: 101 }, (_, i) => i / 100);
  const numbers = values.map((part) => low + part * (high - low));
  scale.bar ??= shaded(numbers, 101, scale);
  context.drawImage(scale.bar, x, y, width, 8);
  context.strokeStyle = colour(node, "rule");
  context.lineWidth = 1;
  context.strokeRect(x, y, width, 8);
  scale.ends.forEach((value, i) => {
    const number = String(Number(value.toPrecision(2))).replace("-", "−");
    const words = scale.words?.[i] ?? number;
    const align = ["left", "center", "right"][i];
    write(context, node, words, x + (i * width) / 2, y + 17, align);
  });
}
