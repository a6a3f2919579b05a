import assert from "node:assert/strict";
import test from "node:test";
import { FakeServer } from "./fake_server.mjs";
import { phone, putScans, restarted } from "./phone.mjs";

const NEW = 13;
const OWN = "a sentence nobody guesses";

test("a one-time password is noticed, outlives a restart, and holds up nothing that waits", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1003", "told-once");
  assert.equal(device.session.mustChoose, true);
  assert.equal(await device.bundle.refresh(NEW), false, "the server gives no work yet");
  await putScans(device, NEW, 2);
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 2);
  const again = await restarted(device, server);
  assert.deepEqual([again.session.mustChoose, again.session.asksCurrent], [true, true], "the one-time password is not kept");
});

test("the password just signed in with need not be typed again; then work comes", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1003", "told-once");
  assert.equal(device.session.asksCurrent, false);
  assert.deepEqual(await device.session.choosePassword(OWN), { ok: true });
  assert.equal(device.session.mustChoose, false);
  await device.bundle.restore(NEW);
  assert.equal(await device.bundle.refresh(NEW), true);
  const again = await restarted(device, server);
  assert.equal(again.session.mustChoose, false);
});

test("what is wrong comes as codes by field; a wrong one-time password is asked for again", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1003", "told-once");
  assert.deepEqual(await device.session.choosePassword("short"), { ok: false, reason: "invalid", codes: { password: ["password_too_short"] } });
  assert.equal(device.session.asksCurrent, false);
  assert.deepEqual((await device.session.choosePassword(OWN, "guessed")).codes, { current: ["password_wrong"] });
  assert.equal(device.session.asksCurrent, true);
});

test("without a network, or when the session ended meanwhile, nothing is taken for done and nothing is lost", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1003", "told-once");
  await putScans(device, NEW, 1);
  server.fault = () => "cut_request";
  assert.equal((await device.session.choosePassword(OWN)).reason, "offline");
  assert.equal(device.session.mustChoose, true);
  server.fault = (request) => (request.path.endsWith("/password/") ? "cut_response" : null);
  assert.equal((await device.session.choosePassword(OWN)).reason, "offline", "the answer was lost after the change");
  server.fault = () => null;
  server.sessions.clear(); // so was the new session key
  assert.equal((await device.session.choosePassword(OWN)).reason, "signin");
  await device.session.signIn("1003", OWN);
  assert.equal(device.session.mustChoose, false);
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 1);
});

test("reset by a supervisor in mid-shift: what was recorded is sent after signing in, before choosing", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1001", "correct horse");
  await putScans(device, 11, 3);
  Object.assign(server.people[0], { password: "told-once", oneTime: true });
  server.sessions.clear();
  await device.uploader.poke(true);
  assert.equal(device.session.state, "expired");
  assert.equal(device.session.mustChoose, false, "work goes on meanwhile");
  await device.session.signIn("1001", "told-once");
  await device.uploader.poke(true);
  assert.equal(server.operations.size, 3);
  assert.equal(device.session.mustChoose, true);
});

test("chosen at the desk meanwhile: the next contact says so", async () => {
  const server = new FakeServer();
  const device = await phone({ server });
  await device.session.signIn("1003", "told-once");
  server.people.find((person) => person.id === NEW).oneTime = false;
  await device.session.confirm();
  assert.equal(device.session.mustChoose, false);
});
