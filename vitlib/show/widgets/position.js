import {
  Panel,
  chooser,
  element,
  offer,
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

const SCENE_TOP = 24; // where the picture and the map begin, in pixels
const SCENE_HEIGHT = 174;

class ClockHands extends Panel {
  constructor(model, el) {
    super(model, el);
    this.kind = chooser("Kind of position", (kind) => this.set({ kind }));
    offer(this.kind, KINDS);
    this.place = slider("Place", 0, 59, (place) => this.set({ place }));
    this.pair = slider("Pair", 0, 31, (pair) => this.set({ pair }));
    const canvas = (name) =>
      element("canvas", { className: `vit-${name}`, role: "img" });
    this.parts = ["hands", "scene", "table", "curve"].map((name) => canvas(name));
    [this.hands, this.scene, this.table, this.curve] = this.parts;
    this.scene.addEventListener("click", (event) => this.pickPlace(event));
    this.table.addEventListener("click", (event) => this.pickNumber(event));
    this.facts = element("output", { className: "vit-facts" });
    this.clocks = new Hands(this.hands, el);
    this.lay();
    this.follow("kind", "place", "pair", "learned", "pictures");
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const parts = this.parts.map((part) => box("", part));
    const controls = [this.kind.node, this.place.node, this.pair.node];
    this.el.append(
      box("vit-controls", ...controls),
      box("vit-hold", box("vit-parts", ...parts), this.facts),
    );
  }

  pickPlace({ offsetX, offsetY }) {
    const { rows, columns } = this.info;
    const x = offsetX < this.mapX ? offsetX : offsetX - this.mapX;
    const row = Math.floor((offsetY - SCENE_TOP) / this.cell);
    const column = Math.floor(x / this.cell);
    const inside = row >= 0 && row < rows && column < columns;
    if (inside) this.set({ place: row * columns + column });
  }

  pickNumber({ offsetX, offsetY }) {
    const { rows, columns, dim } = this.info;
    const { width, height } = this.tableSize;
    const place = Math.floor(((offsetY - TOP) / height) * rows * columns);
    const pair = Math.floor((((offsetX - LEFT) / width) * dim) / 2);
    const inside = place >= 0 && place < rows * columns && pair >= 0;
    if (inside && pair < dim / 2) this.set({ place, pair });
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
    this.low = lowest(kind, learned);
    this.near = similarFrom(this.low);
    this.kind.input.value = kind;
  }

  draw() {
    if (!this.el.clientWidth) return;
    this.load();
    const { info } = this;
    const kind = this.model.get("kind");
    const place = Math.min(this.model.get("place"), info.rows * info.columns - 1);
    const pair = Math.min(this.model.get("pair"), info.dim / 2 - 1);
    const similar = cosines(info, place);
    const width = this.hands.parentElement.clientWidth;
    if (!width) return; // for a moment, while the page is laid out anew
    const tall = this.el.clientWidth > 1.5 * width ? 280 : 170;
    this.clocks.draw(kind, info, place, pair, width);
    this.drawScene(place, similar, width);
    this.tableSize = drawTable(this, kind, place, pair, width);
    drawCurve(this, place, similar, width, tall);
    this.say(kind, place, pair, similar); // last: the page is laid out anew
  }

  say(kind, place, pair, similar) {
    const { info } = this;
    const { rows, columns, dim } = info;
    const last = rows * columns - 1;
    setSlider(this.place, place, last, placeWords(place, columns));
    setSlider(this.pair, pair, dim / 2 - 1, pairWords(pair));
    const lines = [
      ...handWords(pair, hand(kind, info, place, pair)),
      ...likeWords(place, info, similar),
    ];
    this.facts.replaceChildren(...lines.map((line) => element("span", {}, line)));
    this.hands.ariaLabel = `Hands of place ${place}; pair ${pair} is large`;
    const places = `${rows} by ${columns} patches; ${place} is outlined`;
    this.scene.ariaLabel = `The picture's ${places}; beside it, how similar each is`;
    this.table.ariaLabel = `Table of ${rows * columns} positions by ${dim} numbers`;
    this.curve.ariaLabel = `Similarity of each position to that of place ${place}`;
  }

  // The picture's patches, and how similar the positions are to the chosen one's.
  drawScene(place, similar, width) {
    const { el, info, picture } = this;
    const context = sharp(this.scene, width, SCENE_HEIGHT);
    const half = (width - 12) / 2;
    const scale = Math.min(half / picture.width, 112 / picture.height);
    this.cell = (picture.width * scale) / info.columns;
    this.mapX = half + 12;
    const [across, down] = [picture.width * scale, picture.height * scale];
    const { row, column } = spotOf(place, info.columns);
    write(context, el, `place ${place}`, 0, 10, "left", { weight: "bold" });
    write(context, el, "similarity to it", this.mapX, 10, "left", { weight: "bold" });
    context.drawImage(this.image, 0, SCENE_TOP, across, down);
    const map = shaded(similar, info.columns, this.near);
    context.drawImage(map, this.mapX, SCENE_TOP, across, down);
    for (const x of [0, this.mapX]) {
      const at = [x + column * this.cell, SCENE_TOP + row * this.cell];
      outline(context, el, ...at, this.cell, this.cell);
    }
    scaleBar(context, el, this.mapX, SCENE_TOP + down + 10, across, this.near);
    const words = `${info.rows} × ${info.columns} patches`;
    write(context, el, words, 0, SCENE_TOP + down + 14, "left", { role: "muted" });
  }
}

export default { render: ({ model, el }) => void new ClockHands(model, el) };
