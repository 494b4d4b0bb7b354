// Calls the widgets' functions for test_javascript.py. A line in: {file, name, shared,
// calls}; a line out: what the exported function returned for the arguments of each call.
// A line {keep} is a value for which {$kept: number} stands in later calls, unchangeable.

import { createInterface } from "node:readline";

const plain = (_, value) => {
  if (typeof value === "bigint") return JSON.rawJSON(String(value)); // to the last digit
  return ArrayBuffer.isView(value) ? Array.from(value) : value;
};

const frozen = (value) => {
  if (value && typeof value === "object") Object.values(value).forEach(frozen);
  return Object.freeze(value);
};

const kept = [];
const given = (value) => (value?.$kept === undefined ? value : kept[value.$kept]);

for await (const line of createInterface({ input: process.stdin })) {
  const { keep, file, name, shared, calls } = JSON.parse(line);
  if (keep) {
    kept.push(frozen(keep));
    continue;
  }
  const called = (await import(file))[name];
  const first = shared.map(given);
  const results = calls.map((values) => called(...first, ...values.map(given)));
  console.log(JSON.stringify(results, plain));
}
