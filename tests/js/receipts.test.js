import assert from "node:assert/strict";
import test from "node:test";
import { FakeServer } from "./fake_server.mjs";
import { phone, putScans } from "./phone.mjs";

const GUARD = 11;
const toOperations = (mode) => (request) => (request.path.endsWith("/operations/") ? mode : null);

async function queued(count) {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1001", "correct horse");
  return { server, device, saved: await putScans(device, GUARD, count) };
}

/** Everything that may come back and is no receipt: the queue keeps all of it. */
const NEVER_A_RECEIPT = [
  "cut_request", "html200", "json_html", "json_portal", "redirect", "401html", "403html", "404html", "410html",
  "413", "429", "500", "502", "503", "empty200", "hang", "no_receipt_header", "cut_response", "truncate", "lost_receipts",
];
for (const mode of NEVER_A_RECEIPT) {
  test(`${mode} deletes nothing, and the next honest answer empties the queue (F1, F2, F8)`, async () => {
    const { server, device, saved } = await queued(3);
    server.fault = toOperations(mode);
    await device.uploader.poke();
    assert.equal((await device.outbox.counts(GUARD)).records, 3);
    assert.equal((await device.outbox.receipts(GUARD)).length, 0);
    server.fault = () => null;
    device.uploader.held.clear(); // as after the wait
    await device.uploader.poke(true);
    assert.equal((await device.outbox.counts(GUARD)).records, 0);
    assert.deepEqual([...server.operations.keys()].sort(), saved.map((item) => item.id).sort());
  });
}

for (const mode of ["html200", "redirect", "404html", "502", "cut_request"]) {
  test(`${mode} for every address keeps the queue and the session, and says so`, async () => {
    const { server, device } = await queued(2);
    server.fault = () => mode;
    await device.uploader.poke();
    assert.equal((await device.outbox.counts(GUARD)).records, 2);
    assert.equal(device.uploader.state.phase, "waiting");
    assert.notEqual(device.uploader.state.reason, "signin");
    assert.equal(device.session.person.id, GUARD);
  });
}

test("a body delivered twice at once is one record with one receipt (F3)", async () => {
  const { server, device } = await queued(2);
  server.fault = toOperations("dup");
  await device.uploader.poke();
  assert.equal(server.operations.size, 2);
  assert.equal((await device.outbox.receipts(GUARD)).length, 2);
});

test("a receipt settles only the record it names", async () => {
  const { server, device, saved } = await queued(3);
  server.quarantine.set(saved[1].id, ["retry"]);
  await device.uploader.poke();
  assert.deepEqual((await device.outbox.list(GUARD)).map((item) => item.id), [saved[1].id]);
});

test("an unknown outcome is not a receipt", async () => {
  const { device, saved } = await queued(1);
  const batch = await device.outbox.batch(GUARD, 10);
  const { settled } = await device.outbox.settle(batch, [{ id: saved[0].id, outcome: "done" }, { id: saved[0].id }, null, { id: "x", outcome: "accepted" }]);
  assert.equal(settled, 0);
  assert.equal((await device.outbox.counts(GUARD)).records, 1);
});

test("a quarantined record leaves the queue and its reason stays readable (F7)", async () => {
  const { server, device, saved } = await queued(50);
  server.quarantine.set(saved[20].id, ["unknown_checkpoint"]);
  await device.uploader.poke();
  assert.equal((await device.outbox.counts(GUARD)).records, 0);
  const receipts = await device.outbox.receipts(GUARD);
  assert.deepEqual(receipts.filter((receipt) => receipt.outcome === "quarantined").map((receipt) => [receipt.id, receipt.reasons]), [[saved[20].id, ["unknown_checkpoint"]]]);
});

test("a batch the server cannot read is split until the bad record stands alone (F7)", async () => {
  const { server, device, saved } = await queued(37);
  server.poison.add(saved[13].id);
  await device.uploader.poke();
  assert.equal(server.operations.size, 36);
  const [left] = await device.outbox.list(GUARD);
  assert.equal(left.id, saved[13].id);
  assert.deepEqual(left.trouble, { status: 400, times: 1 });
  const deliveries = server.deliveries.length;
  await device.uploader.poke(true);
  assert.equal(server.deliveries.length, deliveries, "it is not tried again at once");
});

test("a proxy that refuses big bodies gets smaller ones", async () => {
  const { server, device } = await queued(60);
  server.fault = (request) => (request.path.endsWith("/operations/") && JSON.parse(request.body).operations.length > 10 ? "413" : null);
  await device.uploader.poke();
  assert.equal(server.operations.size, 60);
});

test("a batch that breaks the server every time is split after three tries", async () => {
  const { server, device, saved } = await queued(8);
  const bad = saved[5].id;
  server.fault = (request) => (request.path.endsWith("/operations/") && request.body.includes(bad) ? "500" : null);
  for (let n = 0; n < 3; n += 1) await device.uploader.poke(true);
  assert.equal(server.operations.size, 7);
  assert.equal((await device.outbox.counts(GUARD)).records, 1);
});
