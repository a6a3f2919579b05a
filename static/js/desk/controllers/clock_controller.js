import { Controller } from "@hotwired/stimulus";

/** The wall clock of a zone, by the server's time. */
export default class extends Controller {
  static values = { zone: String };

  connect() {
    const served = this.element.querySelector("time")?.dateTime;
    const loaded = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
    this.ahead = served ? Math.round((new Date(served) - loaded) / 1000) * 1000 : 0;
    const options = { timeZone: this.zoneValue };
    const language = document.documentElement.lang || "en";
    this.time = new Intl.DateTimeFormat(language, { ...options, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.day = new Intl.DateTimeFormat(language, { ...options, month: "short", day: "numeric", weekday: "short" });
    this.tick();
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  tick() {
    const now = new Date(Date.now() + this.ahead);
    const day = Object.assign(document.createElement("small"), { textContent: this.day.format(now) });
    this.element.replaceChildren(this.time.format(now), day);
    this.timer = setTimeout(() => this.tick(), 60000 - (now.getTime() % 60000) + 50);
  }
}
