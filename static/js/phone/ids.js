/**
 * UUIDv7: 48 bits of milliseconds (the phone's own clock), then random bits.
 *
 * Within one millisecond, and when the clock steps back by less than a minute, ids of one
 * generator still rise, so that sorting by id is sorting by making.
 */

const HELD_BACK_MS = 60_000;

/** @param {(bytes: Uint8Array) => Uint8Array} [fill] source of randomness */
export function idMaker(fill = (bytes) => crypto.getRandomValues(bytes)) {
  let lastMs = -1;
  let counter = 0;
  return function uuid7(now = Date.now()) {
    const bytes = fill(new Uint8Array(16));
    let ms = Math.max(0, Math.floor(now));
    if (ms <= lastMs && lastMs - ms < HELD_BACK_MS) {
      ms = lastMs;
      counter += 1;
      if (counter > 0xfff) {
        ms += 1;
        counter = 0;
      }
    } else {
      counter = ((bytes[6] << 8) | bytes[7]) & 0x7ff; // upper half free for counting up
    }
    lastMs = ms;
    let rest = ms;
    for (let i = 5; i >= 0; i -= 1) {
      bytes[i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    bytes[6] = 0x70 | (counter >> 8);
    bytes[7] = counter & 0xff;
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    return format(bytes);
  };
}

export const uuid7 = idMaker();

/** A random UUIDv4; `crypto.randomUUID` exists in secure contexts only, this everywhere. */
export function uuid4(fill = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = fill(new Uint8Array(16));
  bytes[6] = 0x40 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return format(bytes);
}

function format(bytes) {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
