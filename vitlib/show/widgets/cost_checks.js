// What settings make no ViT, and why: what vitlib/checks.py says, with the names that
// stand on the panel.

export const LIMITS = {
  image_height: [1, 4096],
  image_width: [1, 4096],
  in_chans: [1, 16],
  patch_size: [1, 4096],
  embed_dim: [1, 16384],
  depth: [1, 64],
  num_heads: [1, 1024],
  mlp_ratio: [0, 64],
  num_classes: [0, 100000],
  batch: [1, 65536],
};
export const LABELS = {
  num_classes: "Classes K",
  batch: "Batch size",
  image_height: "Image height",
  image_width: "Image width",
  in_chans: "Channels",
  patch_size: "Patch size",
  embed_dim: "Width D",
  num_heads: "Heads h",
  mlp_ratio: "MLP ratio",
  depth: "Depth L",
};
const NAMED = 4; // of many numbers that would work: those nearest to what does not
// In the order in which vitlib looks at them.
const COUNTS = ["in_chans", "embed_dim", "depth", "num_heads", "num_classes"];
const SIDES = ["image_height", "image_width", "patch_size"];

// Patch sizes that divide a side, in ascending order.
export const divisors = (side) =>
  Array.from({ length: side }, (_, i) => i + 1).filter((size) => side % size === 0);

// [1, 2, 4] as "1, 2 or 4".
export function oneOf(things) {
  const first = things.slice(0, -1).join(", ");
  return first ? `${first} or ${things.at(-1)}` : String(things.at(-1));
}

// Of ascending numbers those around a value, as "…, 4, 6, 8, 12, …"; three dots stand
// for two or more, and few are all named.
export function nearest(numbers, value) {
  const below = numbers.filter((number) => number < value).length;
  const most = Math.max(0, numbers.length - NAMED);
  const first = Math.min(Math.max(0, below - NAMED / 2), most);
  const from = first < 2 ? 0 : first;
  const to = first > most - 2 ? numbers.length : first + NAMED;
  const named = [...(from ? ["…"] : []), ...numbers.slice(from, to)];
  return to < numbers.length ? [...named, "…"].join(", ") : oneOf(named);
}

export const gcd = (a, b) => (b ? gcd(b, a % b) : a);

// A float as Python writes it.
export function float(number) {
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e16) return `${number}.0`;
  if (size >= 1e-4 && size < 1e16) return String(number);
  return number.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

function misfit(name, side, size, [height, width]) {
  let words = `image ${name} ${side} is not divisible by patch size ${size}; `;
  words += `${nearest(divisors(side), size)} would be`;
  if (height === width) return words;
  const both = nearest(divisors(gcd(height, width)), size);
  return `${words} (squares that fit ${height} × ${width}: ${both})`;
}

// What is wrong with a setting by itself, if anything; null stands for no number.
function wrongAlone(name, value) {
  const [least, most] = LIMITS[name];
  const called = LABELS[name];
  const ratio = name === "mlp_ratio";
  const works = ratio ? `one above 0, up to ${most},` : `${least} to ${most}`;
  if (value === null) return `${called} has no number; ${works} would do`;
  if (!ratio && !Number.isInteger(value))
    return `${called} must be a whole number, not ${value}`;
  const unit = SIDES.includes(name) ? " pixel" : "";
  if (!ratio && value < least)
    return `${called} must be at least ${least}${unit}, got ${value}`;
  if (value > most) return `${called} must be at most ${most} here, got ${value}`;
  return "";
}

// Whether a setting is one that a model may have, as far as it alone can tell.
export const isSetting = (name, value) =>
  !wrongAlone(name, value) && value >= LIMITS[name][0];

// All that is wrong with the settings: which, and in words; vitlib says the first.
export function problems(settings) {
  const found = [];
  const say = (names, words) => words && found.push({ names, words });
  const alone = (name) => say([name], wrongAlone(name, settings[name]));
  const fine = (...names) =>
    !found.some((problem) => names.some((name) => problem.names.includes(name)));
  COUNTS.forEach(alone);
  const wide = fine("embed_dim"); // by itself
  if (wide && fine("num_heads")) say(["num_heads", "embed_dim"], heads(settings));
  alone("mlp_ratio");
  if (wide && fine("mlp_ratio")) say(["mlp_ratio"], ratio(settings));
  SIDES.forEach(alone);
  if (fine(...SIDES)) for (const args of leftOver(settings)) say(...args);
  alone("batch");
  return found;
}

function heads({ embed_dim, num_heads }) {
  if (embed_dim % num_heads === 0) return "";
  const works = nearest(divisors(embed_dim), num_heads);
  return `width ${embed_dim} is not divisible by ${num_heads} heads; ${works} would be`;
}

function ratio({ embed_dim, mlp_ratio }) {
  const hidden = embed_dim * mlp_ratio;
  if (hidden >= 1) return "";
  const called = `${LABELS.embed_dim} · ${LABELS.mlp_ratio}`;
  return `${called} must be at least 1, got ${float(hidden)}`;
}

// Sides that patches do not fill, of a square one alone.
function leftOver({ image_height: height, image_width: width, patch_size: size }) {
  const image = [height, width];
  const sides = [
    ["image_height", "height", height],
    ["image_width", "width", width],
  ];
  return sides
    .filter(([, , side], i) => side % size && (i === 0 || width !== height))
    .map(([trait, ...side]) => [["patch_size", trait], misfit(...side, size, image)]);
}

// What the inspector says of problems: why the first is one, and which fields to mend
// besides.
export function refusal([{ names, words }, ...more]) {
  const others = new Set(more.flatMap((problem) => problem.names));
  const besides = [...others].filter((name) => !names.includes(name));
  const labels = besides.map((name) => LABELS[name]).join(", ");
  return `Impossible: ${words}.${labels && ` To mend besides: ${labels}.`}`;
}
