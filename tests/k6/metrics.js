import { record } from "./record.js";

class Metric {
  constructor(name) {
    this.name = name;
  }

  add(value, tags) {
    record.metrics.push({ name: this.name, value: Number(value), tags: tags ?? {} });
  }
}

export class Counter extends Metric {}
export class Rate extends Metric {}
export class Trend extends Metric {}
