// Calls the widgets' functions for test_javascript.py. A line in: {file, name, shared,
// calls}; a line out: what the exported function returned for the arguments of each call.

import { createInterface } from "node:readline";

const plain = (_, value) => {
  if (typeof value === "bigint") return JSON.rawJSON(String(value)); // to the last digit
  return ArrayBuffer.isView(value) ? Array.from(value) : value;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { file, name, shared, calls } = JSON.parse(line);
  const called = (await import(file))[name];
  const results = calls.map((values) => called(...shared, ...values));
  console.log(JSON.stringify(results, plain));
}
