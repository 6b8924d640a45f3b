// Charts by uPlot, each with a legend of what it shows now, and the same as a table.

import { time } from "./format.js";

const WINDOW_S = 900;
const SHORTEST_S = 120;
const TABLE_STEP_S = 30;

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export class Chart {
  // series: [{column, label, color, factor, dash}]; bound: {value, label}; format: value -> text
  constructor(holder, { title, series, bound, logarithmic, format, highest }) {
    Object.assign(this, { holder, title, series, bound, logarithmic, format, highest });
    this.plotBox = document.createElement("div");
    this.plotBox.className = "plot";
    this.plotBox.setAttribute("role", "img");
    this.legend = document.createElement("ul");
    this.legend.className = "legend";
    this.items = series.map(one => this.legendItem(one));
    if (bound) this.legendItem({ label: bound.label, color: "--bad" });
    this.details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "As a table";
    summary.setAttribute("aria-label", title + ", as a table");
    this.tableBox = document.createElement("div");
    this.tableBox.className = "scroll";
    this.tableBox.tabIndex = 0;
    this.tableBox.setAttribute("role", "region");
    this.tableBox.setAttribute("aria-label", title + ", table");
    this.details.append(summary, this.tableBox);
    this.details.addEventListener("toggle", () => this.drawTable());
    holder.replaceChildren(this.legend, this.plotBox, this.details);
    this.past = null;
    this.build();
    new ResizeObserver(() => this.resize()).observe(this.plotBox);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.build());
  }

  legendItem(one) {
    const item = document.createElement("li");
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = `var(${one.color})`; // by script, which the policy allows
    const value = document.createElement("b");
    item.append(swatch, one.label + " ", value);
    this.legend.append(item);
    return value;
  }

  build() {
    if (this.plot) this.plot.destroy();
    const axis = { stroke: color("--soft"), grid: { stroke: color("--grid"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const lines = this.series.map(one => ({
      label: one.label, stroke: color(one.color), width: 1.6, points: { show: false }, spanGaps: false,
    }));
    if (this.bound) {
      lines.push({ label: this.bound.label, stroke: color("--bad"), width: 1.4, dash: [6, 5], points: { show: false } });
    }
    this.plot = new uPlot({
      width: this.plotBox.clientWidth || 300,
      height: this.plotBox.clientHeight || 150,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: (u, from, to) => [Math.max(to - WINDOW_S, Math.min(from, to - SHORTEST_S)), to] },
        y: this.logarithmic
          ? { distr: 3, range: (u, low, high) => [0.1, Math.max(1, 2 * (high || 1), this.bound ? 2 * this.bound.value : 1)] }
          : { range: (u, low, high) => [0, this.highest || Math.max(1, 1.15 * (high || 0))] },
      },
      axes: [
        { ...axis, size: 26, values: (u, splits) => splits.map(at => time(at * 1000).slice(0, 5)), space: 70, incrs: [60, 120, 300] },
        {
          ...axis, size: 62,
          values: (u, splits) => splits.map(value => (value ? this.format(value) : value === 0 ? "0" : null)),
        },
      ],
      series: [{}, ...lines],
      hooks: { setCursor: [u => this.tell(u.cursor.idx)] },
    }, this.data(), this.plotBox);
    this.plot.root.setAttribute("aria-hidden", "true");
  }

  resize() {
    if (this.plotBox.clientWidth > 0) this.plot.setSize({ width: this.plotBox.clientWidth, height: this.plotBox.clientHeight });
  }

  data() {
    const past = this.past;
    if (!past || past.at.length === 0) return [[], ...this.series.map(() => []), ...(this.bound ? [[]] : [])];
    const at = past.at.map(ms => ms / 1000);
    const rows = this.series.map(one => (past.columns.get(one.column) || []).map(value =>
      value == null ? null : this.logarithmic ? Math.max(0.1, value * one.factor) : value * one.factor));
    return [at, ...rows, ...(this.bound ? [at.map(() => this.bound.value)] : [])];
  }

  // Draws what is known, and tells the newest values.
  draw(past) {
    this.past = past;
    this.plot.setData(this.data());
    if (this.plot.cursor.idx == null) this.tell(null);
    if (this.details.open) this.drawTable();
  }

  value(one, index) {
    const values = this.past.columns.get(one.column) || [];
    const value = values[index];
    return value == null ? null : value * one.factor;
  }

  // The legend tells the values under the pointer, else the newest.
  tell(index) {
    if (!this.past || this.past.at.length === 0) return;
    const newest = this.past.at.length - 1;
    const told = index == null ? newest : index;
    this.series.forEach((one, i) => {
      const value = this.value(one, told);
      this.items[i].textContent = value == null ? "\u2013" : this.format(value);
    });
    if (index == null && this.past.at[newest] - (this.describedAt || 0) > 10_000) {
      this.describedAt = this.past.at[newest];
      this.plotBox.setAttribute("aria-label", this.title + ", now: " + this.series
        .map((one, i) => one.label + " " + this.items[i].textContent).join(", ")
        + (this.bound ? "; " + this.bound.label : ""));
    }
  }

  drawTable() {
    if (!this.past || !this.details.open) return;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    ["Time", ...this.series.map(one => one.label)].forEach((label, i) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.className = i ? "n" : "";
      cell.textContent = label;
      head.append(cell);
    });
    const body = table.createTBody();
    let next = Infinity;
    for (let i = this.past.at.length - 1; i >= 0; i--) {
      if (this.past.at[i] > next) continue;
      next = this.past.at[i] - TABLE_STEP_S * 1000;
      const row = body.insertRow();
      const at = document.createElement("th");
      at.scope = "row";
      at.textContent = time(this.past.at[i]);
      row.append(at);
      for (const one of this.series) {
        const cell = row.insertCell();
        cell.className = "n";
        const value = this.value(one, i);
        cell.textContent = value == null ? "\u2013" : this.format(value);
      }
    }
    this.tableBox.replaceChildren(table);
  }
}
