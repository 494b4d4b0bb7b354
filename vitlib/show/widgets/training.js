import { Panel, chooser, element, offer, setSlider, slider } from "./base.js";
import { drawLook } from "./class_token_look.js";
import { unpack } from "./patches_math.js";
import { inked } from "./shades.js";
import { drawCurves, epochNear } from "./training_draw.js";
import {
  bytesAt,
  epochAt,
  epochWords,
  replayWords,
  rightOf,
  unpackRecord,
} from "./training_math.js";
import { digitAt, drawAnswers, drawConfusion } from "./training_tables.js";
import { drawPositions } from "./training_tables.js";

const NOTES = [
  "The loss in training is that of digits shifted and turned a little, with smoothed " +
    "labels, which leave 0.50 at least; the test digits' is that of plain labels.",
  "What the class token gathers: its attention in the last layer, the mean over heads.",
  "Positions: each small map stands where its patch lies, which is outlined in it. " +
    "The darker another patch, the more alike is its position; a dot marks the most " +
    "alike.",
];
const GRID = { rows: 4, columns: 4 };
// Milliseconds a picture stands while the record plays, and epochs to the next one; of
// readers who want less motion fewer pictures, for longer.
const PACE = { wait: 100, stride: 1 };
const CALM = { wait: 1000, stride: 10 };

class TrainingReplay extends Panel {
  constructor(model, el) {
    super(model, el);
    this.epoch = slider("Epoch", 0, 200, (epoch) => this.go(epoch));
    this.picture = chooser("Digit", (picture) => this.set({ picture }));
    const onclick = () => (this.playing ? this.pause() : this.play());
    this.button = element("button", { type: "button", onclick }, "Play");
    const canvas = (name) =>
      element("canvas", { className: `vit-${name}`, role: "img" });
    this.parts = ["curves", "confusion", "look", "alike"].map(canvas);
    this.answers = canvas("answers");
    this.parts[0].addEventListener("click", ({ offsetX }) =>
      this.go(epochNear(offsetX, this.last, this.parts[0].clientWidth)),
    );
    this.answers.addEventListener("click", ({ offsetX }) => this.pick(offsetX));
    this.facts = element("output", { className: "vit-facts vit-replayed" });
    this.lay();
    this.follow("epoch", "picture", "record");
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const [curves, confusion, look, alike] = this.parts.map((part) => box("", part));
    const chosen = box("vit-controls", this.picture.node);
    const notes = NOTES.map((note) => element("p", {}, note));
    this.el.append(
      box("vit-replay", box("vit-fits", this.button), this.epoch.node),
      box("vit-hold", box("vit-parts", curves, confusion)),
      box("vit-hold", this.answers, chosen, box("vit-parts", look, alike), this.facts),
      box("vit-notes", ...notes),
    );
  }

  load() {
    const record = this.model.get("record");
    if (this.record === record) return;
    const { epochs, digits, pictures } = record;
    const tables = unpackRecord(record);
    const all = Array.from({ length: epochs + 1 }, (_, epoch) =>
      bytesAt(tables, "confusion", epoch),
    );
    const total = all[0].reduce((sum, count) => sum + count);
    const images = pictures.map((info) => inked(unpack(info), info));
    const rights = all.map(rightOf);
    Object.assign(this, { record, tables, total, images, rights, last: epochs });
    offer(this.picture, digits);
  }

  // The reader's own step; it ends the playing.
  go(epoch) {
    this.pause();
    this.set({ epoch });
  }

  pick(x) {
    const { digits } = this.record;
    const place = digitAt(x, digits.length, this.answers.clientWidth);
    this.set({ picture: digits[place] });
  }

  play() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { wait, stride } = calm ? CALM : PACE;
    if (this.model.get("epoch") >= this.last) this.set({ epoch: 0 });
    this.playing = setInterval(() => this.advance(stride), wait);
    this.button.textContent = "Pause";
    this.facts.ariaLive = "off"; // or each epoch would be read out
  }

  advance(stride) {
    const epoch = Math.min(this.model.get("epoch") + stride, this.last);
    if (epoch === this.last || !this.el.isConnected) this.pause();
    this.set({ epoch });
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
    this.button.textContent = "Play";
    this.facts.ariaLive = "polite";
  }

  draw() {
    const width = this.parts[0].parentElement.clientWidth;
    if (!width) return;
    this.load();
    const epoch = Math.min(this.model.get("epoch"), this.last);
    const { record, rights, total, last, images } = this;
    const seen = epochAt(this, epoch);
    const name = this.model.get("picture");
    const place = record.digits.indexOf(name);
    const answer = seen.answers[place];
    const [curves, confusion, look, alike] = this.parts;
    drawCurves(curves, this.el, { record, rights, total, seen, last }, width);
    drawConfusion(confusion, this.el, seen.confusion, width);
    const row = { names: record.digits, images, answers: seen.answers, chosen: name };
    drawAnswers(this.answers, this.el, row, this.answers.parentElement.clientWidth);
    const looked = { name: `the ${name}`, image: images[place], answer, last: true };
    drawLook(look, this.el, { ...looked, shares: answer.shares, grid: GRID }, width);
    drawPositions(alike, this.el, seen, width);
    this.say(seen, name, answer); // last: the page is laid out anew
  }

  say(seen, name, answer) {
    this.picture.input.value = name;
    setSlider(this.epoch, seen.epoch, this.last, epochWords(seen.epoch, this.last));
    const lines = replayWords(seen, name, answer, this.total);
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    const [curves, confusion, look, alike] = this.parts;
    curves.ariaLabel = `Losses and accuracy, epoch by epoch; ${seen.epoch} is chosen`;
    confusion.ariaLabel = `True digits and what they are read as; ${seen.wrong} wrong`;
    look.ariaLabel = `The digit ${name} and where the class token looks`;
    alike.ariaLabel = "How alike the positions of the 16 patches are, in 16 maps";
    this.answers.ariaLabel = `Six test digits; ${name} is chosen`;
  }
}

export default { render: ({ model, el }) => void new TrainingReplay(model, el) };
