import { Controller } from "@hotwired/stimulus";
import { stream } from "../stream.js";

/** Says in words whether the page is live. */
export default class extends Controller {
  static values = { open: String, polling: String };

  connect() {
    this.leave = stream()?.subscribe({ onState: (state) => this.show(state) });
  }

  disconnect() {
    this.leave?.();
  }

  show(state) {
    this.element.dataset.state = state;
    this.element.textContent = state === "polling" ? this.pollingValue : this.openValue;
  }
}
