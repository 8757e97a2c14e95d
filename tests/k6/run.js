// Runs a k6 script as k6 would: the init context, setup(), then each scenario so often, by as many virtual users.
//
// usage: node run.js SCRIPT ITERATIONS, such as {"mix": 7}; prints what was done as JSON. A virtual user is a copy of the
// module in k6; here it is one process, so that a run is of one virtual user: number VU of the environment, or 1.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import execution from "./execution.js";
import { record } from "./record.js";

const [script, iterations] = process.argv.slice(2);
globalThis.__ENV = { ...process.env };
globalThis.open = (file, mode) => {
  const content = readFileSync(file);
  return mode === "b"
    ? content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength)
    : content.toString("utf8");
};
console.warn = (text) => record.warned.push(text);

const { options, setup, ...functions } = await import(pathToFileURL(script).href);
const data = setup();
execution.vu.idInTest = Number(process.env.VU ?? "1");
const thrown = [];
for (const [scenario, times] of Object.entries(JSON.parse(iterations))) {
  for (let at = 0; at < times; at += 1) {
    try {
      // k6 hands each iteration what JSON makes of it.
      functions[options.scenarios[scenario].exec](JSON.parse(JSON.stringify(data)));
    } catch (problem) {
      thrown.push(String(problem));
    }
  }
}
process.stdout.write(`${JSON.stringify({ options, data, thrown, ...record })}\n`);
process.exit(0);
