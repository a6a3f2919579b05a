/** What a guard records, put together as the contract says and saved in the outbox. */
import { PRIORITY } from "./outbox.js";
import { pointOf, tokenOf, typedPoint } from "./codes.js";
import { roundOf } from "./rounds.js";

const NOWHERE = { lat: null, lng: null, accuracy_m: null };
/** A second reading of the same label within this time is the same visit. */
export const AGAIN_MS = 120_000;

export class Records {
  constructor({ outbox, bundle, clock, visits }) {
    Object.assign(this, { outbox, bundle, clock, visits });
  }

  /** What a scanned text would record, without saving it; null when it is no label of ours. */
  async look(text, preferredRound = null) {
    const token = tokenOf(text);
    if (!token) return null;
    const { checkpoint, current } = await pointOf(token, this.bundle.checkpoints());
    return { token, checkpoint, current, ...this.#context(checkpoint, preferredRound) };
  }

  /** What a typed code would record. */
  lookTyped(typed, preferredRound = null) {
    const checkpoint = typedPoint(typed, this.bundle.checkpoints());
    return { typed: typed.trim(), checkpoint, current: true, ...this.#context(checkpoint, preferredRound) };
  }

  #context(checkpoint, preferredRound) {
    const round = checkpoint ? roundOf(checkpoint.id, this.bundle, this.visits(), this.clock.now(), preferredRound) : this.bundle.round(preferredRound);
    const before = checkpoint
      ? this.visits().filter((visit) => visit.kind === "patrols.scan" && visit.checkpoint_id === checkpoint.id && (visit.round_id ?? null) === (round?.id ?? null)).sort((a, b) => b.at - a.at)[0]
      : null;
    return { round, before: before ?? null, again: Boolean(before) && this.clock.now() - before.at < AGAIN_MS };
  }

  /** Save a visit; resolves when it is on disk. */
  async scan(personId, found, { method, reason = null, place = NOWHERE }) {
    const { checkpoint, round } = found;
    const checklist = found.current && checkpoint?.checklist_version_id ? this.bundle.checklist(checkpoint.checklist_version_id) : null;
    const saved = await this.outbox.put({
      personId,
      kind: "patrols.scan",
      body: {
        code: found.token ?? null,
        checkpoint_id: found.current ? (checkpoint?.id ?? null) : null,
        typed: found.typed ?? null,
        method,
        typed_reason: reason,
        round_id: round?.id ?? null,
        ...place,
      },
      title: checkpoint?.code ?? found.typed ?? "",
      visit: { round_id: round?.id ?? null, checkpoint_id: checkpoint?.id ?? null, method, check: checklist ? "todo" : null, version_id: checklist?.version_id ?? null },
    });
    return { ...saved, checklist };
  }

  cannotScan(personId, { checkpoint, round, reason, note, photos, place = NOWHERE, draft }) {
    return this.outbox.put({
      personId,
      kind: "patrols.cannot_scan",
      body: { checkpoint_id: checkpoint.id, round_id: round?.id ?? null, reason, note, ...place },
      photos,
      title: checkpoint.code,
      visit: { round_id: round?.id ?? null, checkpoint_id: checkpoint.id },
      draft,
    });
  }

  check(personId, { scan, answers, draft }) {
    const point = this.bundle.checkpoint(scan.checkpoint_id);
    return this.outbox.put({
      personId,
      kind: "checklists.check",
      body: { scan_id: scan.id, checkpoint_id: scan.checkpoint_id, round_id: scan.round_id, version_id: scan.version_id, answers },
      photos: [...new Set(answers.flatMap((answer) => answer.photos))],
      title: point?.code ?? "",
      change: { id: scan.id, values: { check: "done", abnormal: answers.some((answer) => answer.abnormal) } },
      draft,
    });
  }

  /** How far somebody who was sent is. */
  dispatch(personId, entry, { event, note = "", draft }) {
    return this.#ofCase(personId, entry, "incidents.dispatch", { dispatch_id: entry.dispatch.id, event, note }, { visit: { dispatch_id: entry.dispatch.id, event, note }, draft });
  }

  caseNote(personId, entry, { text, photos, draft }) {
    return this.#ofCase(personId, entry, "incidents.note", { text }, { photos, visit: { note: text }, draft });
  }

  /** A step of the workflow; `asked` is as the bundle describes it. */
  caseStep(personId, entry, asked, { values, shown, photos, draft }) {
    return this.#ofCase(personId, entry, "incidents.step", { step: asked.code, values, shown }, { photos, visit: { label: asked.label, step: asked.code }, draft });
  }

  /** Something done beside the steps; a call for help outside goes before everything else. */
  caseAct(personId, entry, asked, { values = {}, photos = [], draft = null } = {}) {
    const priority = asked.call ? PRIORITY.urgent : PRIORITY.normal;
    return this.#ofCase(personId, entry, "incidents.act", { act: asked.code, values }, { photos, visit: { label: asked.label }, draft, priority });
  }

  askHelp(personId, entry, { department, kind, text, withinMinutes, photos, draft }) {
    const body = { department_id: department.id, kind, text, within_minutes: withinMinutes };
    return this.#ofCase(personId, entry, "incidents.help", body, { photos, visit: { label: department.name, note: text }, draft });
  }

  #ofCase(personId, entry, kind, body, { photos = [], visit, draft = null, priority = PRIORITY.normal }) {
    return this.outbox.put({
      personId,
      kind,
      body: { case_id: entry.id, ...body },
      photos,
      priority,
      title: `${entry.number} ${entry.title}`,
      visit: { case_id: entry.id, ...visit },
      draft,
    });
  }

  report(personId, { kind, part = "", label, text, photos, siteId, checkpoint, where, place = NOWHERE, draft }) {
    return this.outbox.put({
      personId,
      kind: "incidents.report",
      body: {
        kind,
        part,
        text: text.trim() || (photos.length ? "" : label),
        site_id: siteId,
        checkpoint_id: checkpoint?.id ?? null,
        place: where.trim(),
        ...place,
      },
      photos,
      title: label,
      draft,
    });
  }
}
