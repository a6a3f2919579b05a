/**
 * News while the page is looked at and there is a network: an event says that something changed, the bundle says what.
 * Without a stream the phone fetches its day as it always does.
 */
const RETRY_MS = [5_000, 30_000, 120_000];
const SETTLE_MS = 400;

export class Live {
  /** @param {{onNews: () => void, isOfInterest: (event: {topic: string, kind: string, ids: object}) => boolean}} parts */
  constructor({ onNews, isOfInterest, Source = globalThis.EventSource, timers = globalThis }) {
    Object.assign(this, { onNews, isOfInterest, Source, timers, source: null, failures: 0, topics: "" });
  }

  /** Listen to these topics; the same ones again change nothing. */
  open(topics) {
    const wanted = [...topics].sort().join(",");
    if (!this.Source || (wanted === this.topics && (this.source || this.retry))) return;
    this.close();
    this.topics = wanted;
    this.#connect();
  }

  #connect() {
    this.retry = null;
    const source = new this.Source(`/stream/?topics=${encodeURIComponent(this.topics)}`);
    this.source = source;
    source.onopen = () => {
      if (this.failures) this.#news(); // what came while there was no stream
      this.failures = 0;
    };
    source.onmessage = (event) => {
      const news = JSON.parse(event.data);
      if (this.isOfInterest(news)) this.#news();
    };
    source.addEventListener("resync", () => this.#news());
    source.addEventListener("signed-out", () => this.close());
    source.onerror = () => {
      this.failures += 1;
      if (source.readyState !== 2) return; // it tries again by itself
      this.source = null;
      const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1];
      this.retry = this.timers.setTimeout(() => this.#connect(), wait);
    };
  }

  /** Several events in a moment are one piece of news. */
  #news() {
    this.soon ??= this.timers.setTimeout(() => {
      this.soon = null;
      this.onNews();
    }, SETTLE_MS);
  }

  close() {
    this.source?.close();
    this.timers.clearTimeout(this.retry);
    Object.assign(this, { source: null, retry: null, topics: "" });
  }
}
