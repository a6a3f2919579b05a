import { Controller } from "@hotwired/stimulus";
import { stream } from "../stream.js";

/** The number of unread notifications, kept current. The URL answers {"unread": n}. */
export default class extends Controller {
  static targets = ["count"];
  static values = { url: String, label: String };

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
    this.element.setAttribute("aria-label", unread ? `${this.labelValue}: ${unread}` : this.labelValue);
  }
}
