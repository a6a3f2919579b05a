/**
 * Pictures on the phone: kept sealed under the hash of their bytes, sent in pieces, deleted only
 * when the server says that it has stored exactly these bytes.
 */
import { sha256 } from "./hash.js";
import { isFull } from "./store.js";
import { RESERVE_BYTES } from "./room.js";

export class NoRoom extends Error {
  constructor() {
    super("no room for a photo");
    this.name = "NoRoom";
  }
}

export class Photos {
  /** @param {() => Promise<{usage?: number, quota?: number}>} [estimate] what the browser says is left */
  constructor({ store, vault, clock, estimate = async () => ({}) }) {
    Object.assign(this, { store, vault, clock, estimate });
  }

  /** Keep a picture as part of a draft; resolves with its hash. Throws `NoRoom` on a full phone. */
  async add(personId, bytes) {
    const { usage, quota } = await this.estimate().catch(() => ({}));
    if (quota !== undefined && usage + bytes.byteLength + RESERVE_BYTES > quota) throw new NoRoom();
    const sha = await sha256(bytes);
    const key = `${personId}:${sha}`;
    const box = await this.vault.sealBytes(personId, key, bytes);
    const photo = { key, sha256: sha, person_id: personId, size: bytes.byteLength, offset: 0, state: "draft", op: null, at: this.clock.now(), ...box };
    try {
      await this.store.write(["photos"], async (tx) => {
        const same = await tx.objectStore("photos").get(key);
        if (!same?.data) await tx.objectStore("photos").put({ ...photo, op: same?.op ?? null, state: same?.op ? "waiting" : "draft" });
      });
    } catch (error) {
      if (isFull(error)) throw new NoRoom();
      throw error;
    }
    return sha;
  }

  /** The bytes of a kept picture, or null when they were given up. */
  async bytes(personId, sha) {
    const photo = await this.store.get("photos", `${personId}:${sha}`);
    return photo?.data ? this.vault.openBytes(personId, photo.key, photo) : null;
  }

  /** The person's pictures whose operation is saved, in the order they were taken. */
  async waiting(personId) {
    const all = await this.#of(personId);
    return all.filter((photo) => photo.state === "waiting").sort((a, b) => a.at - b.at);
  }

  /** Pictures that must be taken again, each with the reason. */
  async retakes(personId) {
    const all = await this.#of(personId);
    return all.filter((photo) => photo.op && (photo.state === "retake" || photo.state === "refused"));
  }

  async #of(personId) {
    const all = await this.store.read(["photos"], (tx) => tx.objectStore("photos").index("person").getAll(personId));
    return all.map(({ data: _data, iv: _iv, ...photo }) => photo);
  }

  /** How far the server has it, for the screen. */
  progress(photo, offset) {
    return this.#change(photo.key, { offset });
  }

  /** The server has verified and stored these bytes. */
  stored(photo) {
    return this.store.delete("photos", photo.key);
  }

  /** The server will never take these bytes. */
  refused(photo, reason) {
    return this.#change(photo.key, { state: "refused", reason: String(reason) });
  }

  /** Take a picture out of a draft, or a "take again" notice off the list. */
  async drop(personId, sha) {
    await this.store.write(["photos"], async (tx) => {
      const key = `${personId}:${sha}`;
      const photo = await tx.objectStore("photos").get(key);
      if (photo && photo.state !== "waiting") await tx.objectStore("photos").delete(key);
    });
  }

  /** Pictures of drafts nobody came back to. */
  async tidy(olderThanMs = 2 * 86_400_000) {
    const limit = this.clock.now() - olderThanMs;
    await this.store.write(["photos"], async (tx) => {
      for (const photo of await tx.objectStore("photos").getAll()) {
        if (photo.state === "draft" && photo.at < limit) await tx.objectStore("photos").delete(photo.key);
      }
    });
  }

  #change(key, values) {
    return this.store.write(["photos"], async (tx) => {
      const photo = await tx.objectStore("photos").get(key);
      if (photo) await tx.objectStore("photos").put({ ...photo, ...values });
    });
  }
}
