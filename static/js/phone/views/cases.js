/** Cases: mine first, then the open ones of my sites. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { dueOf, minutesLeft, sorted } from "../cases.js";
import { gettext, ngettext } from "../gettext.js";
import { to } from "../router.js";
import { empty, icon } from "./frame.js";

const TONES = { P1: "danger", P2: "warn", P3: "idle" };

/** The word for how far somebody is. */
export function stateWord(state) {
  switch (state) {
    case "assigned": return { tone: "danger", word: gettext("Accept now") };
    case "accepted": return { tone: "info", word: gettext("Accepted") };
    case "on_way": return { tone: "info", word: gettext("On the way") };
    case "on_site": return { tone: "info", word: gettext("On site") };
    case "declined": return { tone: "idle", word: gettext("Declined") };
    default: return { tone: "ok", word: gettext("Done here") };
  }
}

/** "12 min left to accept", in the tone of its urgency; nothing without a limit. */
export function countdown(entry, standing, now) {
  const due = dueOf(entry, standing);
  if (!due) return nothing;
  const left = minutesLeft(due.at, now);
  const tone = left < 0 ? "danger" : left <= 10 ? "warn" : "idle";
  return html`<span class="due num c-${tone}">${icon("clock-history")}${dueWords(due.what, left)}</span>`;
}

function dueWords(what, left) {
  const time = span(Math.abs(left));
  const isOver = left < 0;
  switch (what) {
    case "accept": return isOver ? gettext("to be accepted for %(time)s", { time }) : gettext("%(time)s to accept", { time });
    case "arrival": return isOver ? gettext("expected on the spot for %(time)s", { time }) : gettext("%(time)s to be on the spot", { time });
    case "response": return isOver ? gettext("waits to be taken up for %(time)s", { time }) : gettext("%(time)s to take it up", { time });
    default: return isOver ? gettext("overdue by %(time)s", { time }) : gettext("%(time)s left", { time });
  }
}

function span(minutes) {
  if (minutes < 120) return ngettext("%(count)s min", "%(count)s min", minutes);
  const hours = Math.round(minutes / 60);
  return hours < 48 ? ngettext("%(count)s h", "%(count)s h", hours) : ngettext("%(count)s day", "%(count)s days", Math.round(hours / 24));
}

/** One case as a card. */
export function card(app, { entry, standing }) {
  const state = standing ? stateWord(standing.state) : { tone: "idle", word: entry.state_label };
  return html`<li class="card case-card ${standing?.next ? "due" : ""}"><a href=${to(["case", entry.id])}>
    <span class="round-head"><span class="badge t-${TONES[entry.priority] ?? "idle"}">${entry.priority_label}</span><span class="badge t-${state.tone}">${state.word}</span></span>
    <h2>${entry.title}</h2>
    ${entry.place || entry.zone ? html`<p class="where">${icon("geo-alt")}${[entry.place, entry.zone].filter(Boolean).join(" · ")}</p>` : nothing}
    <span class="round-foot">${countdown(entry, standing, app.clock.now())}<small class="num">${entry.number}</small></span>
  </a></li>`;
}

export class Cases {
  constructor(app) {
    this.app = app;
  }

  render() {
    const { app } = this;
    const { mine, others } = sorted(app.bundle, app.visits);
    const cards = (entries) => html`<ul class="cards">${repeat(entries, ({ entry }) => entry.id, (one) => card(app, one))}</ul>`;
    const nothingYet = app.bundle.data
      ? empty("inbox", gettext("No open cases"), gettext("What is reported at your site and what you are sent to appears here."))
      : empty("cloud-slash", gettext("Nothing loaded yet"), gettext("Connect once so that this phone can fetch the cases of your site."));
    return {
      title: gettext("Cases"),
      back: "#/",
      main: mine.length + others.length === 0 ? nothingYet : html`${mine.length ? html`<h2 class="part">${gettext("Mine")}</h2>${cards(mine)}` : nothing}
        ${others.length ? html`<h2 class="part">${gettext("Open at my site")}</h2>${cards(others)}` : nothing}`,
      footer: html`<a class="go" href="#/report">${icon("flag")}${gettext("Report something")}</a>`,
    };
  }
}
