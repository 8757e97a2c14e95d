// Makes the calls of http.js, one at a time.
import { workerData } from "node:worker_threads";

const { bell, port } = workerData;

// Names of headers are written as Go writes them.
function named(header) {
  return header.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

async function called({ method, url, body, headers }) {
  const began = performance.now();
  try {
    const answer = await fetch(url, { method, headers, body, redirect: "manual" });
    const text = await answer.text();
    const found = Object.fromEntries([...answer.headers].map(([name, value]) => [named(name), value]));
    return { status: answer.status, body: text, headers: found, timings: { duration: performance.now() - began } };
  } catch (problem) {
    return { status: 0, body: null, error: String(problem), headers: {}, timings: { duration: performance.now() - began } };
  }
}

port.on("message", async (wanted) => {
  port.postMessage(await called(wanted));
  Atomics.store(bell, 0, 1);
  Atomics.notify(bell, 0);
});
