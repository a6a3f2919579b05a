import assert from "node:assert/strict";
import test from "node:test";
import { fromMap, percent, rounded, toMap } from "../../static/js/desk/plan_coordinates.js";
import { offsetOf, relative } from "../../static/js/desk/times.js";

const english = new Intl.RelativeTimeFormat("en", { numeric: "always" });

test("relative times use the largest whole unit", () => {
  assert.equal(relative(-20, english, "just now"), "just now");
  assert.equal(relative(-60, english, ""), "1 minute ago");
  assert.equal(relative(-3 * 3600 - 60, english, ""), "3 hours ago");
  assert.equal(relative(2 * 86400, english, ""), "in 2 days");
  assert.equal(relative(-90 * 86400, english, ""), null);
});

test("offsets of zones follow the date", () => {
  assert.equal(offsetOf("Asia/Shanghai", new Date("2026-07-01T00:00:00Z")), 480);
  assert.equal(offsetOf("America/New_York", new Date("2026-01-01T00:00:00Z")), -300);
  assert.equal(offsetOf("America/New_York", new Date("2026-07-01T00:00:00Z")), -240);
  assert.equal(offsetOf("Asia/Kathmandu", new Date("2026-07-01T00:00:00Z")), 345);
});

test("plan coordinates survive the way to the map and back, and never leave the plan", () => {
  const size = { width: 1000, height: 400 };
  const [lat, lng] = toMap(0.25, 0.1, size);
  assert.deepEqual(fromMap({ lat, lng }, size).map(rounded), [0.25, 0.1]);
  assert.deepEqual(fromMap({ lat: 900, lng: -4 }, size), [0, 0]);
  assert.equal(percent(0.12345), 12.35);
});
