import assert from "node:assert/strict";
import test from "node:test";
import { Bundle } from "../../static/js/phone/bundle.js";
import { pointOf, tokenOf, typedPoint } from "../../static/js/phone/codes.js";
import { OPEN, progress, roundOf, standing, today } from "../../static/js/phone/rounds.js";
import { FakeServer } from "./fake_server.mjs";
import { phone } from "./phone.mjs";
import { sampleDay, token } from "./sample_day.mjs";
import { Records } from "../../static/js/phone/records.js";

const NOW = Date.parse("2026-11-22T14:00:00Z");

function day() {
  const bundle = new Bundle({});
  bundle.data = sampleDay(NOW);
  return bundle;
}
const visit = (checkpoint_id, more = {}) => ({ id: `v${checkpoint_id}`, kind: "patrols.scan", round_id: 1, checkpoint_id, at: NOW - 1000, ...more });

test("a round shows what the server knows and what this phone did since", () => {
  const bundle = day();
  const stand = progress(bundle.round(1), bundle, [visit(104, { check: "todo" }), visit(105, { kind: "patrols.cannot_scan" })]);
  assert.deepEqual(stand.points.map((point) => point.state), ["done", "done", "done", "done", "cannot", "todo"]);
  assert.equal(stand.done, 5);
  assert.equal(stand.next.checkpoint.code, "B1-01");
  assert.equal(stand.points[3].checkOpen, true);
});

test("a visit counts in its own round only", () => {
  const bundle = day();
  assert.equal(progress(bundle.round(2), bundle, [visit(104)]).done, 0);
});

test("offline, a round goes from later to due, late and missed by the clock alone", () => {
  const round = day().round(2);
  const none = { done: 0, total: 3 };
  const hour = 3_600_000;
  assert.deepEqual([NOW, NOW + 2.1 * hour, NOW + 2.8 * hour, NOW + 4 * hour].map((at) => standing(round, none, at)), ["soon", "due", "late", "missed"]);
  assert.equal(standing(round, { done: 1, total: 3 }, NOW + 4 * hour), "partial");
  assert.equal(standing(round, { done: 3, total: 3 }, NOW + 4 * hour), "completed");
});

test("what can be walked now comes first", () => {
  const entries = today(day(), [], NOW);
  assert.equal(entries[0].round.id, 1);
  assert.ok(OPEN.has(entries[0].standing));
  assert.equal(entries.at(-1).standing, "completed");
});

test("a scan without a chosen round goes to the open round that still lacks the point", () => {
  const bundle = day();
  assert.equal(roundOf(104, bundle, [], NOW).id, 1);
  assert.equal(roundOf(104, bundle, [], NOW, 2).id, 2, "the chosen round wins");
  assert.equal(roundOf(999, bundle, [], NOW), null);
});

test("labels are recognised as an address of any host, or bare", () => {
  for (const text of [`https://example.org/c/${token(104)}`, `http://10.0.0.5:8000/c/${token(104)}/`, `/c/${token(104)}?x=1`, ` ${token(104)} `]) assert.equal(tokenOf(text), token(104));
  for (const text of ["https://example.org/", "WIFI:S:guest;;", "", null, "https://example.org/c/", "javascript:alert(1)", "https://example.org/c/a b"]) assert.equal(tokenOf(text), null);
});

test("a label is believed by its hash; an older one of the same point is named as such", async () => {
  const { checkpoints } = sampleDay(NOW);
  assert.deepEqual(await pointOf(token(104), checkpoints), { checkpoint: checkpoints[3], current: true });
  assert.deepEqual(await pointOf("2w.0.forged", checkpoints), { checkpoint: checkpoints[3], current: false });
  assert.deepEqual(await pointOf("zz.1.foreign", checkpoints), { checkpoint: null, current: false });
});

test("a typed code is found whatever its case, dashes and width", () => {
  const { checkpoints } = sampleDay(NOW);
  for (const text of ["B2-07", "b207", "b2 07", "Ｂ２－０７"]) assert.equal(typedPoint(text, checkpoints)?.id, 104);
  assert.equal(typedPoint("", checkpoints), null);
  assert.equal(typedPoint("B9-99", checkpoints), null);
});

async function walking() {
  const server = new FakeServer({ bundle: () => sampleDay(Date.now()) });
  const device = await phone({ server });
  await device.session.signIn("1001", "correct horse");
  await device.bundle.restore(11);
  assert.equal(await device.bundle.refresh(11), true);
  let visits = [];
  const records = new Records({ outbox: device.outbox, bundle: device.bundle, clock: device.clock, visits: () => visits });
  const reload = async () => {
    visits = await device.store.getAll("visits");
  };
  return { server, device, records, reload };
}

test("a scanned label becomes a record with its round, and its checklist is asked for", async () => {
  const { server, device, records, reload } = await walking();
  const found = await records.look(`https://x.example/c/${token(104)}`);
  const saved = await records.scan(11, found, { method: "qr" });
  assert.equal(saved.checklist.version_id, 7);
  await reload();
  const [scan] = await device.store.getAll("visits");
  assert.equal(scan.check, "todo");
  await records.check(11, { scan, answers: [{ item_id: 1, value: "abnormal", abnormal: true, text: "leaks", photos: [] }] });
  const [after] = await device.store.getAll("visits");
  assert.deepEqual([after.check, after.abnormal], ["done", true]);
  await device.uploader.poke();
  const [first, second] = [...server.operations.values()].map((entry) => entry.op);
  assert.deepEqual(first.body, { code: token(104), checkpoint_id: 104, typed: null, method: "qr", typed_reason: null, round_id: 1, lat: null, lng: null, accuracy_m: null });
  assert.equal(second.body.scan_id, first.id);
  assert.equal(second.body.version_id, 7);
});

test("the same label read again at once is the same visit; an unknown one is recorded all the same", async () => {
  const { server, device, records, reload } = await walking();
  const found = await records.look(token(104));
  assert.equal(found.again, false);
  await records.scan(11, found, { method: "qr" });
  await reload();
  assert.equal((await records.look(token(104))).again, true);
  const strange = await records.look("zz.1.foreign");
  assert.equal(strange.checkpoint, null);
  await records.scan(11, strange, { method: "camera_url" });
  await device.uploader.poke();
  assert.deepEqual([...server.operations.values()].map((entry) => [entry.op.body.code, entry.op.body.checkpoint_id]), [[token(104), 104], ["zz.1.foreign", null]]);
});

test("a report needs no words: it then says its kind", async () => {
  const { server, device, records } = await walking();
  await records.report(11, { kind: "hazard", label: "Safety hazard", text: " ", photos: [], siteId: 1, checkpoint: null, where: "" });
  await device.uploader.poke();
  assert.equal([...server.operations.values()][0].op.body.text, "Safety hazard");
});

test("the day's work survives a restart sealed, and another person's bundle is not taken for it", async () => {
  const { server, device } = await walking();
  const again = new Bundle({ store: device.store, vault: device.vault, api: device.api, clock: device.clock });
  await again.restore(11);
  assert.equal(again.rounds.length, 4);
  await again.restore(12);
  assert.equal(again.data, null);
  server.signIn(device.name, 12);
  assert.equal(await device.bundle.refresh(11), false);
  assert.equal(device.bundle.data.person.id, 11);
});
