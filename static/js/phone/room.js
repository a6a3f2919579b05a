/**
 * Room for scans on a full phone. 200 kB are held by ballast that no photo can use; when even
 * that is gone, waiting photos are given up ("take it again") before any scan is refused.
 */
import { isFull } from "./store.js";

export const RESERVE_BYTES = 200 * 1024;
const PIECE = 65_536; // most that getRandomValues fills at once

/** Random, because a store that compresses would keep zeros for nothing. */
function ballast() {
  const bytes = new Uint8Array(RESERVE_BYTES);
  for (let at = 0; at < bytes.length; at += PIECE) crypto.getRandomValues(bytes.subarray(at, at + PIECE));
  return bytes;
}

export class Room {
  constructor(store) {
    this.store = store;
  }

  /** Put the ballast (back); quietly does without it while the phone is full. */
  async reserve() {
    if (await this.store.get("meta", "ballast")) return true;
    try {
      await this.store.put("meta", ballast(), "ballast");
      return true;
    } catch (error) {
      if (isFull(error)) return false;
      throw error;
    }
  }

  /** Run `write`; on a full phone make room step by step and run it again. */
  async insist(write) {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isFull(error) || !(await this.#give())) throw error;
      }
    }
  }

  /** Free something: first the ballast, then a draft's photo, then the newest waiting one. */
  async #give() {
    if (await this.store.get("meta", "ballast")) {
      await this.store.delete("meta", "ballast");
      return true;
    }
    const photos = (await this.store.getAll("photos")).filter((photo) => photo.data);
    if (photos.length === 0) return false;
    photos.sort((a, b) => Number(b.state === "draft") - Number(a.state === "draft") || b.at - a.at);
    const { data: _data, iv: _iv, ...rest } = photos[0];
    await this.store.delete("photos", rest.key); // deleting works on a full disk where rewriting may not
    await this.store.put("photos", { ...rest, state: "retake", reason: "full" }).catch((error) => {
      if (!isFull(error)) throw error;
    });
    return true;
  }
}
