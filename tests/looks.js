// Which words of a page look alike: axe-core need not judge the contrast of all.
//
// What it makes of some words follows from how they and all around them look: the
// colours, letters and opacity of each element that they stand in, and what else is
// painted where they are. A page has thousands of words and some two hundred looks.
// Two of each are judged, and where axe-core cannot decide, all that look like it.

const STYLES = [
  ...["color", "backgroundColor", "backgroundImage", "opacity", "filter"],
  ...["mixBlendMode", "fontSize", "fontWeight", "textShadow", "webkitTextStroke"],
  ...["position", "overflow", "clip", "clipPath", "display", "visibility"],
];
const NAMED = /^(class|type|role|inert|disabled|aria-hidden|aria-disabled)$/;
const FIELDS = "input, select, textarea, button";
const JUDGED = "data-judged";

// A look's number, the same one for the same look as long as the page is open.
const numbers = new Map();
function numbered(look) {
  if (!numbers.has(look)) numbers.set(look, numbers.size);
  return numbers.get(look);
}

// How an element looks, with all that it stands in.
function look(node, known) {
  if (!node || known.has(node)) return known.get(node);
  const style = getComputedStyle(node);
  const named = [...node.attributes].filter(({ name }) => NAMED.test(name));
  const own = named.map(({ name, value }) => `${name}=${value}`);
  const all = [look(node.parentElement, known), node.tagName, ...own];
  known.set(node, numbered([...all, ...STYLES.map((name) => style[name])].join(";")));
  return known.get(node);
}

function paints(node) {
  const { backgroundColor, backgroundImage } = getComputedStyle(node);
  const clear = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none";
  return node.checkVisibility() && (!clear || node.matches("svg, canvas, img"));
}

// What is painted where an element is, and is none of those that it stands in.
function around(node, painters) {
  const { left, right, top, bottom } = node.getBoundingClientRect();
  const there = ([other, box]) =>
    box.left < right && left < box.right && box.top < bottom && top < box.bottom &&
    !other.contains(node) && !node.contains(other);
  return painters.filter(there).map(([other]) => other);
}

// What an element says itself. Signs, and a letter alone, are judged in their own way.
function words(node) {
  const texts = [...node.childNodes].filter(({ nodeType }) => nodeType === 3);
  const own = texts.map(({ data }) => data).join("").trim();
  return own.length > 1 && /[\p{L}\p{N}]/u.test(own) ? "words" : own;
}

// Every element of a place that has words of its own, with its look.
function looks(place) {
  const every = [...document.body.querySelectorAll("*")];
  const painters = every.filter(paints).map((n) => [n, n.getBoundingClientRect()]);
  const known = new Map();
  const found = new Map();
  const root = document.querySelector(place);
  for (const node of [root, ...root.querySelectorAll("*")]) {
    const own = words(node);
    if (!own && !node.matches(FIELDS)) continue;
    const others = around(node, painters).map((other) => look(other, known));
    const kind = [look(node, known), own, node.labels?.length, node.control?.disabled];
    found.set(node, [...kind, ...others].join(";"));
  }
  return found;
}

// What axe-core says of a place, the contrast of words that are not given left aside.
async function said(place, nodes, options) {
  for (const node of nodes) node.setAttribute(JUDGED, "");
  axe.configure({ rules: [{ id: "color-contrast", selector: `[${JUDGED}]` }] });
  const asked = { resultTypes: ["violations", "incomplete"], elementRef: true };
  const { violations, incomplete } = await axe.run(place, { ...asked, ...options });
  for (const node of nodes) node.removeAttribute(JUDGED);
  const contrast = incomplete.filter(({ id }) => id === "color-contrast");
  const undecided = contrast.flatMap((found) => found.nodes.map((n) => n.element));
  return { violations, undecided };
}

// Whether words overlap with shapes or signs, so that each is judged by itself.
const alone = (node) =>
  node.closest("svg, .katex") ||
  (!node.closest("pre") && (node.querySelector(".katex") || words(node).length === 1));

// What axe-core finds wrong with a place. Words that look like some of this page that
// were judged already, here or before, are not judged again; of new ones, the first and
// the last of each look are. Where axe-core once could not decide, those words and all
// that looked like them are judged each time, in any colours.
const before = new Set();
const doubtful = new WeakSet();
async function faults(place, options) {
  const found = looks(place);
  const ends = new Set([[...found], [...found].reverse()].flatMap((pairs) =>
    [...new Map(pairs.map(([node, key]) => [key, node])).values()]));
  const fresh = (node) => ends.has(node) && !before.has(found.get(node));
  const due = (node) => alone(node) || doubtful.has(node) || fresh(node);
  const nodes = new Set([...found.keys()].filter(due));
  const { violations, undecided } = await said(place, nodes, options);
  const open = new Set(undecided.filter((n) => !alone(n)).map((n) => found.get(n)));
  for (const key of found.values()) if (!open.has(key)) before.add(key);
  const alike = [...found.keys()].filter((node) => open.has(found.get(node)));
  for (const node of alike) doubtful.add(node);
  const left = alike.filter((node) => !nodes.has(node));
  if (!left.length) return violations;
  const more = await said(place, left, { ...options, runOnly: ["color-contrast"] });
  return [...violations, ...more.violations];
}
