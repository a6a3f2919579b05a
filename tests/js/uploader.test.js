import assert from "node:assert/strict";
import test from "node:test";
import { FakeServer } from "./fake_server.mjs";
import { localStore, lockManager, phone, putScans, restarted } from "./phone.mjs";
import { BATCH, backoff } from "../../static/js/phone/uploader.js";

const GUARD = 11;
const OTHER = 12;

async function signedIn(server, parts = {}) {
  const device = await phone({ server, ...parts });
  await device.session.signIn("1001", "correct horse");
  return device;
}

test("three tabs share 200 records: each is sent once, never two requests at a time (F18)", async () => {
  const server = new FakeServer();
  const shared = { name: "three-tabs", locks: lockManager(), local: localStore() };
  const tabs = [await signedIn(server, shared), await phone({ server, ...shared }), await phone({ server, ...shared })];
  for (let n = 0; n < 200; n += 1) await putScans(tabs[n % 3], GUARD, 1, n + 1);
  server.mostInFlight = 0;
  await Promise.all(tabs.map((tab) => tab.uploader.poke()));
  const sent = server.deliveries.flat();
  assert.equal(sent.length, 200);
  assert.equal(new Set(sent).size, 200);
  assert.equal(server.mostInFlight, 1);
  assert.deepEqual(server.deliveries.map((ids) => ids.length), [BATCH, BATCH]);
});

test("numbers are given once even when three tabs save at the same moment", async () => {
  const server = new FakeServer();
  const shared = { name: "numbering", locks: lockManager(), local: localStore() };
  const tabs = [await signedIn(server, shared), await phone({ server, ...shared }), await phone({ server, ...shared })];
  const saved = await Promise.all(Array.from({ length: 60 }, (_, n) => putScans(tabs[n % 3], GUARD, 1, n)));
  assert.deepEqual(saved.flat().map((item) => item.seq).sort((a, b) => a - b), Array.from({ length: 60 }, (_, n) => n + 1));
});

test("a slow server is asked once at a time, with growing waits, and has one row in the end (F9)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 1);
  server.fault = (request) => (request.path.endsWith("/operations/") ? "slow_then_cut" : null);
  const waits = [];
  for (let n = 0; n < 4; n += 1) {
    await device.uploader.poke(true);
    waits.push(device.armed.at(-1).ms);
    await device.uploader.poke(); // a new record alone does not hurry
  }
  assert.equal(server.mostInFlight, 1);
  assert.equal(server.deliveries.length, 4, "four runs, four deliveries");
  assert.ok(waits.every((wait, n) => n === 0 || wait > waits[n - 1]), String(waits));
  server.fault = () => null;
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 1);
});

test("waits double up to a minute and are spread", () => {
  assert.deepEqual([1, 2, 3, 6, 20].map((n) => backoff(n, () => 1)), [2_000, 4_000, 8_000, 60_000, 60_000]);
  assert.equal(backoff(6, () => 0), 30_000);
});

test("Retry-After is obeyed", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 1);
  server.fault = (request) => (request.path.endsWith("/operations/") ? "503" : null);
  await device.uploader.poke();
  assert.equal(device.armed.at(-1).ms, 30_000);
});

test("a session that ended asks to sign in, goes on saving, and drains after the same person signs in (F21)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  server.sessions.clear();
  await device.uploader.poke();
  assert.equal(device.uploader.state.reason, "signin");
  assert.equal(device.session.state, "expired");
  assert.equal(device.session.person.id, GUARD);
  await putScans(device, GUARD, 1, 3);
  await device.session.signIn("1001", "correct horse");
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 3);
  assert.equal(server.deliveries.flat().length, 3);
});

test("a session that ends between two requests is noticed too", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 1);
  server.fault = (request) => {
    if (request.path.endsWith("/operations/")) server.sessions.clear();
  };
  await device.uploader.poke();
  assert.equal(device.session.state, "expired");
  assert.equal((await device.outbox.counts(GUARD)).records, 1);
});

test("another person on the same phone neither sends nor sees what the first has sealed (F22)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  const saved = await putScans(device, GUARD, 3);
  await device.session.signOut();
  await device.session.signIn("1002", "correct horse");
  await putScans(device, OTHER, 1, 9);
  await device.uploader.poke(true);
  assert.deepEqual([...server.operations.values()].map((entry) => [entry.op.person_id, entry.by]), [[OTHER, OTHER]]);
  assert.deepEqual(await device.outbox.counts(OTHER), { records: 0, photos: 0, sealed: 3, retake: 0 });
  assert.deepEqual(await device.outbox.list(OTHER), []);
  assert.deepEqual((await device.outbox.receipts(OTHER)).length, 1);
  await device.session.signOut();
  await device.session.signIn("1001", "correct horse");
  await device.uploader.poke(true);
  for (const item of saved) assert.equal(server.operations.get(item.id).by, GUARD);
  assert.equal(server.operations.size, 4);
});

test("when the browser's session has become another person's, nothing is sent", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  server.signIn(device.name, OTHER); // signed in on the desk pages
  await device.uploader.poke();
  assert.equal(device.uploader.state.reason, "other");
  assert.equal(server.deliveries.length, 0);
  server.fault = (request) => {
    if (request.path.endsWith("/operations/")) server.signIn(device.name, OTHER); // after the check
  };
  server.signIn(device.name, GUARD);
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 0);
  assert.equal((await device.outbox.counts(GUARD)).records, 2);
});

test("a stale CSRF token is fetched anew once, silently (F23)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 1);
  let rotate = true;
  server.fault = (request) => {
    if (rotate && request.path.endsWith("/operations/")) {
      rotate = false;
      server.signIn(device.name, GUARD);
    }
  };
  await device.uploader.poke();
  assert.equal(server.operations.size, 1);
  assert.equal((await device.outbox.counts(GUARD)).records, 0);
  assert.equal(device.uploader.state.reason, null);
});

test("signing out without a network ends the server's session at the next contact", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  server.fault = () => "cut_request";
  await device.session.signOut();
  assert.equal(server.sessions.size, 1);
  server.fault = () => null;
  await device.uploader.poke(true);
  assert.equal(server.sessions.size, 0);
  assert.equal(await device.store.get("meta", "sign_out_pending"), undefined);
});

test("wrong credentials, and no network, are told apart", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  assert.deepEqual(await device.session.signIn("1001", "wrong"), { ok: false, reason: "credentials" });
  server.fault = () => "html200";
  assert.deepEqual(await device.session.signIn("1001", "correct horse"), { ok: false, reason: "offline" });
});

test("who is signed in on the desk pages need not sign in again, unless a sign-out is still to be told", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  assert.equal(await device.session.join(), false);
  server.signIn(device.name, GUARD);
  assert.equal(await device.session.join(), true);
  assert.equal(device.session.person.id, GUARD);
  server.fault = () => "cut_request";
  await device.session.signOut();
  assert.equal(await device.session.join(), false);
  server.fault = () => null;
  assert.equal(await device.session.join(), false, "the sign-out reached the server first");
  assert.equal(server.sessions.size, 0);
});

test("signing out leaves nothing of a person whose records are all sent, and their key when some wait", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 1);
  await device.uploader.poke();
  await device.session.signOut();
  for (const name of ["keys", "sealed", "receipts", "visits", "outbox"]) assert.deepEqual(await device.store.getAll(name), [], name);
  await device.session.signIn("1001", "correct horse");
  await putScans(device, GUARD, 1, 2);
  await device.session.signOut();
  assert.equal((await device.store.getAll("keys")).length, 1);
  assert.deepEqual(await device.store.getAll("sealed"), []);
  await device.session.signIn("1001", "correct horse");
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 2);
});

test("an account closed while offline: what waits is handed in, nothing else is fetched, and a restart changes nothing (F24)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  server.people[0].endedAt = Date.now();
  await device.uploader.poke();
  assert.equal(server.operations.size, 2);
  assert.equal(device.session.state, "ended");
  assert.equal(await device.bundle.refresh(GUARD), false);
  await putScans(device, GUARD, 1, 3);
  const again = await restarted(device, server, { locks: lockManager() });
  await again.uploader.poke(true);
  assert.equal(server.operations.size, 3);
  assert.equal(again.session.state, "ended");
});

test("an account closed whose session has become another's sends nothing (F24)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 1);
  server.signIn(device.name, OTHER).person.endedAt = Date.now();
  await device.uploader.poke();
  assert.equal(server.operations.size, 0);
  assert.equal(device.session.state, "expired");
});

test("an account closed while the session had ended: signing in hands in what lies sealed, and only that (F24)", async () => {
  const server = new FakeServer();
  const device = await signedIn(server);
  await putScans(device, GUARD, 2);
  await device.session.signOut();
  server.people[0].endedAt = Date.now();
  assert.equal((await device.session.signIn("1001", "correct horse")).ok, true);
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 2);
  assert.equal(device.session.state, "ended");
  await device.session.signOut();
  assert.deepEqual(await device.session.signIn("1001", "correct horse"), { ok: false, reason: "deactivated" });
  assert.equal(server.sessions.size, 0);
});
