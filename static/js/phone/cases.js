/** Cases as this phone knows them: the server's word, and what was done here since. */

/** On the way forward, in order; `REACHES` is what each event leads to at least. */
const WAY = ["assigned", "accepted", "on_way", "on_site", "done"];
const REACHES = { accept: "accepted", leave: "on_way", arrive: "on_site", finish: "done" };
const STEPS = Object.keys(REACHES);
const ACTS = new Set(["incidents.dispatch", "incidents.step", "incidents.act", "incidents.note", "incidents.help"]);
/** What the server has not taken into the case: the person is told, with the words of the receipt. */
const TURNED = new Set(["dispatch_ended", "moved_on", "not_taken", "merged"]);

/** What was done here with a case, oldest first. */
export function ownActs(entry, visits) {
  return visits.filter((visit) => ACTS.has(visit.kind) && visit.case_id === entry.id).sort((a, b) => a.at - b.at);
}

/** Own acts that the case as it was fetched does not contain yet. */
export function pending(entry, visits, fetchedAt) {
  const known = new Set((entry.lines ?? []).map((line) => line.operation).filter(Boolean));
  return ownActs(entry, visits).filter((act) => !known.has(act.id) && (act.state === "saved" || act.at > (fetchedAt ?? 0)));
}

/** Own acts the server could not carry out: their words stand in the timeline. */
export function turnedDown(entry, visits) {
  return ownActs(entry, visits).filter((act) => (act.reasons ?? []).some((reason) => TURNED.has(reason)) || act.state === "quarantined");
}

/**
 * How far the person is with a case: the server's state, moved on by what was done here.
 *
 * @returns {{state: string, next: string|null, isPending: boolean}|null} null when they were not sent
 */
export function standingOf(entry, visits, fetchedAt = null) {
  const { dispatch } = entry;
  if (!dispatch) return null;
  const mine = pending(entry, visits, fetchedAt).filter((act) => act.kind === "incidents.dispatch" && act.dispatch_id === dispatch.id);
  if (mine.some((act) => act.event === "decline") && WAY.indexOf(dispatch.state) < WAY.indexOf("on_site")) return { state: "declined", next: null, isPending: true };
  const reached = mine.map((act) => WAY.indexOf(REACHES[act.event]));
  const at = Math.max(WAY.indexOf(dispatch.state), ...reached);
  return { state: WAY[at], next: STEPS[at] ?? null, isPending: at > WAY.indexOf(dispatch.state) };
}

/** Cases by whose they are; what the person was sent to and has not ended comes first. */
export function sorted(bundle, visits) {
  const all = bundle.cases.map((entry) => ({ entry, standing: standingOf(entry, visits, bundle.fetchedAt) }));
  const active = ({ standing }) => (standing !== null && standing.next !== null ? 0 : 1);
  const mine = all.filter(({ entry }) => entry.is_mine).sort((a, b) => active(a) - active(b));
  return { mine, others: all.filter(({ entry }) => !entry.is_mine) };
}

/** Dispatches that wait to be accepted and that this phone has not announced yet. */
export function calls(bundle, visits, announced) {
  return bundle.cases.filter((entry) => standingOf(entry, visits, bundle.fetchedAt)?.next === "accept" && !announced.has(entry.dispatch.id));
}

/** Cases the person was bound by before and is no longer, without having said so here: called back, or settled by others. */
export function calledOff(before, bundle, visits) {
  const still = new Set(bundle.cases.filter((entry) => entry.dispatch).map((entry) => entry.dispatch.id));
  const ended = new Set(visits.filter((act) => act.kind === "incidents.dispatch" && ["finish", "decline"].includes(act.event)).map((act) => act.dispatch_id));
  return before.filter((entry) => entry.dispatch && !still.has(entry.dispatch.id) && !ended.has(entry.dispatch.id));
}

/** The time that counts now, for a countdown: until accepted, until on the scene, until settled. */
export function dueOf(entry, standing) {
  if (standing?.state === "assigned") return { what: "accept", at: Date.parse(entry.dispatch.answer_by) };
  if (entry.response_due_at) return { what: entry.response_is_arrival ? "arrival" : "response", at: Date.parse(entry.response_due_at) };
  return entry.due_at ? { what: "due", at: Date.parse(entry.due_at) } : null;
}

/** Minutes left until `at`, negative when it is over. */
export function minutesLeft(at, now) {
  return at >= now ? Math.ceil((at - now) / 60_000) : -Math.ceil((now - at) / 60_000);
}

/** Is a field left empty? */
const isEmpty = (value) => value === undefined || value === null || value === "";

/** The fields of a form that are demanded and still lack something. */
export function lacking(fields, values, photos) {
  return fields.filter((field) => {
    if (!field.demanded) return false;
    if (field.kind === "photos") return photos.length === 0;
    if (field.kind === "check") return false;
    return isEmpty(typeof values[field.path] === "string" ? values[field.path].trim() : values[field.path]);
  }).map((field) => field.path);
}

/** What is sent of a form: the values that were changed, and what stood in their place when it was drawn. */
export function wireValues(fields, values) {
  const sent = {};
  const shown = {};
  for (const { path, kind, value: before = "" } of fields) {
    const value = values[path];
    if (kind === "photos" || value === undefined || value === before) continue;
    if (kind === "note" && isEmpty(String(value).trim())) continue;
    sent[path] = typeof value === "string" ? value.trim() : value;
    if (kind !== "note") shown[path] = before;
  }
  return { values: sent, shown };
}
