// What a training's record says of each epoch, and the words for it; tested against
// vitlib.

import { answerWords, percent } from "./answers.js";
import { spot, where } from "./patches_math.js";
import { short } from "./words.js";

export const CLASSES = 10;
const SIDE = 4; // of the grid of patches
const PATCHES = SIDE * SIDE;
const CHANCE = (4 * SIDE * (SIDE - 1)) / (PATCHES - 1); // if any were nearest

// The record's tables: of each name the bytes of all epochs, and how many one has.
export function unpackRecord({ tables, epochs }) {
  const unpacked = {};
  for (const [name, text] of Object.entries(tables)) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    unpacked[name] = { bytes, size: bytes.length / (epochs + 1) };
    if (!(Number.isInteger(unpacked[name].size) && unpacked[name].size > 0))
      throw new Error(`${bytes.length} numbers of ${name} are not of ${epochs} epochs`);
  }
  return unpacked;
}

// One table's bytes at an epoch.
export function bytesAt(tables, name, epoch) {
  const { bytes, size } = tables[name];
  return bytes.slice(epoch * size, (epoch + 1) * size);
}

// How alike the positions of all patches are, (16, 16), from the bytes of the pairs.
export function similarity(pairs) {
  const table = new Float64Array(PATCHES * PATCHES).fill(1);
  let next = 0;
  for (let one = 0; one < PATCHES; one++)
    for (let other = one + 1; other < PATCHES; other++) {
      const alike = (2 * pairs[next++]) / 255 - 1;
      table[one * PATCHES + other] = table[other * PATCHES + one] = alike;
    }
  return table;
}

// Of how many patches the one with the most similar position is next to it.
export function neighbours(nearest) {
  const near = Array.from(nearest, (other, one) => {
    const [here, there] = [one, other].map((n) => spot(n + 1, SIDE));
    return Math.abs(here.row - there.row) + Math.abs(here.column - there.column);
  });
  return near.filter((steps) => steps === 1).length;
}

// How many of each confusion's digits are read rightly: the sum of its diagonal.
export function rightOf(confusion) {
  let right = 0;
  for (let digit = 0; digit < CLASSES; digit++)
    right += confusion[digit * CLASSES + digit];
  return right;
}

// The pairs of a true digit and another that it is read as, the most frequent first.
export function confused(confusion) {
  const pairs = Array.from(confusion, (count, i) => {
    return { count, is: Math.floor(i / CLASSES), read: i % CLASSES };
  });
  const wrong = pairs.filter(({ count, is, read }) => count && is !== read);
  return wrong.sort((one, other) => other.count - one.count);
}

// What the model makes of a followed digit at an epoch: its answer, with the share that
// it gives it, and where the class token looks, itself first.
export function answerAt(tables, place, epoch) {
  const read = bytesAt(tables, "answers", epoch)[place];
  const of = (name, size) =>
    bytesAt(tables, name, epoch).slice(place * size, (place + 1) * size);
  const share = of("probabilities", CLASSES)[read] / 255;
  const shares = Float64Array.from(of("attention", PATCHES + 1), (byte) => byte / 255);
  return { digit: read, share, shares };
}

// All that there is to see at an epoch.
export function epochAt({ record, tables, total }, epoch) {
  const confusion = bytesAt(tables, "confusion", epoch);
  const right = rightOf(confusion);
  return {
    epoch,
    confusion,
    alike: similarity(bytesAt(tables, "similarity", epoch)),
    nearest: bytesAt(tables, "nearest", epoch),
    right,
    wrong: total - right,
    loss: record.loss[epoch - 1],
    testLoss: record.test_loss[epoch],
    rate: record.rate[epoch],
    answers: record.digits.map((_, place) => answerAt(tables, place, epoch)),
  };
}

// A share of the test digits: two in a thousand of them is one.
export const rightShare = (share) => `${(100 * share).toFixed(1)}%`;

export const mark = (digit, name) => (String(digit) === name ? "✓" : "✗");

export function epochWords(epoch, last) {
  return epoch === 0 ? "0: untrained" : `${epoch} of ${last}`;
}

// What the panel says of an epoch, and of the chosen digit.
export function replayWords(seen, name, answer, total) {
  const found = `${seen.right} of ${total} right (${rightShare(seen.right / total)})`;
  const loss = `loss ${short(seen.testLoss)}`;
  const learned = seen.epoch
    ? `Epoch ${seen.epoch}: ${found}; ${loss}, in training ${short(seen.loss)}.`
    : `Before training: ${found}, as by guessing; ${loss}.`;
  return [
    learned,
    confusedWords(confused(seen.confusion)),
    positionWords(neighbours(seen.nearest)),
    verdictWords(name, answer),
  ];
}

function confusedWords(pairs) {
  if (!pairs.length) return "No digit is taken for another.";
  const asRead = ({ is, read }) => `a ${is} read as ${read}`;
  const most = pairs[0].count;
  if (pairs.length === 1 && most === 1) return `1 error is left: ${asRead(pairs[0])}.`;
  if (most === 1) return `Of ${pairs.length} errors no two are alike.`;
  const said = pairs.slice(0, 2).map((pair) => `${pair.count} × ${asRead(pair)}`);
  return `The most frequent errors: ${said.join(", ")}.`;
}

function positionWords(count) {
  return (
    `For ${count} of ${PATCHES} patches the most similar position shares a side; ` +
    `by chance ${short(CHANCE, 1)}.`
  );
}

function verdictWords(name, answer) {
  const { digit, shares } = answer;
  const most = shares.indexOf(Math.max(...shares));
  const place = most === 0 ? "itself" : where(spot(most, SIDE));
  const verdict = String(digit) === name ? "rightly" : "wrongly";
  const looks = `the class token looks most at ${place} (${percent(shares[most])})`;
  return `The ${name} is read ${verdict}: ${answerWords(answer)}; ${looks}.`;
}
