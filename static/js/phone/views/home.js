/** My rounds today. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { sorted } from "../cases.js";
import { foreignZone, span } from "../format.js";
import { gettext, ngettext } from "../gettext.js";
import { OPEN, today } from "../rounds.js";
import { to } from "../router.js";
import { card } from "./cases.js";
import { empty, icon } from "./frame.js";

/** Tone and word of a round's standing. */
export function standingWord(standing) {
  switch (standing) {
    case "running": return { tone: "info", word: gettext("Running") };
    case "late": return { tone: "danger", word: gettext("Late") };
    case "due": return { tone: "warn", word: gettext("Due now") };
    case "soon": return { tone: "idle", word: gettext("Later") };
    case "partial": return { tone: "warn", word: gettext("Incomplete") };
    case "missed": return { tone: "danger", word: gettext("Missed") };
    default: return { tone: "ok", word: gettext("Completed") };
  }
}

/** Rounds of later shown at once; the rest unfolds. */
const SOON_BESIDE_OPEN = 2;
const SOON_ALONE = 4;
/** Own cases shown here; all are one touch away. */
const MINE_SHOWN = 3;

export class Home {
  constructor(app) {
    this.app = app;
  }

  render() {
    const { app } = this;
    const rounds = today(app.bundle, app.visits, app.clock.now());
    return {
      title: gettext("My rounds today"),
      sub: app.me.name ? `${app.me.name} · ${app.me.staff_number}` : app.me.staff_number,
      end: html`<a class="icon-link" href="#/settings" aria-label=${gettext("Settings")}>${icon("gear")}</a>`,
      main: html`${this.#cases()} ${rounds.length ? this.#sections(rounds) : this.#none()}`,
      footer: html`<a class="side" href="#/report">${gettext("Report")}</a>
        <a class="go" href="#/scan">${icon("qr-code-scan")}${gettext("Scan")}</a>
        <a class="side" href="#/outbox">${gettext("Outbox")}${app.counts.records + app.counts.photos ? html`<b class="count num">${app.counts.records + app.counts.photos}</b>` : nothing}</a>`,
    };
  }

  /** What I was sent to or given, before the rounds; the others of my site are one line. */
  #cases() {
    const { mine, others } = sorted(this.app.bundle, this.app.visits);
    if (mine.length + others.length === 0) return nothing;
    const shown = mine.slice(0, MINE_SHOWN);
    return html`<section class="my-cases">${mine.length ? html`<h2 class="part">${gettext("My cases")} <b class="num">${mine.length}</b></h2><ul class="cards">${shown.map((one) => card(this.app, one))}</ul>` : nothing}
      <a class="more-line" href="#/cases">${ngettext("%(count)s open case at my site", "%(count)s open cases at my site", mine.length + others.length)}${icon("chevron-right")}</a></section>
      ${mine.length ? html`<h2 class="part">${gettext("My rounds today")}</h2>` : nothing}`;
  }

  #sections(rounds) {
    const open = rounds.filter((entry) => OPEN.has(entry.standing));
    const later = rounds.filter((entry) => entry.standing === "soon");
    const over = rounds.filter((entry) => !OPEN.has(entry.standing) && entry.standing !== "soon");
    const soon = open.length ? SOON_BESIDE_OPEN : SOON_ALONE;
    return html`${this.#cards(open)} ${later.length ? html`<h2 class="part">${gettext("Later")}</h2>${this.#cards(later.slice(0, soon))}` : nothing}
      ${this.#folded(later.slice(soon), (count) => ngettext("%(count)s more later", "%(count)s more later", count))}
      ${this.#folded(over, (count) => ngettext("%(count)s round is over", "%(count)s rounds are over", count))}`;
  }

  #cards(entries) {
    return html`<ul class="cards">${repeat(entries, (entry) => entry.round.id, (entry) => this.#card(entry))}</ul>`;
  }

  #folded(entries, words) {
    return entries.length ? html`<details class="folded"><summary>${words(entries.length)}${icon("chevron-right")}</summary>${this.#cards(entries)}</details>` : nothing;
  }

  #card({ round, points, done, total, standing, next }) {
    const { tone, word } = standingWord(standing);
    const zone = this.app.zone(round.site_id);
    const site = (this.app.bundle.data.sites ?? []).length > 1 ? this.app.bundle.site(round.site_id)?.name : null;
    const abroad = foreignZone(zone);
    return html`<li class="card round-card ${standing}">
      <a href=${to(["round", round.id])}>
        <span class="round-head"><span class="when num">${span(round.due_start, round.due_end, zone)}${abroad ? html` <small>${abroad}</small>` : nothing}</span>${standing === "soon" ? nothing : html`<span class="badge t-${tone}">${word}</span>`}</span>
        <h2>${round.plan?.name ?? ""}</h2>
        ${site ? html`<p class="where">${site}</p>` : nothing}
        <span class="round-foot"><progress max=${Math.max(total, 1)} value=${done} aria-label=${gettext("Progress")}></progress><span class="num">${done}/${total}</span></span>
        ${next && ["running", "late", "due"].includes(standing) ? html`<p class="next-line">${gettext("Next: %(code)s %(name)s", { code: next.checkpoint.code, name: next.checkpoint.name })}</p>` : nothing}
        ${points.some((point) => point.checkOpen) ? html`<p class="next-line c-danger">${ngettext("%(count)s check not finished", "%(count)s checks not finished", points.filter((point) => point.checkOpen).length)}</p>` : nothing}
      </a>
    </li>`;
  }

  #none() {
    const { app } = this;
    if (!app.bundle.data) {
      return app.online
        ? empty("clock-history", gettext("Loading your day"), gettext("Rounds and points are on their way to this phone."))
        : empty("cloud-slash", gettext("Nothing loaded yet"), gettext("Connect once so that this phone can fetch your rounds. After that it works without a network. Scans and reports are saved even now."));
    }
    return empty("list-check", gettext("No rounds for you today"), gettext("You can still scan any point or report something."));
  }
}
