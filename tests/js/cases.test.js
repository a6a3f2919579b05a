import assert from "node:assert/strict";
import test from "node:test";
import { Bundle } from "../../static/js/phone/bundle.js";
import { calledOff, calls, dueOf, lacking, minutesLeft, pending, sorted, standingOf, turnedDown, wireValues } from "../../static/js/phone/cases.js";
import { Live } from "../../static/js/phone/live.js";
import { Records } from "../../static/js/phone/records.js";
import { Recorder } from "../../static/js/phone/voice.js";
import { FakeServer } from "./fake_server.mjs";
import { phone } from "./phone.mjs";

const NOW = Date.parse("2026-11-26T10:00:00Z");
const iso = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const entry = (more = {}) => ({
  id: 7, number: "EV-7", title: "Dispute", is_mine: true, lines: [], steps: [], acts: [{ code: "call_119", label: "119 called", call: "119", fields: [] }],
  dispatch: { id: 3, state: "assigned", answer_by: iso(2) }, response_due_at: iso(5), due_at: iso(60), ...more,
});
const act = (event, minutes, more = {}) => ({ id: `${event}${minutes}`, kind: "incidents.dispatch", case_id: 7, dispatch_id: 3, event, at: NOW + minutes * 60_000, state: "saved", ...more });

test("what was said here leads on at once, in whatever order it is kept", () => {
  const acts = [act("arrive", 3), act("accept", 1), act("leave", 2)];
  assert.deepEqual(standingOf(entry(), acts, NOW), { state: "on_site", next: "finish", isPending: true });
  assert.deepEqual(standingOf(entry(), [], NOW), { state: "assigned", next: "accept", isPending: false });
  assert.equal(standingOf(entry(), [act("finish", 1)], NOW).next, null);
});

test("the server being further than this phone is never taken back", () => {
  const there = entry({ dispatch: { id: 3, state: "on_site", answer_by: iso(2) } });
  assert.deepEqual(standingOf(there, [act("leave", 1)], NOW), { state: "on_site", next: "finish", isPending: false });
  assert.equal(standingOf(there, [act("decline", 1)], NOW).state, "on_site", "who is on site cannot decline any more");
});

test("a decline ends it here before the server has it; another dispatch of the case is another matter", () => {
  assert.deepEqual(standingOf(entry(), [act("decline", 1)], NOW), { state: "declined", next: null, isPending: true });
  assert.equal(standingOf(entry(), [act("decline", 1, { dispatch_id: 2 })], NOW).state, "assigned");
  assert.equal(standingOf(entry({ dispatch: null }), [act("accept", 1)], NOW), null);
});

test("what the fetched case contains is not shown twice", () => {
  const sent = act("accept", 1, { state: "accepted" });
  assert.equal(pending(entry(), [sent], NOW).length, 1, "sent after the case was fetched");
  assert.equal(pending(entry({ lines: [{ operation: sent.id }] }), [sent], NOW).length, 0);
  assert.equal(pending(entry(), [sent], NOW + 600_000).length, 0, "settled before the case was fetched");
  assert.equal(pending(entry(), [act("accept", 1)], NOW + 600_000).length, 1, "still waits");
});

test("what the server could not carry out is told", () => {
  const kept = act("arrive", 1, { state: "flagged", reasons: ["dispatch_ended"] });
  assert.deepEqual(turnedDown(entry(), [kept, act("leave", 1, { state: "flagged", reasons: ["clock"] })]), [kept]);
});

test("own cases with something to say come first", () => {
  const bundle = new Bundle({});
  bundle.data = { cases: [entry({ id: 1, dispatch: null }), entry({ id: 2 }), entry({ id: 3, is_mine: false, dispatch: null })] };
  const { mine, others } = sorted(bundle, []);
  assert.deepEqual(mine.map((one) => one.entry.id), [2, 1]);
  assert.deepEqual(others.map((one) => one.entry.id), [3]);
});

test("a call is announced once", () => {
  const bundle = new Bundle({});
  bundle.data = { cases: [entry()] };
  const announced = new Set();
  assert.equal(calls(bundle, [], announced).length, 1);
  announced.add(3);
  assert.equal(calls(bundle, [], announced).length, 0);
  assert.equal(calls(bundle, [act("accept", 0)], new Set()).length, 0);
});

test("who is called back is told, unless they had ended it themselves", () => {
  const bundle = new Bundle({});
  bundle.data = { cases: [entry({ dispatch: null }), entry({ id: 8, dispatch: { id: 4, state: "accepted" } })] };
  const before = [entry(), entry({ id: 8, dispatch: { id: 4, state: "assigned" } })];
  assert.deepEqual(calledOff(before, bundle, []).map((one) => one.id), [7]);
  assert.deepEqual(calledOff(before, bundle, [act("finish", 1)]), []);
  assert.deepEqual(calledOff([], bundle, []), []);
});

test("the limit that counts now: accept, then on the scene, then settled", () => {
  assert.equal(dueOf(entry(), { state: "assigned" }).what, "accept");
  assert.equal(dueOf(entry(), { state: "accepted" }).what, "response");
  assert.equal(dueOf(entry({ response_is_arrival: true }), { state: "accepted" }).what, "arrival");
  assert.equal(dueOf(entry({ response_due_at: null }), null).what, "due");
  assert.equal(dueOf(entry({ response_due_at: null, due_at: null }), null), null);
  assert.deepEqual([minutesLeft(NOW + 61_000, NOW), minutesLeft(NOW - 1, NOW)], [2, -1]);
});

const FIELDS = [
  { path: "resolution", kind: "long", demanded: true, value: "" }, { path: "facts.needs_visit", kind: "check", demanded: true, value: true },
  { path: "photos", kind: "photos", demanded: true }, { path: "note", kind: "note", demanded: false },
];

test("a form lacks what is demanded and empty; blanks are empty, a box may stay open", () => {
  assert.deepEqual(lacking(FIELDS, { resolution: "  " }, []), ["resolution", "photos"]);
  assert.deepEqual(lacking(FIELDS, { resolution: "Dried", "facts.needs_visit": false }, ["a"]), []);
});

test("only what was changed is sent, with what had stood there", () => {
  const { values, shown } = wireValues(FIELDS, { resolution: " Dried ", "facts.needs_visit": true, note: "  " });
  assert.deepEqual([values, shown], [{ resolution: "Dried" }, { resolution: "" }]);
  assert.deepEqual(wireValues(FIELDS, { "facts.needs_visit": false, note: "x" }), { values: { "facts.needs_visit": false, note: "x" }, shown: { "facts.needs_visit": true } });
});

test("acts of a case are saved as the contract says, a call for help outside before everything else", async () => {
  const server = new FakeServer({ now: () => NOW });
  const device = await phone({ server });
  await device.session.signIn("1001", "correct horse");
  const records = new Records({ ...device, visits: () => [] });
  await records.dispatch(11, entry(), { event: "accept" });
  await records.caseNote(11, entry(), { text: "Two people", photos: [] });
  await records.caseAct(11, entry(), entry().acts[0]);
  const batch = await device.outbox.batch(11, 10);
  assert.deepEqual(batch.map(({ wire }) => [wire.kind, wire.body]), [
    ["incidents.act", { case_id: 7, act: "call_119", values: {} }],
    ["incidents.dispatch", { case_id: 7, dispatch_id: 3, event: "accept", note: "" }],
    ["incidents.note", { case_id: 7, text: "Two people" }],
  ]);
  const visits = await device.store.getAll("visits");
  assert.deepEqual(visits.map((visit) => visit.case_id), [7, 7, 7]);
});

class Source {
  static made = [];
  constructor(url) {
    Object.assign(this, { url, readyState: 0, handlers: {} });
    Source.made.push(this);
  }
  addEventListener(type, handler) {
    this.handlers[type] = handler;
  }
  close() {
    this.readyState = 2;
  }
}

function timers() {
  const waiting = [];
  return { waiting, setTimeout: (work, ms) => waiting.push({ work, ms }), clearTimeout: (index) => index && (waiting[index - 1].work = () => {}), run: () => waiting.splice(0).forEach(({ work }) => work()) };
}

test("news of interest is fetched once, however many events tell it; a lost stream comes back and catches up", () => {
  Source.made = [];
  const clock = timers();
  let news = 0;
  const live = new Live({ onNews: () => (news += 1), isOfInterest: ({ kind }) => kind === "dispatch", Source, timers: clock });
  live.open(["site:1", "person:2"]);
  live.open(["person:2", "site:1"]);
  assert.deepEqual(Source.made.map((one) => one.url), ["/stream/?topics=person%3A2%2Csite%3A1"]);
  const [first] = Source.made;
  first.onopen();
  for (const kind of ["scans", "dispatch", "dispatch"]) first.onmessage({ data: JSON.stringify({ kind }) });
  clock.run();
  assert.equal(news, 1);
  first.readyState = 2;
  first.onerror();
  clock.run();
  assert.equal(Source.made.length, 2);
  Source.made[1].onopen();
  clock.run();
  assert.equal(news, 2);
  live.close();
  assert.equal(Source.made[1].readyState, 2);
});

/** A browser's recorder under our control. */
function studio() {
  const scope = { now: 0, ticks: [], performance: { now: () => scope.now }, setInterval: (work) => scope.ticks.push(work), clearInterval: () => (scope.ticks = []), released: 0 };
  scope.navigator = { mediaDevices: { getUserMedia: async () => ({ getTracks: () => [{ stop: () => (scope.released += 1) }] }) } };
  scope.MediaRecorder = class extends EventTarget {
    static isTypeSupported = (type) => type === "audio/mp4";
    constructor(media, { mimeType }) {
      super();
      Object.assign(this, { mimeType, state: "inactive" });
    }
    start() {
      this.state = "recording";
    }
    stop() {
      this.state = "inactive";
      this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob(["sound"]) }));
      this.dispatchEvent(new Event("stop"));
    }
  };
  return scope;
}

test("a recording ends with its bytes and lets the microphone go", async () => {
  const scope = studio();
  const seen = [];
  const recorder = new Recorder({ onTick: (seconds) => seen.push(seconds), scope });
  await recorder.start();
  scope.now = 4_000;
  scope.ticks.forEach((tick) => tick());
  const { bytes, type, seconds } = await recorder.stop();
  assert.deepEqual([new TextDecoder().decode(bytes), type, seconds, seen], ["sound", "audio/mp4", 4, [4]]);
  assert.deepEqual([recorder.isRunning, scope.released], [false, 1]);
});

test("a recording is full after two minutes", async () => {
  const scope = studio();
  const recorder = new Recorder({ onTick: () => {}, scope });
  let isFull = false;
  recorder.onFull = () => (isFull = true);
  await recorder.start();
  scope.now = 119_000;
  scope.ticks.forEach((tick) => tick());
  assert.equal(isFull, false);
  scope.now = 120_000;
  scope.ticks.forEach((tick) => tick());
  assert.equal(isFull, true);
});
