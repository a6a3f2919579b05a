/**
 * Notices when the browser threw our database away (private mode, eviction, "clear data").
 *
 * Two witnesses stand beside the database: a marker in localStorage with the highest number given
 * and how much waited, which browsers write some seconds late; and a cookie of the server's with
 * the highest number it has received. When the database comes back empty while one of them stands,
 * records may be gone: the person is told, the server is told with the next contact, and numbering
 * goes on after the gap.
 */
import { uuid4 } from "./ids.js";

const MARKER = "orderly-install";
const COOKIE = /(?:^|;\s*)orderly_device=([0-9a-f-]{36})\.(\d{1,15})(?:;|$)/;

export class Install {
  /**
   * @param {Storage} local `localStorage` or the like
   * @param {() => string} cookies `document.cookie`
   */
  constructor(store, local, cookies = () => "") {
    this.store = store;
    this.local = local;
    this.cookies = cookies;
    this.device = null;
  }

  #marker() {
    try {
      return JSON.parse(this.local?.getItem(MARKER) ?? "null");
    } catch {
      return null;
    }
  }

  /** What the server has of this device, by its cookie: `{device, seq}` or null. */
  #witness() {
    const found = COOKIE.exec(this.cookies());
    return found && { device: found[1], seq: Number(found[2]) };
  }

  /** Remember beside the database what it holds. Never throws: the marker is a help, not a need. */
  mark(values) {
    try {
      this.local?.setItem(MARKER, JSON.stringify({ ...this.#marker(), ...values, device: this.device }));
    } catch {
      // a full or refused localStorage must not cost a scan
    }
  }

  /** Open or found this installation; returns `{device, lost}` with `lost` null or the gap. */
  async start() {
    const marker = this.#marker();
    const witness = this.#witness();
    const fresh = uuid4();
    const meta = await this.store.write(["meta"], async (tx) => {
      const table = tx.objectStore("meta");
      const known = await table.get("device");
      if (known) return { device: known, lost: (await table.get("lost")) ?? null };
      const device = marker?.device ?? witness?.device ?? fresh;
      const lost = gap(marker, witness);
      await table.put(device, "device");
      await table.put(Math.max(marker?.seq ?? 0, witness?.seq ?? 0), "seq");
      if (lost) await table.put(lost, "lost");
      return { device, lost };
    });
    this.device = meta.device;
    this.mark({});
    return meta;
  }

  lost() {
    return this.store.get("meta", "lost");
  }

  /** The server has been told. The notice on screen stays until the person has seen it. */
  async told() {
    const lost = await this.lost();
    if (lost) await this.store.put("meta", { ...lost, told: true }, "lost");
  }

  async seen() {
    await this.store.delete("meta", "lost");
  }
}

/**
 * What may be gone: `count` records (null: nobody can say) from number `from_seq` on. The marker
 * counts them, unless the server has received more since it was written or it knows of none: it
 * may be some seconds old.
 */
function gap(marker, witness) {
  const given = marker?.seq ?? 0;
  const cleared = marker?.cleared ?? 0;
  if (!given && !witness) return null;
  const loss = { id: uuid4(), at: marker?.at ?? null, told: false };
  if (given > cleared && given >= (witness?.seq ?? 0)) return { ...loss, from_seq: cleared + 1, to_seq: given, count: marker.waiting ?? given - cleared };
  return { ...loss, from_seq: Math.max(given, witness?.seq ?? 0) + 1, to_seq: null, count: null };
}
