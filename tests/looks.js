// Which words and links look alike: axe-core need not judge the colours of all.
//
// What it makes of some words follows from how they and all around them look: the
// colours, letters and opacity of each element that they stand in, and what else is
// painted where they are. A page has thousands of words and some two hundred looks.
// Two of each are judged, and where axe-core cannot decide, all that look like it. So it
// is with links, which have to differ from a text that they stand in.

const STYLES = [
  ...["color", "backgroundColor", "backgroundImage", "opacity", "filter"],
  ...["mixBlendMode", "textShadow", "webkitTextStroke", "visibility"],
  ...["position", "overflow", "clip", "clipPath"],
];
const NAMED = /^(class|type|role|inert|disabled|aria-hidden|aria-disabled)$/;
const FIELDS = "input, select, textarea, button";
const LINKS = "a[href]";
const DIFFERING = [
  ...["textDecorationLine", "textDecorationStyle", "fontFamily", "fontStyle"],
  ...["borderBottomStyle", "borderBottomWidth", "outlineStyle", "display"],
];
const JUDGED = "data-judged";
const BY_LOOKS = { "color-contrast": "*", "link-in-text-block": LINKS };

// A look's number, the same one for the same look as long as the page is open.
const numbers = new Map();
function numbered(look) {
  if (!numbers.has(look)) numbers.set(look, numbers.size);
  return numbers.get(look);
}

// Whether less contrast is enough for letters of such a style.
function large({ fontSize, fontWeight }) {
  return parseFloat(fontSize) >= (fontWeight >= 700 ? 14 : 18) * (96 / 72);
}

// How an element looks, with all that it stands in.
function look(node, known) {
  if (!node || known.has(node)) return known.get(node);
  const style = getComputedStyle(node);
  const named = [...node.attributes].filter(({ name }) => NAMED.test(name));
  const own = named.map(({ name, value }) => `${name}=${value}`);
  const all = [look(node.parentElement, known), node.tagName, ...own];
  all.push(large(style), style.display === "none", ...STYLES.map((name) => style[name]));
  known.set(node, numbered(all.join(";")));
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

// What an element says itself. A sign or a letter alone is never found to be faint.
function words(node) {
  const texts = [...node.childNodes].filter(({ nodeType }) => nodeType === 3);
  const own = texts.map(({ data }) => data).join("").trim();
  return own.length > 1 && /[\p{L}\p{N}]/u.test(own) ? "words" : own;
}

// By what a link differs from its text, if it stands in one.
function difference(link) {
  let block = link.parentElement;
  while (getComputedStyle(block).display.startsWith("inline"))
    block = block.parentElement;
  const links = [...block.querySelectorAll(LINKS)];
  const linked = links.map(({ textContent }) => textContent.trim()).join("");
  const own = block.textContent.replaceAll(/\s/g, "");
  const inText = own.length > linked.replaceAll(/\s/g, "").length;
  const styles = [link, block].map((node) => getComputedStyle(node));
  return [inText, ...styles.flatMap((style) => DIFFERING.map((name) => style[name]))];
}

// Every link and every element of a place that has words of its own, with its look.
function looks(place) {
  const every = [...document.body.querySelectorAll("*")];
  const painters = every.filter(paints).map((n) => [n, n.getBoundingClientRect()]);
  const known = new Map();
  const found = new Map();
  const root = document.querySelector(place);
  for (const node of [root, ...root.querySelectorAll("*")]) {
    const own = words(node);
    const isLink = node.matches(LINKS);
    if (!own && !isLink && !node.matches(FIELDS)) continue;
    const others = around(node, painters).map((other) => look(other, known));
    const kind = [look(node, known), own, node.labels?.length, node.control?.disabled];
    if (isLink) kind.push(...difference(node));
    found.set(node, [...kind, ...others].join(";"));
  }
  return found;
}

// What axe-core says of a place, the colours of those that are not given left aside.
async function said(place, nodes, options) {
  for (const node of nodes) node.setAttribute(JUDGED, "");
  const given = ([id, kind]) => ({ id, selector: `${kind}[${JUDGED}]` });
  axe.configure({ rules: Object.entries(BY_LOOKS).map(given) });
  const asked = { resultTypes: ["violations", "incomplete"], elementRef: true };
  const { violations, incomplete } = await axe.run(place, { ...asked, ...options });
  for (const node of nodes) node.removeAttribute(JUDGED);
  const colours = incomplete.filter(({ id }) => id in BY_LOOKS);
  const undecided = colours.flatMap((found) => found.nodes.map((n) => n.element));
  return { violations, undecided };
}

// Whether words overlap with shapes or signs, so that each is judged by itself, once.
const alone = (node) =>
  node.closest("svg, .katex") || (!node.closest("pre") && node.querySelector(".katex"));
const telling = (node) => words(node).length !== 1 || node.matches(LINKS);

// What axe-core finds wrong with a place. Words that look like some of this page that
// were judged already, here or before, are not judged again; of new ones, the first and
// the last of each look are; if there are none, and nothing else is asked, axe-core is
// not. Those that overlap are judged in each of their looks. Where axe-core once could
// not decide, those words and all that looked like them are judged each time it is asked,
// in any colours.
const before = new Set();
const doubtful = new WeakSet();
const judged = new WeakMap(); // the looks of those that overlap
async function faults(place, options) {
  const found = looks(place);
  const ends = new Set([[...found], [...found].reverse()].flatMap((pairs) =>
    [...new Map(pairs.map(([node, key]) => [key, node])).values()]));
  const fresh = (node) => (alone(node)
    ? !judged.get(node)?.has(found.get(node))
    : ends.has(node) && !before.has(found.get(node)));
  const due = (node) => telling(node) && (doubtful.has(node) || fresh(node));
  const nodes = new Set([...found.keys()].filter(due));
  const nothing = ![...nodes].some(fresh);
  if (nothing && options.runOnly?.every((rule) => rule in BY_LOOKS)) return [];
  const { violations, undecided } = await said(place, nodes, options);
  for (const node of [...nodes].filter(alone))
    judged.set(node, (judged.get(node) ?? new Set()).add(found.get(node)));
  const open = new Set(undecided.filter((n) => !alone(n)).map((n) => found.get(n)));
  for (const key of found.values()) if (!open.has(key)) before.add(key);
  const like = (node) => telling(node) && open.has(found.get(node));
  const alike = [...found.keys()].filter(like);
  for (const node of alike) doubtful.add(node);
  const left = alike.filter((node) => !nodes.has(node));
  if (!left.length) return violations;
  const more = await said(place, left, { ...options, runOnly: Object.keys(BY_LOOKS) });
  return [...violations, ...more.violations];
}
