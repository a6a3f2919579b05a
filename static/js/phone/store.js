/**
 * The phone's database. Everything that must survive a kill goes through `write`, which
 * resolves when the transaction is complete and on disk ("strict"), never earlier.
 *
 * Stores: `outbox` (operations waiting), `photos` (sealed pictures and their upload state),
 * `visits` (what was done where, so that a round shows its progress offline), `drafts`,
 * `receipts` (the last answers), `sealed` (bundle and profile per person), `keys` (one
 * non-extractable key per person), `meta`.
 */
import { openDB } from "idb";

export const DATABASE = "orderly-phone";
const VERSION = 1;

function upgrade(db) {
  const outbox = db.createObjectStore("outbox", { keyPath: "id" });
  outbox.createIndex("order", ["person_id", "priority", "seq"]);
  outbox.createIndex("person", "person_id");
  const photos = db.createObjectStore("photos", { keyPath: "key" });
  photos.createIndex("person", "person_id");
  const visits = db.createObjectStore("visits", { keyPath: "id" });
  visits.createIndex("person", "person_id");
  db.createObjectStore("drafts", { keyPath: "key" });
  db.createObjectStore("receipts", { keyPath: "id" }).createIndex("at", "at");
  db.createObjectStore("sealed");
  db.createObjectStore("keys");
  db.createObjectStore("meta");
}

/** True for the errors a browser gives when it has closed the connection under us. */
function connectionLost(error) {
  return error?.name === "InvalidStateError" || /connection is closing|database connection is closed/i.test(String(error?.message));
}

/** True when the disk, or our share of it, is full. */
export function isFull(error) {
  return error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";
}

export class Store {
  #name;
  #opening = null;

  constructor(name = DATABASE) {
    this.#name = name;
  }

  #open() {
    this.#opening ??= openDB(this.#name, VERSION, {
      upgrade,
      blocking: (_current, _blocked, event) => {
        event.target.close(); // a newer release in another tab wants to upgrade: never stand in its way
        this.#opening = null;
      },
      terminated: () => {
        this.#opening = null;
      },
    }).catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #run(names, mode, work) {
    for (let attempt = 0; ; attempt += 1) {
      const db = await this.#open();
      let tx;
      try {
        tx = db.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
      } catch (error) {
        if (attempt === 0 && connectionLost(error)) {
          this.#opening = null;
          continue;
        }
        throw error;
      }
      return settle(tx, work);
    }
  }

  /** Run `work(tx)` over the named stores, reading only. */
  read(names, work) {
    return this.#run(names, "readonly", work);
  }

  /** Run `work(tx)` over the named stores; resolves with its result once it is committed. */
  write(names, work) {
    return this.#run(names, "readwrite", work);
  }

  get(name, key) {
    return this.read([name], (tx) => tx.objectStore(name).get(key));
  }

  getAll(name) {
    return this.read([name], (tx) => tx.objectStore(name).getAll());
  }

  put(name, value, key) {
    return this.write([name], (tx) => tx.objectStore(name).put(value, key));
  }

  delete(name, key) {
    return this.write([name], (tx) => tx.objectStore(name).delete(key));
  }

  async close() {
    if (this.#opening) (await this.#opening).close();
    this.#opening = null;
  }
}

async function settle(tx, work) {
  const done = tx.done;
  done.catch(() => {}); // awaited below; a rejected `work` must not leave it unhandled
  let result;
  try {
    result = await work(tx);
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // already aborted by the very error we are about to report
    }
    await done.catch(() => {});
    throw tx.error ?? error;
  }
  await done;
  return result;
}
