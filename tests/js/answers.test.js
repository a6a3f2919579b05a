import assert from "node:assert/strict";
import test from "node:test";
import { figure, isAbnormal, kindOf, missing, wireAnswers } from "../../static/js/phone/answers.js";
import { gettext, loadTexts, ngettext } from "../../static/js/phone/gettext.js";
import { parse, to } from "../../static/js/phone/router.js";

const normal = { id: 1, kind: "normal", required: true, photo: false };
const pressure = { id: 2, kind: "number", low: 0.6, high: 1.2, required: true, photo: false };
const valve = { id: 3, kind: "choice", choices: [{ value: "open" }, { value: "shut", abnormal: true }], required: true, photo: false };
const remark = { id: 4, kind: "text", required: false, photo: false };
const gauge = { id: 5, kind: "photo", required: true, photo: true };

test("abnormal is: said so, outside the range, or a choice marked abnormal", () => {
  assert.equal(isAbnormal(normal, { value: "abnormal" }), true);
  assert.equal(isAbnormal(normal, { value: "na" }), false);
  assert.deepEqual(["0.59", "0.6", "1.2", "1,21", "１.３", "x", ""].map((value) => isAbnormal(pressure, { value })), [true, false, false, true, true, false, false]);
  assert.equal(isAbnormal(valve, { value: "shut" }), true);
  assert.equal(isAbnormal(remark, { value: "anything" }), false);
});

test("an abnormal answer demands words and a photo; a full phone lets the photo go", () => {
  assert.deepEqual(missing(normal, { value: "abnormal" }), ["text", "photo"]);
  assert.deepEqual(missing(normal, { value: "abnormal", text: "leaks", photos: ["a"] }), []);
  assert.deepEqual(missing(normal, { value: "abnormal", text: "leaks" }, true), []);
  assert.deepEqual(missing(normal, undefined), ["value"]);
  assert.deepEqual(missing(pressure, { value: "much" }), ["figure"]);
  assert.deepEqual(missing(remark, undefined), []);
  assert.deepEqual(missing(gauge, { photos: [] }), ["photo"]);
});

test("answers travel as figures, without the empty ones, and say when a photo could not be kept", () => {
  const items = [normal, pressure, remark, gauge];
  const answers = { 1: { value: "abnormal", text: "leaks" }, 2: { value: "0,9" }, 5: { photos: ["a"] } };
  assert.deepEqual(wireAnswers(items, answers, "[full]"), [
    { item_id: 1, value: "abnormal", abnormal: true, text: "leaks [full]", photos: [] },
    { item_id: 2, value: 0.9, abnormal: false, text: "", photos: [] },
    { item_id: 5, value: null, abnormal: false, text: "", photos: ["a"] },
  ]);
});

test("an unknown kind of item is asked as normal or abnormal", () => {
  assert.equal(kindOf({ kind: "condition" }), "normal");
  assert.ok(Number.isNaN(figure(" ")));
});

test("texts: Chinese has one plural form, names are filled in, a missing catalogue means English", async () => {
  const answer = { ok: true, json: async () => ({ catalog: { "%(count)s record": ["%(count)s 条记录"], "Hello %(name)s": "你好,%(name)s" } }) };
  await loadTexts("/x", "zh-hans", async () => answer);
  assert.equal(ngettext("%(count)s record", "%(count)s records", 5), "5 条记录");
  assert.equal(ngettext("%(count)s photo", "%(count)s photos", 5), "5 photos");
  assert.equal(gettext("Hello %(name)s", { name: "陈" }), "你好,陈");
  assert.equal(gettext("unknown"), "unknown");
  await loadTexts("/x", "zh-hant", async () => {
    throw new TypeError("offline");
  });
  assert.equal(gettext("Hello %(name)s", { name: "陈" }), "Hello 陈");
});

test("addresses survive odd characters", () => {
  assert.deepEqual(parse(to(["point", "2w.1.a-b_c"], { round: 7, point: null })), { parts: ["point", "2w.1.a-b_c"], query: { round: "7" } });
  assert.deepEqual(parse("#/point/%E4%BD"), { parts: ["point", "%E4%BD"], query: {} });
});
