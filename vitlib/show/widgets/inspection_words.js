// What the reader of digits says: the verdict, and where the class token looks.

import { percent } from "./answers.js";
import { mostWords } from "./class_token_math.js";
import { many } from "./words.js";

// Of all 1,797 digits: the least and the most ink, in sixteenths of a cell.
export const [PALEST, DARKEST] = [185, 433];
export const SURE = 0.85; // below it one in five is wrong, above one in 431

const article = (digit) => (digit === 8 ? "an" : "a");
const named = (digit, share) => `${article(digit)} ${digit} (${percent(share)})`;

// Why a drawing is like none of the digits that the model has seen, or null.
export function unlike(levels) {
  const ink = levels.reduce((total, level) => total + level, 0);
  const rows = Array.from({ length: 8 }, (_, y) => levels.slice(8 * y, 8 * y + 8));
  const reached = rows.filter((row) => row.some((level) => level > 0)).length;
  if (ink === 0) return ["Nothing drawn yet.", "Draw a digit, as large as the frame."];
  if (ink < PALEST)
    return [
      "Too little ink to be a digit.",
      `It has ${ink} sixteenths of a cell; the palest of 1,797 digits has ${PALEST}.`,
    ];
  if (ink > DARKEST)
    return [
      "Too much ink to be a digit.",
      `It has ${ink} sixteenths of a cell; the darkest of 1,797 digits has ${DARKEST}.`,
    ];
  if (reached < 8)
    return [
      "Unlike any digit that it learned.",
      "Each of 1,797 has ink in all 8 rows, this has it in " +
        `${many(reached, "row")}. “Fit the frame” stretches it.`,
    ];
  return null;
}

// The verdict, {likely, lines}: the digits that it names, and what it says.
export function verdict(levels, probabilities) {
  const strange = unlike(levels);
  if (strange) return { likely: [], lines: strange };
  const digits = [...probabilities.keys()];
  const [first, second] = digits.sort((a, b) => probabilities[b] - probabilities[a]);
  const share = probabilities[first];
  if (share >= SURE)
    return {
      likely: [first],
      lines: [
        `${article(first)} ${first}, ${percent(share)}`.replace(/^a/, "A"),
        "Of 450 test digits 431 got at least 85%; 1 of them was misread.",
      ],
    };
  const both = `${named(first, share)} or ${named(second, probabilities[second])}`;
  return {
    likely: [first, second],
    lines: [
      `Unsure: ${both}`,
      "Of 450 test digits 19 got less than 85%; 4 of them were misread.",
    ],
  };
}

// Where the class token gathers most, by its shares (N+1,).
export function gathersMost(shares, layer, look, columns) {
  const place = mostWords(shares, columns).replace("row", "patch row");
  if (look === "rollout")
    return `Rolled out over ${many(layer, "layer")}, most comes from ${place}.`;
  const where = look === "mean" ? "by the mean of its heads" : `in ${look}`;
  return `In layer ${layer}, ${where}, the class token gathers most from ${place}.`;
}

// A cell of the drawing, and its level.
export function cellWords(cell, levels) {
  const [row, column] = [Math.floor(cell / 8) + 1, (cell % 8) + 1];
  return `row ${row}, column ${column}: ${levels[cell]} of 16`;
}
