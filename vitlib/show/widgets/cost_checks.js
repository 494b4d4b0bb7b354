// What settings make no ViT, and why, in the words of vitlib/checks.py.

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
const CALLED = {
  image_height: "image size",
  image_width: "image size",
  patch_size: "patch size",
};
const HIDDEN = "embed_dim · mlp_ratio";
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
  words += `${oneOf(divisors(side))} would be`;
  if (height === width) return words;
  const both = oneOf(divisors(gcd(height, width)));
  return `${words} (squares that fit ${height} × ${width}: ${both})`;
}

// What is wrong with a setting by itself, if anything; null stands for no number.
function wrongAlone(name, value) {
  const [least, most] = LIMITS[name];
  const called = CALLED[name] ?? name;
  if (value === null) return `${called} is no number; ${least} to ${most} would be`;
  const ratio = name === "mlp_ratio";
  if (!ratio && !Number.isInteger(value))
    return `${called} must be an integer, got ${float(value)} (float)`;
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
  if (fine("embed_dim", "num_heads")) say(["num_heads", "embed_dim"], heads(settings));
  alone("mlp_ratio");
  if (fine("embed_dim", "mlp_ratio")) say(["mlp_ratio"], ratio(settings));
  SIDES.forEach(alone);
  if (fine(...SIDES)) for (const args of leftOver(settings)) say(...args);
  alone("batch");
  return found;
}

function heads({ embed_dim, num_heads }) {
  if (embed_dim % num_heads === 0) return "";
  const works = oneOf(divisors(embed_dim));
  return `width ${embed_dim} is not divisible by ${num_heads} heads; ${works} would be`;
}

function ratio({ embed_dim, mlp_ratio }) {
  const hidden = embed_dim * mlp_ratio;
  if (hidden >= 1) return "";
  return `${HIDDEN} must be at least 1, got ${float(hidden)}`;
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
