import assert from "node:assert/strict";
import test from "node:test";
import { Clock } from "../../static/js/phone/clock.js";
import { idMaker } from "../../static/js/phone/ids.js";

const TRUE = Date.parse("2026-11-22T14:00:00Z");
const DAY = 86_400_000;

/** A phone whose wall clock is wrong by `error`, in a world that passes `tick` by hand. */
function world(error = 0) {
  const state = { now: TRUE, mono: 5_000, error };
  const clock = new Clock({ wall: () => state.now + state.error, mono: () => state.mono });
  const pass = (ms) => {
    state.now += ms;
    state.mono += ms;
  };
  const ask = (there = 40, back = 40) => async () => {
    pass(there);
    const server = state.now;
    pass(back);
    return server;
  };
  return { state, clock, pass, ask };
}

for (const [name, error] of [["right", 0], ["a day ahead", DAY], ["a day behind", -DAY], ["in 1970", -TRUE], ["in 2099", Date.parse("2099-01-01") - TRUE]]) {
  test(`a clock that is ${name} is corrected within two seconds (F10)`, async () => {
    const { state, clock, pass, ask } = world(error);
    await clock.handshake(ask(900, 900));
    pass(45 * 60_000);
    const stamp = clock.stamp();
    assert.ok(Math.abs(Date.parse(stamp.made_at) + stamp.offset_ms - state.now) < 2_000);
    assert.equal(stamp.offset_age_ms, 45 * 60_000);
    assert.equal(new Date(stamp.made_at).getTime(), state.now + error);
  });
}

test("half of the round trip is taken off", async () => {
  const { clock, ask } = world(7_000);
  await clock.handshake(ask(300, 300));
  assert.equal(clock.offset(), -7_000);
});

test("never measured means no offset, not zero", () => {
  const { clock } = world(DAY);
  assert.deepEqual([clock.stamp().offset_ms, clock.stamp().offset_age_ms], [null, null]);
});

test("a clock set back in mid-shift is corrected by the monotonic one (F11)", async () => {
  const { state, clock, pass, ask } = world();
  await clock.handshake(ask());
  pass(60_000);
  state.error = -3 * 3_600_000;
  pass(60_000);
  const stamp = clock.stamp();
  assert.ok(Math.abs(Date.parse(stamp.made_at) + stamp.offset_ms - state.now) < 2_000);
  assert.ok(clock.stale, "and measured again at the next contact");
});

test("a clock that runs ahead may be a phone that slept: told by the next handshake, not guessed (F11)", async () => {
  const { state, clock, pass, ask } = world();
  await clock.handshake(ask());
  state.now += 3_600_000; // slept: the monotonic clock stood still
  pass(1_000);
  assert.equal(clock.drift(), 0);
  assert.ok(Math.abs(clock.now() - state.now) < 2_000);
  assert.equal((await clock.handshake(ask())).jumped, false);
  state.error = DAY;
  assert.equal((await clock.handshake(ask())).jumped, true);
});

for (const [name, jump] of [["forward", 3 * 3_600_000], ["back", -3 * 3_600_000], ["a little forward", 30_000]]) {
  test(`set ${name} within a page life: the record and the sending say enough to correct it (F11)`, async () => {
    const { state, clock, pass, ask } = world();
    await clock.handshake(ask());
    pass(60_000);
    state.error = jump;
    pass(60_000);
    const stamp = clock.stamp();
    const really = state.now;
    assert.equal(stamp.ahead_ms, jump);
    assert.equal(clock.reading(), null, "the clocks disagree: measure before sending");
    assert.ok(clock.stale);
    pass(5_000);
    await clock.handshake(ask());
    const sent = clock.reading();
    assert.equal(sent.page, stamp.page);
    const elapsed = sent.mono_ms - stamp.mono_ms;
    assert.ok(Math.abs(Date.parse(sent.at) + sent.offset_ms - elapsed - really) < 2_000);
  });
}

test("nothing to say of the clocks before this page life has measured", async () => {
  const { state, clock } = world();
  clock.restore({ offset: 5, wall: state.now - 1_000, rtt: 10 });
  assert.deepEqual([clock.ahead(), clock.stamp().ahead_ms, clock.reading()], [null, null, null]);
});

test("a measurement survives a restart with its age on the wall clock", async () => {
  const { state, clock, pass, ask } = world(DAY);
  await clock.handshake(ask());
  pass(600_000);
  const next = new Clock({ wall: () => state.now + state.error, mono: () => 100 });
  next.restore(clock.saved());
  assert.equal(next.stamp().offset_ms, -DAY);
  assert.equal(next.stamp().offset_age_ms, 600_000);
  assert.notEqual(next.page, clock.page);
  assert.ok(next.stale);
});

test("an answer without a time changes nothing", async () => {
  const { clock, ask } = world(500);
  await clock.handshake(ask());
  await clock.handshake(async () => NaN);
  assert.equal(clock.offset(), -500);
});

test("ids are canonical UUIDv7, carry their time, and rise within a millisecond", () => {
  const make = idMaker();
  const ids = Array.from({ length: 5_000 }, () => make(TRUE));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(parseInt(ids[0].replaceAll("-", "").slice(0, 12), 16) - TRUE < 5);
  assert.ok(idMaker()(-5) < idMaker()(1_000));
});
