// Numbers and pictures in colours, and the scales that say what the colours stand for.

import { colour, element, write } from "./base.js";

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

// The colour at a share, 0 to 1, of the way along some colours.
function between(colours, share) {
  const place = Math.min(Math.max(share, 0), 1) * (colours.length - 1);
  const below = Math.min(Math.floor(place), colours.length - 2);
  const part = place - below;
  return colours[below].map((c, i) => c + part * (colours[below + 1][i] - c));
}

// Matplotlib's Purples_r: 0 dark purple, 1 almost white.
export const purple = (part) => between(PURPLES, part);

// Matplotlib's RdBu_r: −1 dark blue, 0 almost white, 1 dark red.
export const signed = (value) => between(REDS_TO_BLUES, (value + 1) / 2);

// Matplotlib's RdPu: 0 almost white, 1 dark purple, and pink between them.
export const pink = (part) => between(PINKS, part);

// Matplotlib's Greys: 0 white, 1 black.
export const grey = (part) => between(GREYS, part);

// How numbers become colours: pixels, signed numbers up to ±most, similarities from low
// to 1, and shares of attention from 0 to most, beyond which nothing gets darker.
export const PIXELS = { shade: purple };
export const signedUpTo = (most) => ({
  shade: (value) => signed(value / most),
  ends: [-most, 0, most],
});
export const signedBeyond = (most) => ({
  ...signedUpTo(most),
  words: [`−${most} or less`, "0", `${most} or more`],
});
export const similarFrom = (low) => ({
  shade: (value) => pink((value - low) / (1 - low)),
  ends: [low, (1 + low) / 2, 1],
});
export const weightsUpTo = (most) => ({
  shade: (value) => grey(value / most),
  ends: [0, most / 2, most],
  words: ["0%", "", `${Number((100 * most).toPrecision(2))}% or more`],
});

// A table, row after row, as a canvas of one pixel a number.
export function shaded(numbers, columns, { shade }) {
  const height = numbers.length / columns;
  const canvas = element("canvas", { width: columns, height });
  const data = new ImageData(columns, height);
  numbers.forEach((value, i) => {
    data.data.set(shade(value, i), 4 * i);
    data.data[4 * i + 3] = 255;
  });
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

// An image, channel by channel in [0, 1], as a canvas of one canvas pixel a pixel.
export function painted(numbers, { channels, height, width }) {
  if (channels === 1) return shaded(numbers, width, PIXELS);
  const count = height * width;
  const shade = (red, i) => [red, numbers[count + i], numbers[2 * count + i]].map(byte);
  return shaded(numbers.slice(0, count), width, { shade });
}

const byte = (part) => 255 * part;

// The ink of a digit, dark on light paper.
export const inked = (ink, info) =>
  painted(
    ink.map((part) => 1 - part),
    info,
  );

// What stands at a scale's low end (0), middle (1) or high end (2).
function nameOf({ ends, words }, place) {
  const number = String(Number(ends[place].toPrecision(2))).replace("-", "−");
  return words?.[place] ?? number;
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
  for (const [i, align] of ["left", "center", "right"].entries())
    write(context, node, nameOf(scale, i), x + (i * width) / 2, y + 17, align);
}

// The same in a line of text, the ends' words beside it.
export function scaleLine(scale) {
  const [low, , high] = scale.ends;
  const steps = Array.from({ length: 11 }, (_, i) => low + (i / 10) * (high - low));
  const colours = steps.map((value) => `rgb(${scale.shade(value).join(" ")})`);
  const bar = element("span", { className: "vit-bar" });
  bar.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
  const look = { className: "vit-scale" };
  return element("span", look, nameOf(scale, 0), bar, nameOf(scale, 2));
}
