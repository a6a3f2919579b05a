/** One round: the next point large, then all points in order. */
import { html, nothing, svg } from "lit-html";
import { kindOf } from "../answers.js";
import { clockTime, minutes, span } from "../format.js";
import { gettext, ngettext } from "../gettext.js";
import { progress, standing } from "../rounds.js";
import { to } from "../router.js";
import { empty, icon } from "./frame.js";
import { standingWord } from "./home.js";

const RADIUS = 37;
const AROUND = 2 * Math.PI * RADIUS;

/** How much of the round is done, as a ring; the figures inside say the same. */
export function ring(done, total) {
  const part = total ? done / total : 0;
  return html`<svg class="ring" viewBox="0 0 84 84" width="84" height="84" role="img" aria-label=${gettext("%(done)s of %(total)s done", { done, total })}>
    <circle cx="42" cy="42" r=${RADIUS} class="ring-rest"></circle>
    ${part > 0 ? svg`<circle cx="42" cy="42" r=${RADIUS} class="ring-done" transform="rotate(-90 42 42)" stroke-dasharray="${(AROUND * part).toFixed(1)} ${AROUND.toFixed(1)}"></circle>` : nothing}
    <text x="42" y="50" text-anchor="middle"><tspan class="ring-n">${done}</tspan><tspan class="ring-of" dx="1">/${total}</tspan></text>
  </svg>`;
}

/** A code that does not break at its hyphen. */
const unbroken = (code) => code.replaceAll("-", "\u2011");

export class RoundView {
  constructor(app, [id]) {
    this.app = app;
    this.id = id;
  }

  render() {
    const round = this.app.bundle.round(this.id);
    if (!round) {
      return { title: gettext("Round"), back: "#/", main: empty("list-check", gettext("This round is not on this phone"), gettext("It may belong to someone else now, or lie in the past.")) };
    }
    const { app } = this;
    const zone = app.zone(round.site_id);
    const stand = progress(round, app.bundle, app.visits);
    const now = app.clock.now();
    const { tone, word } = standingWord(standing(round, stand, now));
    const first = stand.points.reduce((least, point) => (point.at ? Math.min(least, point.at) : least), Infinity);
    const used = Number.isFinite(first) && stand.done < stand.total ? ngettext("%(count)s minute so far", "%(count)s minutes so far", minutes(now - first)) : null;
    return {
      title: round.plan?.name ?? gettext("Round"),
      sub: html`${span(round.due_start, round.due_end, zone)}${used ? html` · ${used}` : nothing}`,
      back: "#/",
      end: html`<span class="badge t-${tone}">${word}</span>`,
      main: html`${stand.next ? this.#next(round, stand) : this.#complete(stand)}
        <section class="list"><h2>${gettext("Points")}</h2>
          <ol>${stand.points.map((point) => this.#line(point, round, zone))}</ol></section>`,
      footer: this.#actions(round, stand.next),
    };
  }

  #next(round, { next, done, total }) {
    const { checkpoint } = next;
    const checklist = checkpoint.checklist_version_id ? this.app.bundle.checklist(checkpoint.checklist_version_id) : null;
    const photo = checklist?.items.some((item) => item.photo || kindOf(item) === "photo");
    return html`<section class="next card">
      ${ring(done, total)}
      <div>
        <p class="hint">${round.ordered ? gettext("Next point") : gettext("Next point, any order")}</p>
        <h2>${checkpoint.code} ${checkpoint.name}</h2>
        <p class="where">${[checkpoint.place, checkpoint.zone].filter(Boolean).join(" · ")}</p>
      </div>
      <ul class="need">
        <li>${gettext("Scan the label")}</li>
        ${checklist ? html`<li>${ngettext("%(count)s check", "%(count)s checks", checklist.items.length)}</li>` : nothing}
        ${photo ? html`<li>${gettext("Take a photo")}</li>` : nothing}
      </ul>
    </section>`;
  }

  #complete({ done, total, points }) {
    const open = points.find((point) => point.checkOpen);
    return html`<section class="next card complete">${ring(done, total)}
      <div><p class="hint c-ok">${gettext("All points done")}</p><h2>${gettext("Round complete")}</h2>
      <p class="where">${open ? gettext("One check is still open.") : gettext("Thank you. Nothing is left to do here.")}</p></div></section>`;
  }

  #line(point, round, zone) {
    const { checkpoint, state, at, abnormal, checkOpen, visit } = point;
    const marks = {
      done: html`<span class="mark c-ok">${icon("check2")}<span class="sr">${gettext("done")}</span></span>`,
      cannot: html`<span class="mark c-warn">${icon("slash-circle")}<span class="sr">${gettext("could not be scanned")}</span></span>`,
      todo: html`<span class="mark"></span>`,
    };
    const body = html`${abnormal ? html`<span class="mark c-danger">${icon("exclamation-circle")}<span class="sr">${gettext("abnormal")}</span></span>` : marks[state]}
      <b class="num">${checkpoint.code}</b>
      <span class="point-name">${checkpoint.name}${checkOpen ? html`<small class="c-danger">${gettext("Check not finished")}</small>` : nothing}
        ${abnormal ? html`<small class="c-danger">${gettext("Abnormal: a case is opened")}</small>` : nothing}
        ${state === "cannot" ? html`<small class="c-warn">${gettext("Could not be scanned")}</small>` : nothing}</span>
      <em class="num">${clockTime(at, zone)}</em>`;
    if (checkOpen) return html`<li class=${state}><a href=${to(["check", visit.id], { round: round.id })}>${body}${icon("chevron-right")}</a></li>`;
    return html`<li class=${state}><div>${body}</div></li>`;
  }

  #actions(round, next) {
    const query = { round: round.id };
    return html`<a class="side" href=${to(["report"], query)}>${gettext("Report")}</a>
      <a class="go" href=${to(["scan"], query)}>${icon("qr-code-scan")}${next ? gettext("Scan %(code)s", { code: unbroken(next.checkpoint.code) }) : gettext("Scan")}</a>
      ${next ? html`<a class="side" href=${to(["cannot"], { ...query, point: next.checkpoint.id })}>${gettext("Cannot scan")}</a>` : html`<a class="side" href="#/">${gettext("Done")}</a>`}`;
  }
}
