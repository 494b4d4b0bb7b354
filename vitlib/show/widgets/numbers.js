// A number to type, with the arrows that browsers give such a field.

import { slider } from "./base.js";

// A labelled field: {node, input, say}. `onInput` gets what stands there, or null where
// that is no number.
export function numberField(label, { min, max, step = 1 }, onInput) {
  const typed = () => onInput(readNumber(control.input.value));
  const control = slider(label, min, max, typed);
  Object.assign(control.input, { type: "number", step });
  control.input.inputMode = step === 1 ? "numeric" : "decimal";
  control.node.classList.add("vit-number");
  return control;
}

const readNumber = (text) => (text.trim() === "" ? null : Number(text));

// Shows a number, unless what stands there is that number otherwise written.
export function showNumber({ input }, number) {
  if (readNumber(input.value) !== number) input.value = number;
}
