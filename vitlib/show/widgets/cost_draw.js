// The book's map of the model, with the shape of what leaves each stage.

import { hatch, sharp, write } from "./base.js";
import { blockRoom, drawBlock, drawHead } from "./cost_block.js";
import {
  arrow,
  breadth,
  drawClassToken,
  drawPatches,
  drawPicture,
  drawPositions,
  drawTokens,
} from "./cost_stages.js";
import { shape } from "./cost_words.js";

const TALL = 590;
const TOPS = [0, 98, 134, 290, 486, TALL]; // where stages begin, and the end
const LAST = TOPS.length - 1;
const STAGE_OF = {
  image_height: 0,
  image_width: 0,
  in_chans: 0,
  patch_size: 1,
  embed_dim: 2,
  depth: 3,
  num_heads: 3,
  mlp_ratio: 3,
  num_classes: 4,
  batch: LAST,
};
// The names beside the map, how far down, of which stage, and whose shape stands below.
const BESIDE = [
  [36, 0, "picture", "picture"],
  [104, 1, "patches", "patches"],
  [150, 2, "tokens", "tokens"],
  [212, 2, "+ class token", "class token"],
  [258, 2, "+ positions", "positions"],
  [300, 3, "q, k and v, each", "heads"],
  [338, 3, "attention weights", "weights"],
  [376, 3, "hidden in the MLP", "hidden"],
  [444, 3, "after each block", "stream"],
  [538, 4, "scores of classes", "head"],
];
const NO_HEAD = "no head: features";
const APART = 12; // between the map and the names
const COLUMN = 144; // that the names' column gets, where there is room
const DIGITS = [0, 4, 2]; // of a shape's large numbers, until it fits; 0 leaves them

// The first stage that cannot be, for all that is wrong; the end if nothing is.
export const brokenAt = (problems) =>
  Math.min(LAST, ...problems.map(({ names: [name] }) => STAGE_OF[name]));

// All of it; from the stage `broken` on nothing can be.
export function drawModel(canvas, el, { settings, found, image, broken }, width) {
  const context = sharp(canvas, width, TALL);
  const left = width - besideRoom(context, el, width);
  const { image_height, image_width, patch_size } = settings;
  const [rows, columns] = [image_height, image_width].map((side) =>
    Math.floor(side / patch_size),
  );
  const scene = { context, el, image, rows, columns, room: left - APART, settings };
  const stages = [drawPicture, drawRow, drawSequences, drawEncoder, drawHead];
  stages.slice(0, broken).forEach((draw, stage) => draw(scene, TOPS[stage]));
  hatch(context, el, 0, TOPS[broken], scene.room, TALL - TOPS[broken]);
  const end = BESIDE.find(([, stage]) => stage === broken);
  for (const beside of BESIDE) {
    const [y, stage, name, key] = beside;
    const head = key === "head" && !settings.num_classes ? NO_HEAD : name;
    write(context, el, head, left, y, "left", stage < broken ? {} : { role: "muted" });
    const words = beside === end ? "impossible" : "–";
    const said = stage < broken ? found[key] : words;
    writeShape(context, el, said, left, y + 17, width - left);
  }
}

// The width of the names' column: what a block leaves, as far as names allow it.
function besideRoom(context, el, width) {
  const names = [NO_HEAD, ...BESIDE.map(([, , name]) => name)];
  const least = Math.max(...names.map((name) => breadth(context, el, name)));
  const left = width - APART - blockRoom(context, el);
  return Math.ceil(Math.min(COLUMN, Math.max(least, left)));
}

function writeShape(context, el, numbers, x, y, room) {
  const look = { role: "muted" };
  const say = (words) => write(context, el, words, x, y, "left", look);
  if (typeof numbers === "string") return say(numbers);
  const ways = DIGITS.map((digits) => shape(numbers, digits));
  say(ways.find((words) => breadth(context, el, words) <= room) ?? ways.at(-1));
}

const down = ({ context, el, room }, y, line = 2.5) =>
  arrow(context, el, [room / 2, y], [room / 2, y + 15], line);

function drawRow(scene, top) {
  down(scene, top - 6);
  drawPatches(scene, top + 14);
}

function drawSequences(scene, top) {
  down(scene, top - 6);
  drawTokens(scene, top + 14);
  down(scene, top + 54);
  drawClassToken(scene, top + 74);
  drawTokens(scene, top + 74);
  const look = { role: "stream", size: 18 };
  write(scene.context, scene.el, "+", scene.room / 2, top + 118, "center", look);
  drawPositions(scene, top + 126);
}

const drawEncoder = (scene, top) => drawBlock(scene, top, scene.settings.depth);
