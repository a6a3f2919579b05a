/**
 * What waits to be sent. An operation is "saved" when `put` has resolved: it is then committed
 * to disk. It leaves only by `settle`, on a receipt that names it.
 *
 * Bodies are sealed with the author's key; the fields outside (times, numbers, kind) say nothing
 * about people or places.
 */
import { uuid7 as makeId } from "./ids.js";

export const SCHEMA = 1;
export const FINAL = new Set(["accepted", "flagged", "quarantined", "conflict"]);
/** Calls for help go before everything else. */
export const PRIORITY = { urgent: 0, normal: 1 };
const KEPT_RECEIPTS = 200;
const BATCH_BYTES = 400_000;

export class Outbox {
  constructor({ store, vault, clock, room, install = null, uuid7 = makeId }) {
    Object.assign(this, { store, vault, clock, room, install, uuid7 });
  }

  /**
   * Save one operation; resolves with it when it is on disk.
   *
   * @param {{personId: number, kind: string, body: object, photos?: string[], title?: string,
   *   priority?: number, visit?: object, change?: {id: string, values: object}, draft?: string,
   *   id?: string}} what `photos` are SHA-256 of pictures already kept; `visit` is what rounds show
   *   meanwhile; `change` goes to an earlier visit; `draft` is the key of the draft this replaces
   */
  async put({ personId, kind, body, photos = [], title = "", priority = PRIORITY.normal, visit = null, change = null, draft = null, id = null }) {
    const stamp = this.clock.stamp();
    const known = this.clock.now();
    const opId = id ?? this.uuid7(this.clock.wall());
    const box = await this.vault.seal(personId, opId, { body, photos, title });
    const saved = await this.room.insist(() =>
      this.store.write(["outbox", "photos", "visits", "drafts", "meta"], async (tx) => {
        const meta = tx.objectStore("meta");
        const seq = ((await meta.get("seq")) ?? 0) + 1;
        await meta.put(seq, "seq");
        const item = { id: opId, seq, person_id: personId, kind, priority, schema: SCHEMA, ...stamp, ...box };
        await tx.objectStore("outbox").add(item);
        for (const sha of photos) await link(tx.objectStore("photos"), personId, sha, opId);
        if (visit) await tx.objectStore("visits").put({ ...visit, id: opId, person_id: personId, at: known, kind, state: "saved" });
        if (change) {
          const earlier = await tx.objectStore("visits").get(change.id);
          if (earlier) await tx.objectStore("visits").put({ ...earlier, ...change.values });
        }
        if (draft) await tx.objectStore("drafts").delete(draft);
        return item;
      }),
    );
    await this.#mark({ seq: saved.seq, at: saved.made_at });
    return { id: opId, seq: saved.seq, made_at: saved.made_at };
  }

  async #mark(values = {}) {
    if (!this.install) return;
    const waiting = await this.store.read(["outbox"], async (tx) => {
      const all = await tx.objectStore("outbox").getAll();
      return { waiting: all.length, first: all.reduce((least, item) => Math.min(least, item.seq), Infinity) };
    });
    const last = (await this.store.get("meta", "seq")) ?? 0;
    this.install.mark({ seq: last, ...values, waiting: waiting.waiting, cleared: waiting.waiting ? waiting.first - 1 : last });
  }

  /**
   * The next operations of this person, urgent first, then in the order they were made; what is
   * in `skip` stays where it is. An item that cannot be opened any more is marked, not sent.
   */
  async batch(personId, limit, skip = new Set()) {
    const items = await this.store.read(["outbox"], async (tx) => {
      const found = [];
      let bytes = 0;
      const range = IDBKeyRange.bound([personId], [personId, []]);
      let cursor = await tx.objectStore("outbox").index("order").openCursor(range);
      while (cursor && found.length < limit && bytes < BATCH_BYTES) {
        if (!skip.has(cursor.value.id) && !cursor.value.unreadable) {
          found.push(cursor.value);
          bytes += cursor.value.data.byteLength;
        }
        cursor = await cursor.continue();
      }
      return found;
    });
    const opened = [];
    for (const item of items) {
      try {
        opened.push({ item, inner: await this.vault.open(personId, item.id, item) });
      } catch {
        await this.#change(item.id, { unreadable: true });
      }
    }
    return opened.map(({ item, inner }) => ({ wire: wire(item, inner), title: inner.title }));
  }

  /**
   * Take in the answers to a batch that was sent: delete exactly what a final receipt names.
   * Returns how many were settled and the ids that stay.
   */
  async settle(batch, receipts) {
    const sent = new Map(batch.map((entry) => [entry.wire.id, entry]));
    const final = receipts.filter((receipt) => receipt && sent.has(receipt.id) && FINAL.has(receipt.outcome));
    const at = this.clock.now();
    await this.store.write(["outbox", "receipts", "visits"], async (tx) => {
      for (const receipt of final) {
        const { wire: op, title } = sent.get(receipt.id);
        await tx.objectStore("outbox").delete(receipt.id);
        const reasons = Array.isArray(receipt.reasons) ? receipt.reasons.map(String) : [];
        await tx.objectStore("receipts").put({
          id: op.id, seq: op.seq, person_id: op.person_id, kind: op.kind, title,
          made_at: op.made_at, outcome: receipt.outcome, reasons, sha256: receipt.sha256 ?? null, at,
        });
        const visit = await tx.objectStore("visits").get(op.id);
        if (visit) await tx.objectStore("visits").put({ ...visit, state: receipt.outcome, reasons });
      }
    });
    const gone = new Set(final.map((receipt) => receipt.id));
    await this.#mark();
    return { settled: gone.size, kept: [...sent.keys()].filter((id) => !gone.has(id)) };
  }

  /** Remember that the server would not take this one alone; it stays and is tried again later. */
  async trouble(id, status) {
    const item = await this.store.get("outbox", id);
    if (item) await this.#change(id, { trouble: { status, times: (item.trouble?.times ?? 0) + 1 } });
  }

  #change(id, values) {
    return this.store.write(["outbox"], async (tx) => {
      const item = await tx.objectStore("outbox").get(id);
      if (item) await tx.objectStore("outbox").put({ ...item, ...values });
    });
  }

  /** Everything of this person that waits, opened, for the screen. */
  async list(personId) {
    const items = await this.store.read(["outbox"], (tx) => tx.objectStore("outbox").index("person").getAll(personId));
    items.sort((a, b) => a.seq - b.seq);
    return Promise.all(
      items.map(async (item) => {
        const inner = await this.vault.open(personId, item.id, item).catch(() => ({ title: "", body: {}, photos: [] }));
        return { id: item.id, seq: item.seq, kind: item.kind, made_at: item.made_at, title: inner.title, photos: inner.photos.length, trouble: item.trouble ?? null, unreadable: Boolean(item.unreadable) };
      }),
    );
  }

  /** `{records, photos, sealed}`: mine waiting, and how much of other people lies sealed here. */
  async counts(personId) {
    return this.store.read(["outbox", "photos"], async (tx) => {
      const records = await tx.objectStore("outbox").index("person").getAllKeys();
      const mine = personId === null ? 0 : await tx.objectStore("outbox").index("person").count(personId);
      const photos = await tx.objectStore("photos").getAll();
      const waiting = photos.filter((photo) => photo.state === "waiting");
      return {
        records: mine,
        photos: waiting.filter((photo) => photo.person_id === personId).length,
        sealed: records.length - mine,
        retake: photos.filter((photo) => photo.person_id === personId && photo.op && (photo.state === "retake" || photo.state === "refused")).length,
      };
    });
  }

  /** The last answers, newest first. */
  async receipts(personId) {
    const all = await this.store.getAll("receipts");
    return all.filter((receipt) => receipt.person_id === personId).sort((a, b) => b.at - a.at || b.seq - a.seq);
  }

  /** Forget old answers and old visits; they are for the screen only. */
  async tidy(olderThanMs = 3 * 86_400_000) {
    const limit = this.clock.now() - olderThanMs;
    await this.store.write(["receipts", "visits"], async (tx) => {
      const receipts = (await tx.objectStore("receipts").getAll()).sort((a, b) => b.at - a.at);
      for (const receipt of receipts.slice(KEPT_RECEIPTS)) await tx.objectStore("receipts").delete(receipt.id);
      for (const visit of await tx.objectStore("visits").getAll()) {
        if (visit.at < limit && visit.state !== "saved") await tx.objectStore("visits").delete(visit.id);
      }
    });
  }
}

async function link(photos, personId, sha, opId) {
  const key = `${personId}:${sha}`;
  const photo = await photos.get(key);
  if (photo) await photos.put({ ...photo, op: photo.op ?? opId, state: photo.state === "draft" ? "waiting" : photo.state });
}

function wire(item, inner) {
  return {
    id: item.id, kind: item.kind, schema: item.schema, seq: item.seq, person_id: item.person_id,
    made_at: item.made_at, offset_ms: item.offset_ms, offset_age_ms: item.offset_age_ms,
    mono_ms: item.mono_ms, ahead_ms: item.ahead_ms ?? null, page: item.page, body: inner.body, photos: inner.photos,
  };
}
