import assert from "node:assert/strict";
import test from "node:test";
import { left, stateOf } from "../../static/js/desk/countdown.js";

const UNITS = ["{n} d", "{n} h", "{n} min", "{n} s"];

test("what is left is said in its two largest units, as on the server", () => {
  const cases = [[0, "0 s"], [59, "59 s"], [60, "1 min"], [-3661, "1 h 1 min"], [7200, "2 h"], [90000, "1 d 1 h"], [86400, "1 d"], [172859, "2 d"]];
  for (const [seconds, words] of cases) assert.equal(left(seconds, UNITS), words);
});

test("a limit warns in time and is overdue after its second", () => {
  assert.equal(stateOf(601, 600), "running");
  assert.equal(stateOf(600, 600), "soon");
  assert.equal(stateOf(0, 0), "soon");
  assert.equal(stateOf(-1, 600), "overdue");
});
