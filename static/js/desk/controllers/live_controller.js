import { Controller } from "@hotwired/stimulus";
import { stream, topics } from "../stream.js";

const POLL = 20000;
const PAUSE = 1000;

/**
 * Fetches its own inside again when one of its kinds is published; polls while the stream is down. With `every`
 * (milliseconds) also when nothing was published, for what changes by the clock alone.
 */
export default class extends Controller {
  static values = { kinds: String, url: String, topics: String, pause: { type: Number, default: PAUSE }, every: Number };

  connect() {
    this.kinds = new Set(this.kindsValue.split(/\s+/).filter(Boolean));
    this.topics = this.hasTopicsValue && this.topicsValue ? new Set(this.topicsValue.split(/[\s,]+/)) : topics();
    this.seen = () => document.hidden || (this.stale && this.refresh());
    document.addEventListener("visibilitychange", this.seen);
    if (this.everyValue) this.steady = setInterval(() => this.later(), this.everyValue);
    this.leave = stream()?.subscribe({
      onEvent: (event) => this.kinds.has(event.kind) && this.topics.has(event.topic) && this.later(),
      onResync: () => this.later(),
      onState: (state) => this.follow(state),
    });
  }

  disconnect() {
    this.leave?.();
    document.removeEventListener("visibilitychange", this.seen);
    clearInterval(this.poll);
    clearInterval(this.steady);
    clearTimeout(this.waiting);
  }

  /** Poll while the stream is down; catch up once it is back. */
  follow(state) {
    const down = state === "polling";
    if (down && !this.poll) this.poll = setInterval(() => this.later(), POLL);
    if (!down && this.poll) {
      clearInterval(this.poll);
      this.poll = null;
      if (state === "open") this.later();
    }
  }

  /** At most one request in `pause` milliseconds, a second unless the page says otherwise, and none while the page is not looked at. */
  later() {
    this.stale = true;
    if (document.hidden || this.waiting) return;
    const since = Date.now() - (this.last ?? 0);
    this.waiting = setTimeout(() => { this.waiting = null; this.refresh(); }, Math.max(this.pauseValue - since, 0));
  }

  async refresh() {
    if (this.isBusy()) { this.waiting = setTimeout(() => { this.waiting = null; this.refresh(); }, PAUSE); return; }
    this.stale = false;
    this.last = Date.now();
    const keep = this.remember();
    try {
      await globalThis.htmx.ajax("GET", this.urlValue, { source: this.element, target: this.element, swap: "innerHTML" });
      this.restore(keep);
    } catch {
      this.stale = true;   // a lost line: the next event or poll tries again
    }
  }

  /** Somebody is typing or deciding in here: do not pull it away. */
  isBusy() {
    const active = document.activeElement;
    const typing = this.element.contains(active) && active.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
    return typing || Boolean(this.element.querySelector("dialog[open], details.menu[open]"));
  }

  remember() {
    const active = this.element.contains(document.activeElement) ? document.activeElement : null;
    const scrolled = [...this.element.querySelectorAll("[id]")].filter((one) => one.scrollTop || one.scrollLeft);
    return {
      focus: active && (active.id ? `#${CSS.escape(active.id)}` : active.getAttribute("href") && `[href="${CSS.escape(active.getAttribute("href"))}"]`),
      open: [...this.element.querySelectorAll("details[id][open]")].map((one) => one.id),
      scroll: scrolled.map((one) => [one.id, one.scrollTop, one.scrollLeft]),
    };
  }

  restore({ focus, open, scroll }) {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, top, left] of scroll) document.getElementById(id)?.scrollTo(left, top);
    if (focus) this.element.querySelector(focus)?.focus({ preventScroll: true });
  }
}
