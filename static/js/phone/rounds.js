/** Today's rounds as this phone knows them: the server's word, and what was done here since. */

const DONE = new Set(["patrols.scan", "patrols.cannot_scan"]);

/**
 * The points of a round with what happened at each.
 *
 * @returns {{points: {checkpoint: object, state: "todo"|"done"|"cannot", at: number|null,
 *   abnormal: boolean, visit: object|null, checkOpen: boolean}[], done: number, total: number,
 *   next: object|null}} `next` is the first point to do, in the round's order
 */
export function progress(round, bundle, visits) {
  const here = visits.filter((visit) => visit.round_id === round.id && DONE.has(visit.kind)).sort((a, b) => a.at - b.at);
  const seen = new Set(round.visited ?? []);
  const points = (round.points ?? []).map((id) => {
    const checkpoint = bundle.checkpoint(id) ?? { id, code: String(id), name: "", place: "", checklist_version_id: null };
    const mine = here.filter((visit) => visit.checkpoint_id === id);
    const visit = mine.find((one) => one.kind === "patrols.scan") ?? mine.at(-1) ?? null;
    const scanned = seen.has(id) || visit?.kind === "patrols.scan";
    const checkOpen = mine.some((one) => one.check === "todo");
    return {
      checkpoint, visit, checkOpen,
      state: scanned ? "done" : visit ? "cannot" : "todo",
      at: visit?.at ?? null,
      abnormal: mine.some((one) => one.abnormal),
    };
  });
  const done = points.filter((point) => point.state !== "todo").length;
  return { points, done, total: points.length, next: points.find((point) => point.state === "todo") ?? null };
}

/** How a round stands at `now` (ms): the server's status, moved on by time and by this phone's work. */
export function standing(round, { done, total }, now) {
  if (total > 0 && done >= total) return "completed";
  const closes = Date.parse(round.closes_at);
  const due = Date.parse(round.due_end);
  const opens = Date.parse(round.opens_at ?? round.due_start);
  if (now > closes) return done > 0 ? "partial" : "missed";
  if (now > due) return "late";
  if (now < opens) return "soon";
  return done > 0 || round.status === "running" ? "running" : "due";
}

const ORDER = { running: 0, late: 1, due: 2, soon: 3, partial: 4, missed: 5, completed: 6 };

/** Today's rounds with their standing, what can be walked now first. */
export function today(bundle, visits, now) {
  return bundle.rounds
    .map((round) => {
      const stand = progress(round, bundle, visits);
      return { round, ...stand, standing: standing(round, stand, now) };
    })
    .sort((a, b) => ORDER[a.standing] - ORDER[b.standing] || Date.parse(a.round.due_start) - Date.parse(b.round.due_start));
}

export const OPEN = new Set(["running", "late", "due"]);

/** The round a visit of this point belongs to: the one walked now, else an open one that still lacks it. */
export function roundOf(checkpointId, bundle, visits, now, preferred = null) {
  const candidates = today(bundle, visits, now).filter((entry) => entry.round.points.includes(checkpointId));
  const chosen = candidates.find((entry) => String(entry.round.id) === String(preferred));
  if (chosen) return chosen.round;
  const open = candidates.filter((entry) => OPEN.has(entry.standing));
  const lacking = open.find((entry) => entry.points.some((point) => point.checkpoint.id === checkpointId && point.state === "todo"));
  return (lacking ?? open[0])?.round ?? null;
}
