import { Panel, chooser, element, offer, setSlider, slider, whenNear } from "./base.js";
import { drawMaps, drawScene, drawSplit } from "./heads_draw.js";
import {
  COUNTS,
  RANDOM_WORDS,
  costWords,
  entropy,
  fitting,
  middleOf,
  nameOfToken,
  nats,
  nearestSize,
  patchOver,
  queryWords,
  tokenAt,
  trainedWords,
  widthWords,
} from "./heads_math.js";
import { Looks, settled } from "./heads_looks.js";
import { gridSize } from "./patches_math.js";
import { many } from "./words.js";

const WEIGHTS = { random: "untrained", trained: "on digits" };
const LAYERS = 4;
const TRAITS = ["weights", "heads", "picture", "patch_size", "digit", "layer", "query"];
const PACKED = ["pictures", "digits", "trained", "right"];

class HeadsExplorer extends Panel {
  constructor(model, el) {
    super(model, el);
    this.weights = chooser("Weights", (weights) => this.turn(weights));
    offer(this.weights, Object.keys(WEIGHTS));
    this.picture = chooser("Picture", (name) => this.look(name));
    const heads = (place) => this.set({ heads: COUNTS[place - 1] });
    this.heads = slider("Number of heads", 1, COUNTS.length, heads);
    this.size = slider("Patch size P", 1, 4, (place) => this.resize(place));
    this.layer = slider("Layer", 1, LAYERS, (layer) => this.set({ layer }));
    this.query = slider("Query", 1, 60, (query) => this.ask(query));
    this.parts = ["scene", "split", "maps"].map((name) =>
      element("canvas", { className: `vit-${name}`, role: "img" }),
    );
    const [scene, , maps] = this.parts;
    scene.addEventListener("click", (event) => this.pick(event, this.inScene));
    maps.addEventListener("click", (event) => this.pick(event, this.inMaps));
    this.costs = element("output", { className: "vit-facts vit-outcome vit-costs" });
    this.facts = element("output", { className: "vit-facts vit-cut" });
    this.looks = new Looks();
    this.lay();
    this.follow(...TRAITS, ...PACKED);
    whenNear(el, () => this.prepare());
  }

  lay() {
    const box = (className, ...inside) => element("div", { className }, ...inside);
    const [scene, split, maps] = this.parts.map((part) => box("", part));
    this.el.append(
      box("vit-controls vit-equal", this.weights.node, this.picture.node),
      box("vit-controls vit-equal", this.heads.node, this.size.node),
      this.query.node,
      this.costs,
      box("vit-hold", box("vit-parts", scene, split), maps, this.facts),
    );
  }

  // Piece by piece, so that a reader who is at the sliders already waits for none.
  prepare([piece, ...rest] = this.looks.pieces(this.read())) {
    piece();
    if (rest.length) setTimeout(() => this.prepare(rest));
  }

  // What the reader chose stays in its place when patches change their size.
  place() {
    return this.chosen ?? middleOf(this.state.query, this.state.grid);
  }

  ask(query) {
    this.chosen = null;
    this.set({ query });
  }

  pick({ offsetX, offsetY }, spots) {
    const query = tokenAt({ x: offsetX, y: offsetY }, spots, this.state.grid);
    if (query !== null) this.ask(query);
  }

  resize(place) {
    this.keep({ patch_size: this.state.sizes[place - 1] });
  }

  look(name) {
    if (!(name in this.state.all)) return; // not of the list as it stands now
    if (this.state.learned) return this.set({ digit: name });
    const info = this.model.get("pictures")[name];
    const patch_size = nearestSize(fitting(info), this.state.size);
    this.keep({ picture: name, patch_size });
  }

  // Trained, the class token asks first: its row is what the model reads.
  turn(weights) {
    if (weights === "trained") {
      this.chosen = this.place();
      return this.set({ weights, query: 0 });
    }
    this.keep({ weights });
  }

  // Sets what changes the patches, and the query to the one over the same place.
  keep(values) {
    const place = this.place();
    const name = values.picture ?? this.model.get("picture");
    const size = values.patch_size ?? this.model.get("patch_size");
    const { height, width } = this.model.get("pictures")[name];
    const query = patchOver(place, gridSize(height, width, size));
    this.set({ ...values, query });
    this.chosen = place;
  }

  // From outside.
  changed() {
    this.chosen = null;
    this.draw();
  }

  // The traits that a change of pictures or weights leaves in range, as in Python.
  read() {
    const names = [...TRAITS, ...PACKED];
    const values = names.map((name) => [name, this.model.get(name)]);
    return settled(Object.fromEntries(values));
  }

  draw() {
    if (!this.el.clientWidth) return;
    const state = (this.state = this.read());
    const found = this.looks.of(state);
    const [scene, split, maps] = this.parts;
    const width = scene.parentElement.clientWidth;
    if (!width) return; // for a moment, while the page is laid out anew
    const whole = maps.parentElement.clientWidth;
    const shown = { ...state, ...found };
    this.inScene = drawScene(scene, this.el, shown, width);
    drawSplit(split, this.el, found.own, state.heads, width);
    this.inMaps = drawMaps(maps, this.el, shown, whole);
    this.say(shown); // last: the page is laid out anew
  }

  say(state) {
    const { learned, weights, heads, query, grid, layer, size, sizes } = state;
    this.weights.input.value = weights;
    this.weights.say(WEIGHTS[weights]);
    this.offer(Object.keys(state.all), state.name);
    const cut = COUNTS.indexOf(heads) + 1;
    setSlider(this.heads, cut, COUNTS.length, placed(heads, cut, COUNTS));
    const [shown, idle] = learned ? [this.layer, this.size] : [this.size, this.layer];
    if (idle.node.isConnected) idle.node.replaceWith(shown.node);
    const place = sizes.indexOf(size) + 1;
    if (learned) setSlider(this.layer, layer, LAYERS, `${layer} of ${LAYERS}`);
    else setSlider(this.size, place, sizes.length, placed(size, place, sizes));
    this.query.input.min = grid.first;
    const count = grid.rows * grid.columns;
    setSlider(this.query, query, count, queryWords(query, grid.columns));
    const lines = [...widthWords(query, state.shares), ...aboutWeights(state)];
    this.facts.replaceChildren(...lines.map(span));
    this.costs.replaceChildren(...costWords(heads, state.shares[0].length).map(span));
    this.label(state);
  }

  // The pictures to choose from, made anew when they are others.
  offer(names, chosen) {
    if (this.offered !== names.join()) offer(this.picture, names);
    this.offered = names.join();
    this.picture.input.value = chosen;
  }

  label({ name, heads, query, shares, grid }) {
    const [scene, split, maps] = this.parts;
    const asks = nameOfToken(query);
    const cells = `${grid.rows} by ${grid.columns} patches`;
    scene.ariaLabel = `Picture ${name} in ${cells}; ${asks} asks`;
    const groups = many(heads, "group");
    split.ariaLabel = `Query, key and value of ${asks}, cut into ${groups}`;
    const found = shares.map((row) => nats(entropy(row))).join(", ");
    maps.ariaLabel = `Attention of ${asks}, head by head; entropies ${found}`;
  }
}

const span = (line) => element("span", {}, line);

// "6 (5 of 7)": a value, and which it is of those that there are.
const placed = (value, place, all) => `${value} (${place} of ${all.length})`;

function aboutWeights({ learned, heads, result, right, vit }) {
  if (!learned) return RANDOM_WORDS;
  return trainedWords(heads, vit.config.heads, result, right[heads]);
}

export default { render: ({ model, el }) => void new HeadsExplorer(model, el) };
