import { Controller } from "@hotwired/stimulus";
import { stream } from "../stream.js";

/** The number of unread notifications, kept current ({"unread": n}), and the newest of them when it is opened. */
export default class extends Controller {
  static targets = ["count", "button", "panel"];
  static values = { url: String, list: String, label: String };

  connect() {
    this.leave = stream()?.subscribe({
      onEvent: (event) => event.kind === "notifications" && this.later(),
      onResync: () => this.later(),
    });
  }

  disconnect() {
    this.leave?.();
    clearTimeout(this.waiting);
  }

  open() {
    if (this.element.open) globalThis.htmx.ajax("GET", this.listValue, { source: this.panelTarget, target: this.panelTarget, swap: "innerHTML" });
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.refresh(), 500);
  }

  async refresh() {
    const response = await fetch(this.urlValue, { headers: { Accept: "application/json" } }).catch(() => null);
    if (response?.ok) this.show((await response.json()).unread);
  }

  show(unread) {
    this.countTarget.textContent = unread > 99 ? "99+" : unread;
    this.countTarget.hidden = !unread;
    this.buttonTarget.setAttribute("aria-label", unread ? `${this.labelValue}: ${unread}` : this.labelValue);
  }
}
