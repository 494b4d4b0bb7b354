// Tables of what parts cost, each number with a bar below it.

import { element } from "./base.js";
import { counted } from "./words.js";
import {
  attentionMemory,
  multiplyAdds,
  parameters,
  total,
  trainingMemory,
} from "./cost_math.js";
import { PARTS, brief, bytes, partOf, percent } from "./cost_words.js";

const HELD = ["weights", "gradients", "optimizer", "activations"];
const UNHELD = "held only without the fused kernel";
const HELD_ROLES = ["stream", "stream", "stream", "patch"];

// A table of rows by name, and what writes numbers into them.
class Table {
  constructor(className, heads, rows) {
    const cell = (tag, words, scope) => element(tag, { scope }, words);
    const top = heads.map((words) => cell("th", words, "col"));
    this.cells = rows.map(() => heads.slice(1).map(() => new Cell()));
    this.lines = rows.map((name, i) => {
      const cells = this.cells[i].map(({ node }) => node);
      return element("tr", {}, cell("th", name, "row"), ...cells);
    });
    const head = element("thead", {}, element("tr", {}, ...top));
    const body = element("tbody", {}, ...this.lines);
    const look = { className: `vit-ledger ${className}` };
    this.node = element("table", look, head, body);
  }
}

// A number, and a bar: segments of one length together, in colours of roles.
class Cell {
  constructor() {
    this.number = element("span", { className: "vit-cost" });
    this.share = element("span", { className: "vit-share" });
    this.bar = element("span", { className: "vit-length", ariaHidden: "true" });
    const line = element("span", { className: "vit-line" }, this.bar, this.share);
    const inside = element("span", { className: "vit-cell" }, this.number, line);
    this.node = element("td", {}, inside);
  }

  // `share` of 1 is the whole width; no roles, no bar.
  show(number, words, share, roles) {
    this.number.textContent = number;
    this.share.textContent = words;
    this.bar.style.setProperty("--share", `${100 * share}%`);
    const colours = roles.map((role, i) => {
      const [from, to] = [i, i + 1].map((place) => `${(100 * place) / roles.length}%`);
      return `var(--vit-${role}) ${from} ${to}`;
    });
    this.bar.style.setProperty("--colours", `linear-gradient(to right, ${colours})`);
    this.bar.hidden = !roles.length;
  }

  clear() {
    this.show("–", "", 0, []);
  }
}

const clear = (table) => table.cells.flat().forEach((cell) => cell.clear());

// Where parameters and multiply-adds sit.
export class PartsTable {
  constructor() {
    const names = PARTS.map(([name]) => name);
    const heads = ["part", "parameters", "multiply-adds"];
    this.table = new Table("vit-by-part", heads, [...names, "all"]);
    this.node = this.table.node;
  }

  // For settings, or for none where they make no model.
  show(settings) {
    if (!settings) return clear(this.table);
    const costs = [parameters(settings), multiplyAdds(settings)];
    const write = [counted, brief];
    costs.forEach((cost, column) => {
      const all = total(cost);
      PARTS.forEach(([, roles, keys], row) => {
        const part = partOf(cost, keys);
        const share = Number(part) / Number(all);
        const look = part ? [percent(part, all), share, roles] : ["", 0, []];
        this.table.cells[row][column].show(write[column](part), ...look);
      });
      this.table.cells[PARTS.length][column].show(write[column](all), "", 0, []);
    });
  }
}

// What training holds, and what the attention weights would take.
export class MemoryTable {
  constructor() {
    const heads = ["in memory, float32", "bytes"];
    const rows = [...HELD, "all", "attention weights"];
    this.table = new Table("vit-held", heads, rows);
    this.node = this.table.node;
    const heading = element("th", { scope: "rowgroup", colSpan: 2 }, UNHELD);
    const apart = [element("tr", {}, heading), this.table.lines.at(-1)];
    this.node.append(element("tbody", {}, ...apart));
  }

  show(settings) {
    if (!settings) return clear(this.table);
    const held = trainingMemory(settings);
    const weights = attentionMemory(settings);
    const all = total(held);
    const most = Number(weights > all ? weights : all);
    const show = (row, number, words, role) =>
      this.table.cells[row][0].show(bytes(number), words, Number(number) / most, role);
    HELD.forEach((name, row) =>
      show(row, held[name], percent(held[name], all), [HELD_ROLES[row]]),
    );
    show(HELD.length, all, "", ["ink"]);
    show(HELD.length + 1, weights, "", ["muted"]);
  }
}
