import {
  Panel,
  chooser,
  element,
  outline,
  setSlider,
  sharp,
  slider,
  write,
} from "./base.js";
import { unpack } from "./patches_math.js";
import { Hands } from "./position_hands.js";
import { LEFT, TOP, drawCurve, drawTable } from "./position_plots.js";
import {
  KINDS,
  cosines,
  hand,
  handWords,
  likeWords,
  lowest,
  pairWords,
  placeWords,
  spotOf,
  tableOf,
} from "./position_math.js";
import { inked, painted, scaleBar, shaded, signedUpTo, similarFrom } from "./shades.js";

const PLACE_TOP = 24; // where the picture and the map begin, in pixels
const PLACE_HEIGHT = 174;

class ClockHands extends Panel {
  constructor(model, el) {
    super(model, el);
    this.kind = chooser("Positions", (kind) => this.set({ kind }));
    this.kind.input.append(...KINDS.map((kind) => element("option", {}, kind)));
    this.position = slider("Position", 0, 59, (position) => this.set({ position }));
    this.pair = slider("Pair", 0, 31, (pair) => this.set({ pair }));
    const canvas = (name) =>
      element("canvas", { className: `vit-${name}`, role: "img" });
    this.parts = ["hands", "place", "table", "curve"].map((name) => canvas(name));
    [this.hands, this.place, this.table, this.curve] = this.parts;
    this.place.addEventListener("click", (event) => this.pickPlace(event));
    this.table.addEventListener("click", (event) => this.pickNumber(event));
    this.facts = element("output", { className: "vit-facts" });
    this.clocks = new Hands(this.hands, el);
    this.lay();
    this.follow("kind", "position", "pair", "learned", "pictures");
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const parts = this.parts.map((part) => box("", part));
    const controls = [this.kind.node, this.position.node, this.pair.node];
    this.el.append(
      box("vit-controls", ...controls),
      box("vit-hold", box("vit-parts", ...parts), this.facts),
    );
  }

  pickPlace({ offsetX, offsetY }) {
    const { rows, columns } = this.info;
    const x = offsetX < this.mapX ? offsetX : offsetX - this.mapX;
    const row = Math.floor((offsetY - PLACE_TOP) / this.cell);
    const column = Math.floor(x / this.cell);
    const inside = row >= 0 && row < rows && column < columns;
    if (inside) this.set({ position: row * columns + column });
  }

  pickNumber({ offsetX, offsetY }) {
    const { rows, columns, dim } = this.info;
    const { width, height } = this.tableSize;
    const position = Math.floor(((offsetY - TOP) / height) * rows * columns);
    const pair = Math.floor((((offsetX - LEFT) / width) * dim) / 2);
    const inside = position >= 0 && position < rows * columns && pair >= 0;
    if (inside && pair < dim / 2) this.set({ position, pair });
  }

  // What only the kind decides is computed when that changes.
  load() {
    const [kind, learned, pictures] = ["kind", "learned", "pictures"].map((name) =>
      this.model.get(name),
    );
    const source = [kind, learned, pictures];
    if (this.source?.every((part, i) => part === source[i])) return;
    this.source = source;
    const [name, paint] =
      kind === "learned" ? ["digit", inked] : ["mountains", painted];
    this.picture = pictures[name];
    this.image = paint(unpack(this.picture), this.picture);
    this.info = tableOf(kind, learned);
    const { numbers, dim, most } = this.info;
    this.signed = signedUpTo(most);
    this.shades = shaded(numbers, dim, this.signed);
    this.low = lowest(this.info);
    this.near = similarFrom(this.low);
    this.kind.input.value = kind;
  }

  draw() {
    if (!this.el.clientWidth) return;
    this.load();
    const { info } = this;
    const kind = this.model.get("kind");
    const position = Math.min(this.model.get("position"), info.rows * info.columns - 1);
    const pair = Math.min(this.model.get("pair"), info.dim / 2 - 1);
    const similar = cosines(info, position);
    const width = this.hands.parentElement.clientWidth;
    if (!width) return; // for a moment, while the page is laid out anew
    const tall = this.el.clientWidth > 1.5 * width ? 280 : 170;
    this.clocks.draw(kind, info, position, pair, width);
    this.drawPlace(position, similar, width);
    this.tableSize = drawTable(this, kind, position, pair, width);
    drawCurve(this, position, similar, width, tall);
    this.say(kind, position, pair, similar); // last: the page is laid out anew
  }

  say(kind, position, pair, similar) {
    const { info } = this;
    const { rows, columns, dim } = info;
    setSlider(
      this.position,
      position,
      rows * columns - 1,
      placeWords(position, columns),
    );
    setSlider(this.pair, pair, dim / 2 - 1, pairWords(pair));
    const lines = [
      ...handWords(pair, hand(kind, info, position, pair)),
      ...likeWords(position, info, similar),
    ];
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    this.hands.ariaLabel = `Hands of position ${position}; pair ${pair} is large`;
    const places = `${rows} by ${columns} patches; ${position} is outlined`;
    this.place.ariaLabel = `The picture's ${places}; beside it, how similar each is`;
    this.table.ariaLabel = `Table of ${rows * columns} positions by ${dim} numbers`;
    this.curve.ariaLabel = `Similarity of each position to position ${position}`;
  }

  // The picture's patches, and how similar the positions are to the chosen one's.
  drawPlace(position, similar, width) {
    const { el, info, picture } = this;
    const context = sharp(this.place, width, PLACE_HEIGHT);
    const half = (width - 12) / 2;
    const scale = Math.min(half / picture.width, 112 / picture.height);
    this.cell = (picture.width * scale) / info.columns;
    this.mapX = half + 12;
    const [across, down] = [picture.width * scale, picture.height * scale];
    const { row, column } = spotOf(position, info.columns);
    write(context, el, `position ${position}`, 0, 10, "left", { weight: "bold" });
    write(context, el, "similarity to it", this.mapX, 10, "left", { weight: "bold" });
    context.drawImage(this.image, 0, PLACE_TOP, across, down);
    const map = shaded(similar, info.columns, this.near);
    context.drawImage(map, this.mapX, PLACE_TOP, across, down);
    for (const x of [0, this.mapX]) {
      const at = [x + column * this.cell, PLACE_TOP + row * this.cell];
      outline(context, el, ...at, this.cell, this.cell);
    }
    scaleBar(context, el, this.mapX, PLACE_TOP + down + 10, across, this.near);
    const words = `${info.rows} × ${info.columns} patches`;
    write(context, el, words, 0, PLACE_TOP + down + 14, "left", { role: "muted" });
  }
}

export default { render: ({ model, el }) => void new ClockHands(model, el) };
