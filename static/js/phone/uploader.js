/**
 * Sends what waits. One uploader over all tabs, at most one request in flight, copy first and
 * delete on a receipt: whatever else the network answers, the queue stays as it is.
 *
 * A run is: who am I for the server, what time is it there, operations (urgent first), photos.
 */
import { exclusive } from "./locks.js";

export const BATCH = 100;
const LOCK = "orderly-upload";
const HOUR_MS = 3_600_000;
const SPLIT_AFTER_500S = 3;
export const CHUNK = 256 * 1024;
const LEAST_CHUNK = 32 * 1024;

/** Wait times between failed runs: doubling from 2 s to a minute, spread so phones don't march in step. */
export function backoff(failures, random = Math.random) {
  return Math.min(60_000, 2_000 * 2 ** Math.min(failures - 1, 10)) * (0.5 + random() / 2);
}

export class Uploader {
  /** `session` says whose records may go; `onState` hears what the screen should show. */
  constructor({ store, outbox, photos, room, install, clock, api, session, channel = null, locks, random = Math.random, timers = globalThis, onState = () => {} }) {
    Object.assign(this, { store, outbox, photos, room, install, clock, api, session, channel, locks, random, timers, onState });
    this.failures = 0;
    this.server500s = 0;
    this.limit = BATCH;
    this.chunk = CHUNK;
    this.held = new Map();
    this.timer = null;
    this.running = null;
    this.again = false;
    this.state = { phase: "idle", reason: null, lastSync: null, retryAt: null };
    channel?.addEventListener?.("message", (event) => this.#heard(event.data));
  }

  /**
   * Ask for a run. `urgent` (the person pressed a button, the network came back, the page came
   * into view) does not wait for the back-off; a new record alone does.
   */
  poke(urgent = false) {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    if (this.timer !== null && !urgent && this.failures > 0) return Promise.resolve();
    this.#disarm();
    this.running = this.#run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** The person wants it now: what was put aside is tried again too. */
  sendNow() {
    this.held.clear();
    return this.poke(true);
  }

  stop() {
    this.#disarm();
    this.stopped = true;
  }

  #disarm() {
    if (this.timer !== null) this.timers.clearTimeout(this.timer);
    this.timer = null;
  }

  #arm(ms) {
    this.#disarm();
    if (this.stopped) return;
    this.timer = this.timers.setTimeout(() => {
      this.timer = null;
      this.poke(true);
    }, ms);
  }

  async #run() {
    let result = { ok: true, reason: null };
    do {
      this.again = false;
      result = await exclusive(LOCK, (held) => this.#pass(held), { locks: this.locks }).catch((error) => ({ ok: false, reason: "local", error }));
      result ??= { ok: true, reason: null };
    } while (this.again && result.ok);
    this.#finish(result);
    return result;
  }

  #finish(result) {
    const left = this.#releases();
    if (result.ok) {
      this.failures = 0;
      if (left !== null) this.#arm(left);
      this.#show({ phase: "idle", reason: null, retryAt: left === null ? null : this.clock.wall() + left });
    } else if (result.reason === "signin" || result.reason === "other") {
      this.failures = 0;
      this.#show({ phase: "waiting", reason: result.reason, retryAt: null });
    } else {
      this.failures += 1;
      const wait = Math.max(backoff(this.failures, this.random), (result.retryAfter ?? 0) * 1000);
      this.#arm(wait);
      this.#show({ phase: "waiting", reason: result.reason, retryAt: this.clock.wall() + wait });
    }
  }

  #show(change) {
    this.state = { ...this.state, ...change };
    this.channel?.postMessage({ type: "uploader", state: this.state });
    this.onState(this.state);
  }

  #heard(message) {
    if (message?.type !== "uploader" || this.running) return;
    this.state = message.state;
    this.onState(this.state);
  }

  /** Put one aside for a while, on the monotonic clock: a wall clock set by hand must not park it for a year. */
  #hold(id, ms) {
    this.held.set(id, this.clock.mono() + ms);
  }

  #skip() {
    const now = this.clock.mono();
    for (const [id, until] of this.held) if (until <= now) this.held.delete(id);
    return new Set(this.held.keys());
  }

  #releases() {
    if (this.held.size === 0) return null;
    return Math.max(1_000, Math.min(...this.held.values()) - this.clock.mono());
  }

  async #pass(held) {
    const person = await this.session.confirm();
    if (!person.ok) return person;
    if (this.clock.stale) await this.session.askTime();
    await this.#tellLoss();
    const operations = await this.#operations(person.id, held);
    if (!operations.ok) return operations;
    const pictures = await this.#pictures(person.id, held);
    if (!pictures.ok) return pictures;
    await this.room?.reserve();
    const lastSync = this.clock.now();
    await this.store.put("meta", lastSync, "last_sync");
    this.state = { ...this.state, lastSync };
    return { ok: true, reason: null };
  }

  async #operations(personId, held) {
    while (held()) {
      const batch = await this.outbox.batch(personId, this.limit, this.#skip());
      if (batch.length === 0) break;
      this.#show({ phase: "sending", reason: null, retryAt: null });
      const result = await this.#deliver(batch, personId, held);
      if (!result.ok) return result;
    }
    return { ok: true };
  }

  /**
   * Send one batch; splits it when the server cannot take it as a whole. `blamed` says that it is
   * already being split because the server broke on it again and again.
   */
  async #deliver(batch, personId, held, blamed = false) {
    if (!held()) return { ok: true };
    const answer = await this.#post(batch.map((entry) => entry.wire));
    if (answer.kind === "answer" && answer.status === 200 && answer.receipted && Array.isArray(answer.data.receipts)) {
      this.server500s = 0;
      return this.#receipts(batch, answer.data.receipts);
    }
    const verdict = judge(answer);
    const breaks = verdict === "server" && answer.status === 500 && (blamed || (this.server500s += 1) >= SPLIT_AFTER_500S);
    if (verdict === "split" || breaks) return this.#split(batch, personId, held, answer);
    if (answer.timedOut) this.limit = Math.max(5, Math.floor(this.limit / 2));
    if (verdict === "signin") await this.session.expired();
    return { ok: false, reason: verdict, retryAfter: answer.retryAfter };
  }

  #post(operations, lost = null) {
    return this.api.write("POST", "/api/v1/operations/", {
      json: {
        device: this.install?.device ?? null,
        sent_at: new Date(this.clock.wall()).toISOString(),
        clock: this.clock.reading(),
        lost_since: lost,
        operations,
      },
    });
  }

  /** A database that was thrown away is told of even when nothing waits; the next run tries again. */
  async #tellLoss() {
    const lost = (await this.install?.lost()) ?? null;
    if (!lost || lost.told) return;
    const answer = await this.#post([], { id: lost.id, at: lost.at, from_seq: lost.from_seq, to_seq: lost.to_seq, count: lost.count });
    if (answer.kind === "answer" && answer.receipted) await this.install.told();
  }

  async #receipts(batch, receipts) {
    const { settled, kept } = await this.outbox.settle(batch, receipts);
    for (const id of kept) this.#hold(id, backoff(this.failures + 4, this.random));
    if (settled > 0) {
      this.limit = Math.min(BATCH, this.limit * 2);
      this.channel?.postMessage({ type: "queue" });
      this.onState(this.state);
    }
    return { ok: true };
  }

  async #split(batch, personId, held, answer) {
    if (batch.length === 1) {
      await this.outbox.trouble(batch[0].wire.id, answer.status);
      this.#hold(batch[0].wire.id, (answer.status === 500 ? HOUR_MS / 12 : HOUR_MS) * (0.75 + this.random() / 2));
      return { ok: true };
    }
    const middle = Math.ceil(batch.length / 2);
    if (answer.status === 413) this.limit = middle;
    const blamed = answer.status === 500;
    const first = await this.#deliver(batch.slice(0, middle), personId, held, blamed);
    return first.ok ? this.#deliver(batch.slice(middle), personId, held, blamed) : first;
  }

  async #pictures(personId, held) {
    const skip = this.#skip();
    for (const photo of await this.photos.waiting(personId)) {
      if (!held()) break;
      if (skip.has(photo.key)) continue;
      this.#show({ phase: "sending", reason: null, retryAt: null });
      const result = await this.#picture(photo, personId, held);
      if (!result.ok) return result;
      this.channel?.postMessage({ type: "queue" });
      this.onState(this.state);
    }
    return { ok: true };
  }

  async #picture(photo, personId, held) {
    const bytes = await this.photos.bytes(personId, photo.sha256).catch(() => null);
    if (!bytes) {
      await this.photos.refused(photo, "unreadable");
      return { ok: true };
    }
    const path = `/api/v1/uploads/${photo.sha256}/`;
    let answer = await this.api.call("GET", path);
    let offset = answer.status === 404 && answer.kind === "problem" ? 0 : known(answer, photo);
    if (offset === null) return this.#pictureFailed(answer, photo);
    for (let stalled = 0; held(); ) {
      if (answer.data?.state === "stored") {
        await this.photos.stored(photo);
        return { ok: true };
      }
      if (answer.data?.state === "refused") {
        await this.photos.refused(photo, answer.data.reason ?? "refused");
        return { ok: true };
      }
      if (offset >= photo.size && stalled > 0) break; // all there, yet not confirmed: ask again later
      const piece = bytes.slice(offset, offset + this.chunk);
      answer = await this.api.write("PUT", path, { bytes: piece, headers: { "Upload-Offset": String(offset), "Upload-Length": String(photo.size) } });
      const next = known(answer, photo);
      if (next === null) return this.#pictureFailed(answer, photo);
      stalled = next > offset ? 0 : stalled + 1;
      if (stalled > 2) break;
      offset = next;
      await this.photos.progress(photo, offset);
    }
    this.#hold(photo.key, backoff(6, this.random));
    return { ok: true };
  }

  /** Only what concerns every picture ends the run; what concerns this one puts this one aside. */
  async #pictureFailed(answer, photo) {
    const verdict = judge(answer);
    if (answer.status === 413 && this.chunk > LEAST_CHUNK) {
      this.chunk = Math.max(LEAST_CHUNK, this.chunk / 2);
      this.#hold(photo.key, 1_000);
      return { ok: true };
    }
    const unknown = answer.kind === "problem" && answer.status === 404;
    if (verdict === "split" || verdict === "busy" || unknown) {
      this.#hold(photo.key, answer.retryAfter ? answer.retryAfter * 1000 : HOUR_MS);
      return { ok: true };
    }
    if (answer.timedOut) this.chunk = Math.max(LEAST_CHUNK, this.chunk / 2);
    if (verdict === "signin") await this.session.expired();
    return { ok: false, reason: verdict, retryAfter: answer.retryAfter };
  }
}

/** How far the server has the picture, or null when this is not its word on the picture. */
function known(answer, photo) {
  const ours = answer.kind === "answer" || (answer.kind === "problem" && answer.status === 409);
  if (!ours || !answer.receipted || answer.data?.sha256 !== photo.sha256) return null;
  const offset = Number(answer.data.offset ?? 0);
  return Number.isInteger(offset) && offset >= 0 && offset <= photo.size ? offset : 0;
}

/** What an answer without a receipt means for the queue. It never means "delete". */
export function judge(answer) {
  if (answer.status === 413) return "split";
  if (answer.kind === "problem" && answer.status === 401) return "signin";
  if (answer.kind === "problem" && answer.data.code === "cut_off") return "offline"; // the body broke off on its way
  if (answer.kind === "problem" && (answer.status === 400 || answer.status === 422)) return "split";
  if (answer.kind === "problem" && answer.status === 403) return "forbidden";
  if (answer.kind === "problem" && answer.status === 429) return "busy";
  if (answer.status >= 500) return "server";
  if (answer.kind === "none") return "offline";
  if (answer.kind === "problem") return "server";
  return "portal";
}
