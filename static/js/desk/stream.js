/**
 * One event stream per browser. The tab that holds the Web Lock keeps the EventSource and tells the others through a
 * BroadcastChannel; when it goes, the next one takes over where the last known event was. Where locks are missing
 * (plain http) every tab has its own.
 */
const CHANNEL = "orderly-live";
const PATIENCE = 12000;   // ms of a silent reconnect before the page starts polling
const RETRY = [5000, 10000, 30000, 60000];

export class Stream {
  constructor({ url, after, person, lock = navigator.locks, Source = globalThis.EventSource, Channel = globalThis.BroadcastChannel }) {
    Object.assign(this, { url, person, lock, Source });
    this.last = after;
    this.state = "connecting";
    this.listeners = new Set();
    this.failures = 0;
    // A browser shared by two people never mixes their streams.
    this.channel = Channel ? new Channel(`${CHANNEL}:${person}`) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.#heard(data);
  }

  subscribe(listener) {
    if (!this.listeners.size) this.#begin();
    this.listeners.add(listener);
    listener.onState?.(this.state);
    return () => this.listeners.delete(listener);
  }

  #begin() {
    if (this.begun) return;
    this.begun = true;
    this.channel?.postMessage({ type: "hello" });
    if (this.lock && this.channel) this.lock.request(`${CHANNEL}:${this.person}`, () => { this.#lead(); return new Promise(() => {}); });
    else this.#lead();
  }

  #lead() {
    this.leading = true;
    this.#connect();
  }

  #connect() {
    const address = new URL(this.url, location.href);
    if (this.last) address.searchParams.set("after", this.last);
    const source = new this.Source(address);
    this.source = source;
    source.onopen = () => { this.failures = 0; this.#calm(); this.#tell({ type: "state", state: "open" }); };
    source.onmessage = (event) => this.#tell({ type: "event", id: event.lastEventId, data: JSON.parse(event.data) });
    source.addEventListener("resync", () => this.#tell({ type: "resync" }));
    source.addEventListener("state", (event) => this.#tell({ type: "state", state: JSON.parse(event.data).live ? "open" : "polling" }));
    source.addEventListener("signed-out", () => { source.close(); this.#tell({ type: "signed-out" }); });
    source.onerror = () => this.#failed(source);
  }

  #failed(source) {
    if (source.readyState === 2) {
      this.#calm();
      this.#tell({ type: "state", state: "polling" });
      const wait = RETRY[Math.min(this.failures, RETRY.length - 1)];
      this.failures += 1;
      setTimeout(() => this.#connect(), wait);
    } else {
      this.waiting ??= setTimeout(() => source.readyState !== 1 && this.#tell({ type: "state", state: "polling" }), PATIENCE);
    }
  }

  #calm() {
    clearTimeout(this.waiting);
    this.waiting = null;
  }

  /** From our own EventSource: to the other tabs and to this one. */
  #tell(message) {
    this.channel?.postMessage(message);
    this.#heard(message);
  }

  #heard(message) {
    if (message.type === "hello") {
      if (this.leading) this.channel.postMessage({ type: "state", state: this.state });
      return;
    }
    if (message.type === "event") {
      this.last = message.id || this.last;
      for (const listener of this.listeners) listener.onEvent?.(message.data);
    } else if (message.type === "resync") {
      for (const listener of this.listeners) listener.onResync?.();
    } else {
      this.state = message.type === "signed-out" ? "signed-out" : message.state;
      for (const listener of this.listeners) listener.onState?.(this.state);
    }
  }
}

let shared = null;

/** The page's stream, or null when nobody is signed in. */
export function stream() {
  const meta = document.querySelector('meta[name="live"]');
  if (!meta) return null;
  shared ??= new Stream({ url: meta.content, after: meta.dataset.after, person: meta.dataset.person });
  return shared;
}

/** Topics of this page. */
export function topics() {
  return new Set((document.querySelector('meta[name="live"]')?.dataset.topics ?? "").split(",").filter(Boolean));
}
