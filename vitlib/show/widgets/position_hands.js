// Draws the hands of a place: the chosen pair's large, and some of the others small.

import { colour, sharp, write } from "./base.js";
import { hand } from "./position_math.js";
import { short } from "./words.js";

const SMALL = 8; // so many small ones, in two lines
const HEIGHT = 206;

function line(context, points, style, width, dash = []) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  Object.assign(context, { strokeStyle: style, lineWidth: width, lineCap: "round" });
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

function disc(context, x, y, radius, style) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = style;
  context.fill();
}

// A clock's rim; learned numbers have a square instead.
function rim(context, x, y, radius, learned, style, width) {
  context.beginPath();
  if (learned) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = style;
  context.lineWidth = width;
  context.stroke();
}

export class Hands {
  constructor(canvas, node) {
    Object.assign(this, { canvas, node });
  }

  draw(kind, table, place, pair, width) {
    this.look = (role) => colour(this.node, role);
    this.context = sharp(this.canvas, width, HEIGHT);
    this.learned = kind === "learned";
    this.scale = table.most;
    const big = Math.min(62, width * 0.19);
    this.large(hand(kind, table, place, pair), pair, 14 + big, 100, big);
    const every = Math.max(1, Math.floor(table.dim / 2 / SMALL));
    const left = 2 * big + 46;
    const step = (width - left) / 4;
    const lines = this.headings(kind);
    for (let k = 0; k < SMALL; k++) {
      const [x, y] = [left + step * ((k % 4) + 0.5), k < 4 ? 44 : 144];
      if (k % 4 === 0) this.write(lines[k / 4], left + 4, y - 34, "left", "muted");
      const shown = hand(kind, table, place, k * every);
      this.small(shown, k * every, x, y + 4, Math.min(24, step * 0.42), pair);
    }
  }

  write(words, x, y, align, role = "ink", weight = "normal") {
    write(this.context, this.node, words, x, y, align, { role, weight });
  }

  // Above each line of small ones.
  headings(kind) {
    if (kind === "2-D sinusoid") return ["the row's half", "the column's half"];
    return kind === "learned" ? ["other pairs", ""] : ["fast pairs", "slow pairs"];
  }

  // Where the two numbers lie, in pixels.
  tip({ across, up }, x, y, radius) {
    return [x + (across / this.scale) * radius, y - (up / this.scale) * radius];
  }

  large(shown, pair, x, y, radius) {
    const { context } = this;
    const [tipX, tipY] = this.tip(shown, x, y, radius);
    const words = this.learned ? `pair ${pair}: no hand` : `pair ${pair}`;
    this.write(words, x, 10, "center", "ink", "bold");
    rim(context, x, y, radius, this.learned, this.look("muted"), 1.5);
    line(
      context,
      [
        [x - radius, y],
        [x + radius, y],
      ],
      this.look("rule"),
      1,
    );
    line(
      context,
      [
        [x, y - radius],
        [x, y + radius],
      ],
      this.look("rule"),
      1,
    );
    line(
      context,
      [
        [tipX, y],
        [tipX, tipY],
        [x, tipY],
      ],
      this.look("muted"),
      1.5,
      [3, 4],
    );
    if (!this.learned) this.arc(shown.turned, x, y, radius);
    this.pointer(x, y, tipX, tipY, 5);
    const names = this.learned
      ? [`→ number ${2 * pair}`, `↑ number ${2 * pair + 1}`]
      : ["→ sin", "↑ cos"];
    [shown.across, shown.up].forEach((value, i) => {
      const words = `${names[i]}: ${short(value, this.learned ? 3 : 2)}`;
      this.write(words, x - radius, y + radius + 16 + 18 * i);
    });
  }

  // How far the hand has come from twelve o'clock, whole turns aside.
  arc(turned, x, y, radius) {
    const { context } = this;
    context.beginPath();
    const top = -Math.PI / 2;
    context.arc(x, y, radius * 0.35, top, top + (turned % (2 * Math.PI)));
    context.strokeStyle = this.look("stream");
    context.lineWidth = 3;
    context.stroke();
  }

  pointer(x, y, tipX, tipY, thick) {
    const { context } = this;
    if (!this.learned)
      line(
        context,
        [
          [x, y],
          [tipX, tipY],
        ],
        this.look("position"),
        thick,
      );
    disc(context, tipX, tipY, thick, this.look("paper"));
    disc(context, tipX, tipY, thick * 0.8, this.look("ink"));
  }

  small(shown, pair, x, y, radius, chosen) {
    const here = pair === chosen;
    const style = this.look(here ? "ink" : "muted");
    rim(this.context, x, y, radius, this.learned, style, here ? 3 : 1);
    this.pointer(x, y, ...this.tip(shown, x, y, radius), 3);
    this.write(
      String(pair),
      x,
      y + radius + 12,
      "center",
      "ink",
      here ? "bold" : "normal",
    );
  }
}
