// check and sleep; a check never throws, as in k6.
import { record } from "./record.js";

export function check(value, checks, tags) {
  let good = true;
  for (const [name, test] of Object.entries(checks)) {
    const passed = Boolean(test(value));
    record.checks.push({ name, passed, tags: tags ?? {} });
    good = good && passed;
  }
  return good;
}

export function sleep(seconds) {
  record.slept.push(seconds);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}
