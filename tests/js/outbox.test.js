import assert from "node:assert/strict";
import test from "node:test";
import { FakeServer } from "./fake_server.mjs";
import { localStore, phone, putScans, restarted, scan } from "./phone.mjs";
import { PRIORITY } from "../../static/js/phone/outbox.js";

const GUARD = 11;

async function signedIn(server, parts = {}) {
  const device = await phone({ server, ...parts });
  assert.equal((await device.session.signIn("1001", "correct horse")).ok, true);
  return device;
}

test("records leave in the order they were made, numbered from one", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  const saved = await putScans(device, GUARD, 5);
  assert.deepEqual(saved.map((item) => item.seq), [1, 2, 3, 4, 5]);
  await device.uploader.poke();
  assert.deepEqual(server.deliveries, [saved.map((item) => item.id)]);
  assert.equal((await device.outbox.counts(GUARD)).records, 0);
});

test("a call for help goes before what was made earlier", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  const scans = await putScans(device, GUARD, 3);
  const help = await device.outbox.put({ personId: GUARD, kind: "incidents.report", body: { kind: "help" }, priority: PRIORITY.urgent });
  await device.uploader.poke();
  assert.deepEqual(server.deliveries[0], [help.id, ...scans.map((item) => item.id)]);
});

test("saved records, their order and their numbering survive a kill (F13)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  const saved = await putScans(device, GUARD, 40);
  const after = await restarted(device, server);
  assert.equal(after.session.person.id, GUARD);
  const more = await putScans(after, GUARD, 1, 41);
  assert.equal(more[0].seq, 41);
  await after.uploader.poke();
  assert.deepEqual(server.deliveries.flat(), [...saved, ...more].map((item) => item.id));
});

test("a kill while the answer is under way sends again and the server has it once (F2)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  const [saved] = await putScans(device, GUARD, 1);
  server.fault = (request) => (request.path.endsWith("/operations/") ? "cut_response" : null);
  await device.uploader.poke();
  const after = await restarted(device, server);
  assert.equal((await after.outbox.counts(GUARD)).records, 1);
  server.fault = () => null;
  await after.uploader.poke();
  assert.equal(server.deliveries.length, 2);
  assert.deepEqual([...server.operations.keys()], [saved.id]);
  assert.equal((await after.outbox.counts(GUARD)).records, 0);
});

test("put resolves only when the record can be read by someone else (F14)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  for (let n = 1; n <= 30; n += 1) {
    const saved = await device.outbox.put({ personId: GUARD, kind: "patrols.scan", body: scan(n) });
    const witness = await phone({ server, name: device.name, local: device.local });
    assert.ok(await witness.store.get("outbox", saved.id));
    await witness.store.close();
  }
});

test("a connection closed under us is opened again (F17)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 1);
  await device.store.read(["meta"], async (tx) => tx.db.close());
  await putScans(device, GUARD, 1, 2);
  await device.uploader.poke();
  assert.equal(server.operations.size, 2);
});

test("nothing a person wrote lies readable in the database", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await device.outbox.put({ personId: GUARD, kind: "incidents.report", body: { text: "CANARY-7731 水泵房" }, title: "CANARY-7731" });
  const sha = await device.photos.add(GUARD, new TextEncoder().encode("CANARY-7731").buffer);
  const dump = [];
  for (const name of ["outbox", "photos", "sealed", "meta", "drafts"]) dump.push(...(await device.store.getAll(name)));
  const text = dump.map((row) => [...Object.values(row ?? {})].map((value) => (value instanceof ArrayBuffer ? Buffer.from(value).toString("latin1") : JSON.stringify(value))).join(" ")).join(" ");
  assert.ok(!text.includes("CANARY"));
  assert.ok(!text.includes("Chen Wei"));
  assert.equal(new TextDecoder().decode(await device.photos.bytes(GUARD, sha)), "CANARY-7731");
  const [item] = await device.outbox.list(GUARD);
  assert.equal(item.title, "CANARY-7731");
  const [key] = await device.store.getAll("keys");
  assert.equal(key.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("raw", key));
});

test("a record whose key is gone is marked and never blocks the others", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  const [first, second] = await putScans(device, GUARD, 2);
  const broken = await device.store.get("outbox", first.id);
  await device.store.put("outbox", { ...broken, iv: new Uint8Array(12) });
  await device.uploader.poke();
  assert.deepEqual([...server.operations.keys()], [second.id]);
  const [left] = await device.outbox.list(GUARD);
  assert.equal(left.unreadable, true);
});

test("storage thrown away is noticed, numbering goes on after the gap, the server is told once (F16)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  await device.uploader.poke();
  await putScans(device, GUARD, 3, 3);
  const after = await phone({ server, local: device.local }); // another database: ours was evicted
  assert.equal(after.install.device, device.install.device);
  assert.deepEqual({ from: after.lost.from_seq, to: after.lost.to_seq, count: after.lost.count }, { from: 3, to: 5, count: 3 });
  await after.session.signIn("1001", "correct horse");
  const [next] = await putScans(after, GUARD, 1, 6);
  assert.equal(next.seq, 6);
  await after.uploader.poke();
  await putScans(after, GUARD, 1, 7);
  await after.uploader.poke();
  assert.equal(server.lost.length, 1);
  assert.equal(server.lost[0].count, 3);
});

test("with localStorage gone too, the server's cookie still says that something was here (F16)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  await device.uploader.poke();
  await putScans(device, GUARD, 3, 3);
  const after = await phone({ server, cookies: () => server.cookie(device.name) });
  assert.equal(after.install.device, device.install.device);
  const { id, ...lost } = after.lost;
  assert.deepEqual(lost, { at: null, from_seq: 3, to_seq: null, count: null, told: false });
  await after.session.signIn("1001", "correct horse");
  await after.uploader.poke();
  assert.deepEqual(server.lost.map((one) => [one.id, one.from_seq]), [[id, 3]], "told although nothing waits");
  assert.equal((await putScans(after, GUARD, 1, 9))[0].seq, 3);
});

test("signed in but never connected again: the cookie of the sign-in is witness enough (F16)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 3);
  const after = await phone({ server, cookies: () => server.cookie(device.name) });
  assert.deepEqual([after.lost.from_seq, after.lost.count], [1, null]);
});

test("a marker older than what the server has received is not believed", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  const late = localStore(new Map(device.local.values)); // what the browser had written by then
  await putScans(device, GUARD, 4, 3);
  await device.uploader.poke();
  const after = await phone({ server, local: late, cookies: () => server.cookie(device.name) });
  assert.deepEqual([after.lost.from_seq, after.lost.count], [7, null]);
  assert.equal((await putScans(after, GUARD, 1))[0].seq, 7);
});

test("a new phone has lost nothing, and a foreign cookie is no witness", async () => {
  const server = new FakeServer();
  assert.equal((await phone({ server })).lost, null);
  assert.equal((await phone({ server, cookies: () => "orderly_device=nonsense.5; x_orderly_device=1" })).lost, null);
});

test("of an emptied queue that is thrown away nobody can say that nothing was saved in its last seconds", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  await device.uploader.poke();
  const after = await phone({ server, local: device.local });
  assert.deepEqual([after.lost.from_seq, after.lost.count], [3, null]);
});
