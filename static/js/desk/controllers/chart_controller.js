import { Controller } from "@hotwired/stimulus";

const DASH = [6, 4];

/** Draws the chart described by a JSON block; colours come from the tokens, so it follows the theme. */
export default class extends Controller {
  static targets = ["canvas"];
  static values = { source: String };

  async connect() {
    if (!this.hasCanvasTarget) return;
    this.spec = JSON.parse(document.getElementById(this.sourceValue).textContent);
    await import("chart.js");
    if (!this.element.isConnected) return;
    this.draw();
    this.redraw = () => this.draw();
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.redraw);
    document.addEventListener("theme:changed", this.redraw);
  }

  disconnect() {
    this.chart?.destroy();
    this.scheme?.removeEventListener("change", this.redraw);
    document.removeEventListener("theme:changed", this.redraw);
  }

  token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  colour(tone) {
    return this.token(tone === "accent" ? "--accent" : `--${tone}-fill`) || this.token("--accent");
  }

  draw() {
    this.chart?.destroy();
    const { Chart } = globalThis;
    Chart.defaults.font.family = this.token("--font");
    Chart.defaults.font.size = 12;
    Chart.defaults.color = this.token("--text-2");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const horizontal = this.spec.kind === "horizontal";
    this.chart = new Chart(this.canvasTarget, {
      type: this.spec.kind === "line" ? "line" : "bar",
      data: { labels: this.spec.labels, datasets: this.datasets() },
      options: {
        animation: calm ? false : { duration: 250 },
        maintainAspectRatio: false,
        indexAxis: horizontal ? "y" : "x",
        interaction: { mode: "index", intersect: false },
        spanGaps: false,
        scales: this.scales(horizontal),
        plugins: { legend: this.legend(), tooltip: this.tooltip() },
      },
    });
  }

  datasets() {
    const line = this.spec.kind === "line";
    const sets = this.spec.series.map((series) => {
      const colour = this.colour(series.tone);
      return {
        label: series.label, data: series.values, borderColor: colour, backgroundColor: colour, borderWidth: line ? 2 : 0,
        pointRadius: 2.5, borderRadius: line ? 0 : 3, maxBarThickness: 36, order: 1,
      };
    });
    if (this.spec.band) {
      const shade = { borderWidth: 0, pointRadius: 0, backgroundColor: `${this.token("--accent")}33`, order: 3, hidden: false, isBand: true };
      sets.push({ ...shade, data: this.spec.band.map((pair) => pair[0]), fill: false }, { ...shade, data: this.spec.band.map((pair) => pair[1]), fill: "-1" });
    }
    const targets = this.goals();
    if (targets) {
      const good = { above: "end", below: "start" }[this.spec.good] ?? false;
      sets.push({ type: "line", label: this.spec.targetLabel ?? "", data: targets, borderColor: this.token("--text-2"), backgroundColor: this.token("--ok-bg"), fill: good, borderDash: DASH, borderWidth: 1.5, pointRadius: 0, stepped: "middle", order: 4, isTarget: true });
    }
    return sets;
  }

  /** The target at every label: one for all, one each, or null for none. */
  goals() {
    if (this.spec.targets) return this.spec.targets;
    return this.spec.target === null ? null : this.spec.labels.map(() => this.spec.target);
  }

  /** Bars of whole numbers: their axis has no half a case. */
  isOfThings() {
    return this.spec.kind !== "line" && this.spec.series.every((series) => series.values.every((value) => value === null || Number.isInteger(value)));
  }

  scales(horizontal) {
    const stacked = this.spec.kind === "stacked";
    const values = { stacked, max: stacked && this.spec.unit === "%" ? 100 : undefined, beginAtZero: this.spec.kind !== "line", grid: { color: this.token("--line") }, border: { display: false }, ticks: { precision: this.isOfThings() ? 0 : undefined, callback: (value) => `${value}${this.spec.unit}` } };
    const labels = { stacked, grid: { display: false }, border: { color: this.token("--line") }, ticks: { maxRotation: 0, autoSkipPadding: 12 } };
    return horizontal ? { x: values, y: labels } : { x: labels, y: values };
  }

  legend() {
    return {
      display: this.spec.series.length > 1 || this.goals() !== null,
      align: "end",
      labels: { boxWidth: 12, boxHeight: 8, filter: (item, data) => !data.datasets[item.datasetIndex].isBand },
    };
  }

  tooltip() {
    return { filter: (item) => !item.dataset.isBand, callbacks: { label: (item) => ` ${item.dataset.label}: ${item.formattedValue}${this.spec.unit}` } };
  }
}
