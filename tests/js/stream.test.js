import assert from "node:assert/strict";
import test from "node:test";
import { Stream } from "../../static/js/desk/stream.js";

globalThis.location = { href: "https://desk.example/" };

/** Tabs of one browser: a shared channel, a lock queue, and event sources under our control. */
function browser() {
  const channels = new Set();
  const queue = [];
  const sources = [];
  class Channel {
    constructor(name) { this.name = name; channels.add(this); }
    postMessage(data) { for (const other of channels) if (other !== this && other.name === this.name) other.onmessage?.({ data }); }
  }
  class Source {
    constructor(url) { this.url = url; this.readyState = 0; this.handlers = {}; sources.push(this); }
    addEventListener(type, handler) { this.handlers[type] = handler; }
    close() { this.readyState = 2; }
    open() { this.readyState = 1; this.onopen(); }
    send(id, data) { this.onmessage({ lastEventId: id, data: JSON.stringify(data) }); }
    fail(readyState) { this.readyState = readyState; this.onerror(); }
  }
  const lock = { request: (name, callback) => { queue.push(callback); if (queue.length === 1) callback(); } };
  const tab = (after = "100-0", person = "7") => new Stream({ url: "/stream/", after, person, lock, Source, Channel });
  const closeLeader = () => { queue.shift(); queue[0]?.(); };
  return { tab, sources, closeLeader };
}

function ear(stream) {
  const heard = { events: [], states: [], resyncs: 0 };
  stream.subscribe({
    onEvent: (event) => heard.events.push(event),
    onState: (state) => heard.states.push(state),
    onResync: () => { heard.resyncs += 1; },
  });
  return heard;
}

test("several tabs hold one event source and all of them hear", () => {
  const { tab, sources } = browser();
  const [first, second] = [ear(tab()), ear(tab())];
  assert.equal(sources.length, 1);
  sources[0].open();
  sources[0].send("200-0", { topic: "site:1", kind: "rounds", ids: {} });
  assert.deepEqual(first.events, second.events);
  assert.equal(first.events[0].kind, "rounds");
  assert.equal(second.states.at(-1), "open");
});

test("the next tab takes over where the last event was", () => {
  const { tab, sources, closeLeader } = browser();
  ear(tab("100-0"));
  const second = ear(tab("90-0"));
  sources[0].open();
  sources[0].send("250-3", { topic: "site:1", kind: "cases", ids: {} });
  closeLeader();
  assert.equal(sources.length, 2);
  assert.equal(new URL(sources[1].url).searchParams.get("after"), "250-3");
  assert.equal(second.events.length, 1);
});

test("a new page starts from the moment it was made", () => {
  const { tab, sources } = browser();
  ear(tab("1795381324098-0"));
  assert.equal(new URL(sources[0].url).searchParams.get("after"), "1795381324098-0");
});

test("a refused stream makes all tabs poll, and it is tried again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { tab, sources } = browser();
  const [first, second] = [ear(tab()), ear(tab())];
  sources[0].fail(2);
  assert.equal(first.states.at(-1), "polling");
  assert.equal(second.states.at(-1), "polling");
  t.mock.timers.tick(5000);
  assert.equal(sources.length, 2);
  sources[1].open();
  assert.equal(second.states.at(-1), "open");
});

test("a short break is waited out before polling starts", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { tab, sources } = browser();
  const heard = ear(tab());
  sources[0].open();
  for (let seconds = 0; seconds < 3; seconds += 1) { sources[0].fail(0); t.mock.timers.tick(1000); }   // the browser retries by itself
  assert.equal(heard.states.at(-1), "open");
  for (let seconds = 0; seconds < 10; seconds += 1) { sources[0].fail(0); t.mock.timers.tick(1000); }
  assert.equal(heard.states.at(-1), "polling");
});

test("the server says when live updates are out of order, when to fetch everything, and when the session ended", () => {
  const { tab, sources } = browser();
  const heard = ear(tab());
  sources[0].open();
  sources[0].handlers.state({ data: '{"live": false}' });
  assert.equal(heard.states.at(-1), "polling");
  sources[0].handlers.resync({});
  assert.equal(heard.resyncs, 1);
  sources[0].handlers["signed-out"]({});
  assert.equal(heard.states.at(-1), "signed-out");
  assert.equal(sources[0].readyState, 2);
});

test("two people on one browser never hear each other", () => {
  const { tab, sources } = browser();
  const mine = ear(tab("1-0", "7"));
  const theirs = ear(tab("1-0", "8"));
  sources[0].open();
  sources[0].send("2-0", { topic: "person:7", kind: "notifications", ids: {} });
  assert.equal(mine.events.length, 1);
  assert.equal(theirs.events.length, 0);
});
