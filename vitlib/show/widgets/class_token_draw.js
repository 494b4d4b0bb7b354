// Draws the class rows, number by number, and how far apart they are.

import { colour, sharp, write } from "./base.js";
import { BOLD, TOP } from "./class_token_look.js";
import { distance, scaleEnd } from "./class_token_math.js";
import { drawLayerAxes } from "./layer_axes.js";
import { scaleBar, shaded, signedBeyond } from "./shades.js";

const LIMIT = 2; // of a class row's numbers; there red and blue end
const NUMBERS = signedBeyond(LIMIT);
const [LEFT, RIGHT] = [30, 16]; // beside the curve

// The two class rows one above the other, number by number.
export function drawRows(canvas, el, { names, classRows }, width) {
  const context = sharp(canvas, width, 176);
  const words = `the class rows, ${classRows[0].length} numbers each`;
  write(context, el, words, 0, 10, "left", BOLD);
  classRows.forEach((row, i) => {
    const top = TOP + 58 * i;
    write(context, el, names[i], 0, top + 8, "left");
    context.drawImage(shaded(row, row.length, NUMBERS), 0, top + 18, width, 30);
    context.strokeStyle = colour(el, "class-token");
    context.lineWidth = 2;
    context.strokeRect(1, top + 18, width - 2, 30);
  });
  scaleBar(context, el, 0, TOP + 124, width, NUMBERS);
}

const placeOf = (layer, depth, width) =>
  LEFT + (layer / depth) * (width - LEFT - RIGHT);

// The layer nearest to a place on the curve's canvas.
export function layerAt(x, depth, width) {
  const layer = Math.round(((x - LEFT) / (width - LEFT - RIGHT)) * depth);
  return Math.min(Math.max(layer, 0), depth);
}

// The distance of the class rows before the first layer and after each.
export function drawCurve(canvas, el, { apart, layer }, width) {
  const [depth, most, height] = [apart.length - 1, scaleEnd(apart), 176];
  const context = sharp(canvas, width, height);
  const bottom = height - 38;
  const x = (place) => placeOf(place, depth, width);
  const y = (value) => bottom - (value / most) * (bottom - TOP - 10);
  write(context, el, "distance of the two class rows", 0, 10, "left", BOLD);
  drawLayerAxes(context, el, { x, y, most, layer, depth });
  const orange = colour(el, "class-token");
  Object.assign(context, { strokeStyle: orange, fillStyle: orange, lineWidth: 2.5 });
  context.beginPath();
  apart.forEach((value, place) => context.lineTo(x(place), y(value)));
  context.stroke();
  apart.forEach((value, place) => dot(context, x(place), y(value), 4));
  context.fillStyle = colour(el, "ink");
  dot(context, x(layer), y(apart[layer]), 6);
  const [align, aside] = layer === 0 ? ["left", 0] : ["right", 6]; // the line rises
  const above = y(apart[layer]) - 16;
  onPanel(context, el, distance(apart[layer]), x(layer) + aside, above, align);
}

// Bold words that no line of the grid runs through.
function onPanel(context, el, words, x, y, align) {
  write(context, el, words, x, y, align, BOLD);
  const wide = context.measureText(words).width + 6;
  const start = align === "left" ? 3 : wide - 3;
  context.fillStyle = colour(el, "panel");
  context.fillRect(x - start, y - 8, wide, 16);
  write(context, el, words, x, y, align, BOLD);
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
