// The axes of a curve over the layers: before the first, and after each.

import { colour, write } from "./base.js";

// Lines at 0, half and most, and one at the chosen layer; x and y place a value.
export function drawLayerAxes(context, el, { x, y, most, layer, depth }) {
  const [bold, muted] = [{ weight: "bold" }, { role: "muted" }];
  context.strokeStyle = colour(el, "rule");
  context.lineWidth = 1;
  const path = new Path2D();
  for (const value of [0, most / 2, most]) {
    path.rect(x(0), y(value), x(depth) - x(0), 0);
    write(context, el, String(value), x(0) - 9, y(value), "right", muted);
  }
  path.rect(x(layer), y(most), 0, y(0) - y(most));
  context.stroke(path);
  for (let place = 0; place <= depth; place++) {
    const look = place === layer ? bold : muted;
    write(context, el, String(place), x(place), y(0) + 15, "center", look);
  }
  write(context, el, "layers passed", x(depth / 2), y(0) + 31, "center", muted);
}
