/**
 * Notices when the browser threw our database away (private mode, eviction, "clear data").
 *
 * A small marker beside the database remembers the device and the highest number given. When
 * the database comes back empty while the marker stands, that many records may be gone: the
 * person is told, the server is told with the next contact, and numbering goes on after the gap.
 */
import { uuid4 } from "./ids.js";

const MARKER = "orderly-install";

export class Install {
  /** @param {Storage} local `localStorage` or the like */
  constructor(store, local) {
    this.store = store;
    this.local = local;
    this.device = null;
  }

  #marker() {
    try {
      return JSON.parse(this.local?.getItem(MARKER) ?? "null");
    } catch {
      return null;
    }
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
    const fresh = uuid4();
    const meta = await this.store.write(["meta"], async (tx) => {
      const table = tx.objectStore("meta");
      const known = await table.get("device");
      if (known) return { device: known, lost: (await table.get("lost")) ?? null };
      const device = marker?.device ?? fresh;
      const lost = gap(marker);
      await table.put(device, "device");
      await table.put(marker?.seq ?? 0, "seq");
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

/** Numbers given since the last time the queue was known to be empty. */
function gap(marker) {
  if (!marker || !(marker.seq > (marker.cleared ?? 0))) return null;
  return { at: marker.at ?? null, from_seq: (marker.cleared ?? 0) + 1, to_seq: marker.seq, count: marker.waiting ?? marker.seq - (marker.cleared ?? 0), told: false };
}
