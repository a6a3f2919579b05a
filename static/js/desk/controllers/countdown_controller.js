import { Controller } from "@hotwired/stimulus";
import { left, stateOf } from "../countdown.js";

const TONES = { running: "t-idle", soon: "t-warn", overdue: "t-danger" };

/** Keeps what is left of a limit true. A screen reader hears of it only when a threshold is passed. */
export default class extends Controller {
  static targets = ["words", "said"];
  static values = { due: String, warn: Number, running: String, soon: String, overdue: String, units: String };

  connect() {
    this.due = Date.parse(this.dueValue);
    this.state = this.#now().state;
    this.tick();
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  tick() {
    const { seconds, state } = this.#now();
    const words = this[`${state}Value`].replace("{time}", left(seconds, this.unitsValue.split("|")));
    if (this.wordsTarget.textContent !== words) this.wordsTarget.textContent = words;
    if (state !== this.state) {
      this.wordsTarget.classList.remove(...Object.values(TONES));
      this.wordsTarget.classList.add(TONES[state]);
      if (this.hasSaidTarget) this.saidTarget.textContent = words;
      this.state = state;
    }
    this.timer = setTimeout(() => this.tick(), Math.abs(seconds) < 60 ? 1000 : 5000);
  }

  #now() {
    const seconds = Math.round((this.due - Date.now()) / 1000);
    return { seconds, state: stateOf(seconds, this.warnValue) };
  }
}
