// The samples of the last quarter of an hour, by column; null stands where nothing was known.

const KEPT_MS = 900_000;
const HOLE_MS = 3_500;

export class Past {
  constructor() {
    this.at = [];
    this.columns = new Map();
    this.names = [];
  }

  // Takes what the server remembers. What is known already stays: a server that was started again remembers nothing.
  take({ columns, samples }) {
    this.names = columns;
    samples.forEach(sample => this.add(sample));
  }

  // Takes one sample, when it is newer than all others.
  add(sample) {
    const last = this.at[this.at.length - 1] ?? 0;
    if (sample.at_ms <= last || this.names.length === 0) return;
    if (last > 0 && sample.at_ms - last > HOLE_MS) this.push(last + 1_000, []); // so that no line is drawn over an outage
    this.push(sample.at_ms, sample.values);
    while (this.at[0] < sample.at_ms - KEPT_MS) {
      this.at.shift();
      this.columns.forEach(values => values.shift());
    }
  }

  push(at, values) {
    this.names.forEach((name, i) => {
      let column = this.columns.get(name);
      if (!column) this.columns.set(name, (column = this.at.map(() => null)));
      column.push(values[i] ?? null);
    });
    this.columns.forEach(column => { while (column.length <= this.at.length) column.push(null); });
    this.at.push(at);
  }

  get newest() {
    return this.at[this.at.length - 1] ?? 0;
  }
}
