// Draws a training's curves, with a line at the epoch where the reader stands.

import { percent } from "./answers.js";
import { colour, sharp, write } from "./base.js";
import { BOLD, MUTED } from "./class_token_look.js";
import { rightShare } from "./training_math.js";
import { short } from "./words.js";

const [LEFT, RIGHT] = [40, 12]; // beside the curves, in pixels
const HEIGHT = 356;
const GUESSING = Math.log(10); // the loss of one who guesses
// From top to bottom: where a plot's heading stands, its height, and its scale.
const LOSS = { head: 10, high: 112, most: 2.5, marks: [0, 1, 2], guess: GUESSING };
const SHARE = { head: 166, high: 82, most: 1, marks: [0, 0.5, 1], guess: 0.1 };
const RATE = { head: 292, high: 22, most: 0.003, marks: [0], guess: null };
const TRAINING = { role: "stream", line: 4 }; // thick and grey
const TEST = { role: "ink", line: 1.75 };
const RATED = { role: "muted", line: 2 };

const xOf = (epoch, last, width) => LEFT + (epoch / last) * (width - LEFT - RIGHT);

// The epoch nearest to a place on the curves.
export function epochNear(x, last, width) {
  const epoch = Math.round(((x - LEFT) / (width - LEFT - RIGHT)) * last);
  return Math.min(Math.max(epoch, 0), last);
}

// The losses, the share read rightly and the rate, and in all of them the epoch.
export function drawCurves(canvas, el, { record, rights, total, seen, last }, width) {
  const context = sharp(canvas, width, HEIGHT);
  const view = { context, el, width, last, epoch: seen.epoch };
  const losses = [["test", short(seen.testLoss), TEST]];
  if (seen.epoch) losses.push(["training", short(seen.loss), TRAINING]);
  drawPlot(view, LOSS, "loss", String);
  drawPlot(view, SHARE, "right", percent);
  drawPlot(view, RATE, "learning rate", String);
  drawEpochs(view);
  drawKey(view, LOSS, losses);
  drawKey(view, SHARE, [["test", rightShare(seen.right / total), TEST]]);
  drawKey(view, RATE, [["", String(Number(seen.rate.toFixed(5))), RATED]]);
  drawLine(view, LOSS, [NaN, ...record.loss], TRAINING);
  drawLine(view, LOSS, record.test_loss, TEST);
  const shares = rights.map((right) => right / total);
  drawLine(view, SHARE, shares, TEST);
  drawLine(view, RATE, record.rate, RATED);
}

const topOf = ({ head }) => head + 20;

const yOf = (plot, value) => topOf(plot) + plot.high * (1 - value / plot.most);

// At the right, of each curve its name, a piece of it, and where it stands now.
function drawKey({ context, el, width }, { head }, key) {
  let right = width;
  for (const [curve, value, look] of key) {
    write(context, el, value, right, head, "right", BOLD);
    right -= context.measureText(value).width + 5;
    write(context, el, curve, right, head, "right");
    right -= context.measureText(curve).width + (curve ? 5 : 0);
    const piece = [right - 14, right].map((x) => [x, head]);
    if (curve) stroke(context, el, look, piece);
    right -= 26;
  }
}

function stroke(context, el, { role, line }, points) {
  const look = { strokeStyle: colour(el, role), lineWidth: line, lineJoin: "round" };
  Object.assign(context, look);
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
}

// A curve's numbers, epoch by epoch, and a dot at the chosen one. It begins where the
// first number is.
function drawLine({ context, el, width, last, epoch }, plot, numbers, look) {
  const at = (value, i) => [xOf(i, last, width), yOf(plot, value)];
  const points = Array.from(numbers, at).filter(([, y]) => !Number.isNaN(y));
  stroke(context, el, look, points);
  const [x, y] = at(numbers[epoch], epoch);
  if (Number.isNaN(y)) return;
  context.fillStyle = colour(el, look.role);
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fill();
}

// A plot's name and its scale, and dashes where one who guesses would be.
function drawPlot({ context, el, width }, plot, name, words) {
  write(context, el, name, 0, plot.head, "left", BOLD);
  const across = width - LEFT - RIGHT;
  context.fillStyle = colour(el, "rule");
  for (const value of plot.marks)
    context.fillRect(LEFT, yOf(plot, value) - 0.5, across, 1);
  for (const value of plot.marks)
    write(context, el, words(value), LEFT - 6, yOf(plot, value), "right", MUTED);
  if (plot.guess === null) return;
  const [line, right] = [yOf(plot, plot.guess), LEFT + across];
  context.setLineDash([4, 4]);
  stroke(context, el, { role: "muted", line: 1 }, [
    [LEFT, line],
    [right, line],
  ]);
  context.setLineDash([]);
  const below = plot === LOSS ? 10 : -9; // where there is no curve
  write(context, el, "by guessing", right, line + below, "right", MUTED);
}

// The line at the epoch through each plot, and below them the epochs' numbers.
function drawEpochs({ context, el, width, last, epoch }) {
  const x = (mark) => xOf(mark, last, width);
  context.fillStyle = colour(el, "ink");
  for (const plot of [LOSS, SHARE, RATE])
    context.fillRect(x(epoch) - 0.5, topOf(plot), 1, plot.high);
  const below = yOf(RATE, 0) + 16;
  const marks = width > 280 ? 4 : 2;
  for (let i = 0; i <= marks; i++) {
    const mark = (i / marks) * last;
    write(context, el, String(mark), x(mark), below, "center", MUTED);
  }
  write(context, el, "epoch", x(last / marks / 2), below, "center", MUTED);
}
