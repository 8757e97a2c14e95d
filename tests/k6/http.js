// Calls wait for their answers, as in k6: a thread makes them, and this one sleeps until it has.
import { MessageChannel, Worker, receiveMessageOnPort } from "node:worker_threads";

const bell = new Int32Array(new SharedArrayBuffer(4));
const { port1: ours, port2: theirs } = new MessageChannel();
const caller = new Worker(new URL("./caller.js", import.meta.url), {
  workerData: { bell, port: theirs },
  transferList: [theirs],
});
caller.unref();

function request(method, url, body, params) {
  Atomics.store(bell, 0, 0);
  ours.postMessage({ method, url, body: body ?? undefined, headers: params?.headers ?? {} });
  Atomics.wait(bell, 0, 0);
  const { message } = receiveMessageOnPort(ours);
  return { ...message, json: () => JSON.parse(message.body) };
}

function expectedStatuses(...statuses) {
  return statuses;
}

export default { request, expectedStatuses };
