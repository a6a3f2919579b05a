import { Controller } from "@hotwired/stimulus";
import { stream } from "../stream.js";

const EVERY = 2500;

/** Asks how a job is doing until it has ended; the answer replaces the element. */
export default class extends Controller {
  static values = { url: String, running: Boolean };

  connect() {
    if (!this.runningValue) return;
    this.timer = setInterval(() => this.ask(), EVERY);
    this.leave = stream()?.subscribe({ onEvent: (event) => event.kind === "jobs" && this.ask() });
  }

  disconnect() {
    clearInterval(this.timer);
    this.leave?.();
  }

  ask() {
    if (document.hidden || this.asking) return;
    this.asking = true;
    globalThis.htmx.ajax("GET", this.urlValue, { source: this.element, target: this.element, swap: "outerHTML" }).finally(() => { this.asking = false; });
  }
}
