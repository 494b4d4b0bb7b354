// Numbers in words, as all widgets say them.

export const counted = new Intl.NumberFormat("en").format;

// "1 row", "2 rows", "3 patches".
export function many(number, thing) {
  const plural = thing.endsWith("h") ? "es" : "s";
  return `${counted(number)} ${thing}${number === 1 ? "" : plural}`;
}

// A number with so many decimals, a true minus sign, and no sign before 0.
export function short(value, digits = 2) {
  const rounded = Math.abs(value) < 0.5 / 10 ** digits ? 0 : value;
  return rounded.toFixed(digits).replace("-", "−");
}
