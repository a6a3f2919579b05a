import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { FakeServer } from "./fake_server.mjs";
import { phone, scan } from "./phone.mjs";
import { NoRoom } from "../../static/js/phone/photos.js";
import { RESERVE_BYTES } from "../../static/js/phone/room.js";
import { Store } from "../../static/js/phone/store.js";
import { CHUNK } from "../../static/js/phone/uploader.js";

const GUARD = 11;

async function withPhotos(sizes, parts = {}) {
  const server = parts.server ?? new FakeServer();
  const device = await phone({ server, ...parts });
  await device.session.signIn("1001", "correct horse");
  const shas = [];
  for (const size of sizes) shas.push(await device.photos.add(GUARD, buffer(size)));
  const op = await device.outbox.put({ personId: GUARD, kind: "incidents.report", body: { kind: "fault" }, photos: shas });
  return { server, device, shas, op };
}

function buffer(size) {
  const bytes = randomBytes(size);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + size);
}

test("photos follow their records in pieces and leave when the server has verified them", async () => {
  const { server, device, shas } = await withPhotos([CHUNK * 2 + 17, 900]);
  assert.deepEqual(await device.outbox.counts(GUARD), { records: 1, photos: 2, sealed: 0, retake: 0 });
  await device.uploader.poke();
  assert.deepEqual(await device.outbox.counts(GUARD), { records: 0, photos: 0, sealed: 0, retake: 0 });
  for (const sha of shas) assert.equal(server.uploads.get(sha).state, "stored");
  assert.equal(server.requests.filter((request) => request.method === "PUT").length, 4);
});

test("a picture cut off in the middle goes on where the server stands", async () => {
  const { server, device, shas } = await withPhotos([CHUNK * 3]);
  let puts = 0;
  server.fault = (request) => (request.method === "PUT" && (puts += 1) === 2 ? "cut_response" : null);
  await device.uploader.poke();
  assert.equal((await device.outbox.counts(GUARD)).photos, 1);
  await device.uploader.poke(true);
  assert.equal(server.uploads.get(shas[0]).state, "stored");
  assert.equal(server.requests.filter((request) => request.method === "PUT").length, 3, "no piece twice");
});

for (const mode of ["html200", "json_portal", "redirect", "404html", "502", "no_receipt_header", "truncate"]) {
  test(`${mode} never deletes a picture (F8)`, async () => {
    const { server, device } = await withPhotos([5000]);
    server.fault = (request) => (request.path.includes("/uploads/") ? mode : null);
    await device.uploader.poke();
    assert.equal((await device.outbox.counts(GUARD)).photos, 1);
    server.fault = () => null;
    device.uploader.held.clear();
    await device.uploader.poke(true);
    assert.equal((await device.outbox.counts(GUARD)).photos, 0);
  });
}

test("a picture of a draft is not sent before its record is saved", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1001", "correct horse");
  await device.photos.add(GUARD, buffer(500));
  await device.uploader.poke();
  assert.equal(server.uploads.size, 0);
});

test("a picture the server refuses is kept and asked for again", async () => {
  const { server, device, shas } = await withPhotos([5000]);
  server.uploads.set(shas[0], { sha256: shas[0], state: "refused", reason: "not_an_image", bytes: Buffer.alloc(0), size: 0 });
  await device.uploader.poke();
  assert.deepEqual((await device.photos.retakes(GUARD)).map((photo) => photo.reason), ["not_an_image"]);
});

/** A phone with little space: growing past the limit fails as a browser's database does. */
class SmallStore extends Store {
  constructor(name, limit) {
    super(name);
    this.limit = limit;
  }

  write(names, work) {
    const weighed = ["outbox", "photos", "meta"].filter((name) => names.includes(name));
    return super.write(names, async (tx) => {
      const before = await weight(tx, weighed);
      const result = await work(tx);
      const grown = (await weight(tx, weighed)) - before;
      if (grown > 0 && (this.used ?? 0) + grown > this.limit) throw new DOMException("full", "QuotaExceededError");
      this.used = (this.used ?? 0) + grown;
      return result;
    });
  }
}

async function weight(tx, names) {
  let bytes = 0;
  for (const name of names) {
    for (const row of await tx.objectStore(name).getAll()) bytes += row?.data?.byteLength ?? row?.byteLength ?? 0;
  }
  return bytes;
}

test("on a full phone photos are refused first, then given up, and scans still go in (F15)", async () => {
  const store = new SmallStore("small-phone", 1_000_000);
  const { server, device, shas } = await withPhotos([150_000, 150_000, 150_000], { store, name: "small-phone" });
  assert.equal(await device.room.reserve(), true);
  await assert.rejects(async () => {
    for (;;) await device.photos.add(GUARD, buffer(150_000));
  }, NoRoom);
  assert.ok((await store.get("meta", "ballast")).byteLength === RESERVE_BYTES, "photos cannot use the reserve");
  store.limit = 470_000; // something else has filled the phone meanwhile
  for (let n = 1; n <= 200; n += 1) {
    await device.outbox.put({ personId: GUARD, kind: "patrols.scan", body: { ...scan(n), note: "x".repeat(700) } });
  }
  assert.equal((await device.outbox.counts(GUARD)).records, 201);
  assert.equal(await store.get("meta", "ballast"), undefined);
  assert.ok((await device.photos.retakes(GUARD)).length > 0, "the photo is asked for again");
  await device.uploader.poke();
  assert.equal(server.operations.size, 201);
  assert.ok(shas.some((sha) => server.uploads.has(sha)));
});

test("a photo that the browser has no quota for is refused before it is written", async () => {
  const server = new FakeServer();
  const device = await phone({ server, estimate: async () => ({ usage: 900_000, quota: 1_000_000 }) });
  await device.session.signIn("1001", "correct horse");
  await assert.rejects(device.photos.add(GUARD, buffer(50_000)), NoRoom);
});

test("a picture the server does not know as ours waits, and the others go (404)", async () => {
  const { server, device, shas } = await withPhotos([5000, 6000]);
  server.fault = (request) => (request.method === "PUT" && request.path.includes(shas[0]) ? "404" : null);
  await device.uploader.poke();
  assert.equal(server.uploads.get(shas[1]).state, "stored");
  assert.equal((await device.outbox.counts(GUARD)).photos, 1);
});
