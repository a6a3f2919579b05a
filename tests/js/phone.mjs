/** A phone for tests: the same modules as the page, with its own database, clock and network. */
import "fake-indexeddb/auto";
import { Api } from "../../static/js/phone/api.js";
import { Bundle } from "../../static/js/phone/bundle.js";
import { Clock } from "../../static/js/phone/clock.js";
import { Install } from "../../static/js/phone/install.js";
import { Outbox } from "../../static/js/phone/outbox.js";
import { Photos } from "../../static/js/phone/photos.js";
import { Room } from "../../static/js/phone/room.js";
import { Session } from "../../static/js/phone/session.js";
import { Store } from "../../static/js/phone/store.js";
import { Uploader } from "../../static/js/phone/uploader.js";
import { Vault } from "../../static/js/phone/vault.js";

let made = 0;

/** `navigator.locks` for tabs that live in one process. */
export function lockManager() {
  const tails = new Map();
  return {
    request(name, options, work) {
      const before = tails.get(name) ?? Promise.resolve();
      const run = before.then(() => {
        if (options.signal?.aborted) throw new DOMException("aborted", "AbortError");
        return work({ name });
      });
      tails.set(name, run.catch(() => {}));
      return run;
    },
  };
}

/** `localStorage` without a browser. */
export function localStore(values = new Map()) {
  return { values, getItem: (key) => values.get(key) ?? null, setItem: (key, value) => values.set(key, String(value)) };
}

/**
 * @param {{server: import("./fake_server.mjs").FakeServer, name?: string, store?: Store, wall?: () => number,
 *   mono?: () => number, locks?: object, local?: object, timeoutMs?: number, random?: () => number}} parts
 */
export async function phone({ server, name = `phone-${(made += 1)}`, store = new Store(name), wall, mono, locks = lockManager(), local = localStore(), cookies = () => server.cookie(name), timeoutMs = 60, random = () => 0.5, estimate }) {
  const vault = new Vault(store);
  const clock = new Clock({ ...(wall && { wall }), ...(mono && { mono }) });
  const room = new Room(store);
  const install = new Install(store, local, cookies);
  const { device, lost } = await install.start();
  const outbox = new Outbox({ store, vault, clock, room, install });
  const photos = new Photos({ store, vault, clock, estimate });
  const api = new Api({ fetch: server.fetch(name), timeoutMs });
  api.device = device;
  const session = new Session({ store, vault, api, clock });
  await session.restore();
  const bundle = new Bundle({ store, vault, api, clock });
  const armed = [];
  const timers = { setTimeout: (work, ms) => armed.push({ work, ms }) - 1, clearTimeout: (index) => { if (armed[index]) armed[index].work = null; } };
  const states = [];
  const uploader = new Uploader({ store, outbox, photos, room, install, clock, api, session, locks, random, timers, onState: (state) => states.push(state) });
  return { name, store, vault, clock, room, install, outbox, photos, api, session, bundle, uploader, armed, states, local, locks, lost };
}

/** The same phone after a kill: all that lived in memory is gone. */
export async function restarted(before, server, parts = {}) {
  await before.store.close();
  before.uploader.stop();
  return phone({ server, name: before.name, local: before.local, ...parts });
}

export function scan(number) {
  return { code: `token.${number}.sig`, checkpoint_id: number, typed: null, method: "qr", typed_reason: null, round_id: 1, lat: null, lng: null, accuracy_m: null };
}

export async function putScans(device, personId, count, from = 1) {
  const saved = [];
  for (let n = from; n < from + count; n += 1) {
    saved.push(await device.outbox.put({ personId, kind: "patrols.scan", body: scan(n), title: `P-${n}` }));
  }
  return saved;
}
