/** One case: what, where, how long still, who goes; the next word of whoever was sent is one large button. */
import { html, nothing } from "lit-html";
import { pending, standingOf, turnedDown } from "../cases.js";
import { BUZZ, vibrate } from "../device.js";
import { clockTime, dayTime } from "../format.js";
import { gettext } from "../gettext.js";
import { reasonWord } from "../reasons.js";
import { to } from "../router.js";
import { countdown, stateWord } from "./cases.js";
import { empty, icon } from "./frame.js";

const TONES = { P1: "danger", P2: "warn", P3: "idle" };
const TICK_MS = 15_000;
const OUTSIDE = ["119", "110", "120"];

/** What the large button says. */
export function nextWord(event) {
  switch (event) {
    case "accept": return gettext("Accept");
    case "leave": return gettext("On my way");
    case "arrive": return gettext("I am on site");
    default: return gettext("Done here");
  }
}

function callWord(number) {
  switch (number) {
    case "119": return gettext("Fire 119");
    case "110": return gettext("Police 110");
    default: return gettext("Ambulance 120");
  }
}

/** What was done here and is not in the timeline yet. */
function actWord(act) {
  switch (act.kind) {
    case "incidents.dispatch": return act.event === "decline" ? gettext("Declined") : stateWord({ accept: "accepted", leave: "on_way", arrive: "on_site", finish: "done" }[act.event]).word;
    case "incidents.note": return gettext("Note");
    case "incidents.help": return gettext("Asked for help: %(who)s", { who: act.label });
    default: return act.label ?? "";
  }
}

export class CaseView {
  constructor(app, [id]) {
    Object.assign(this, { app, id, failed: false, busy: false });
  }

  enter() {
    if (this.app.called !== null && String(this.app.called) === this.id) this.app.called = null;
    this.timer = setInterval(() => this.app.render(), TICK_MS);
    if (this.app.bundle.age() > TICK_MS) this.app.refreshBundle();
  }

  leave() {
    clearInterval(this.timer);
  }

  async #say(entry, event) {
    if (this.busy) return;
    this.busy = true;
    await this.#record(() => this.app.records.dispatch(this.app.me.id, entry, { event }));
    this.busy = false;
  }

  /** A call outside is made by the phone itself; that it was made is recorded at once. */
  #called(entry, number) {
    const act = entry.acts.find((one) => one.call === number);
    const { app } = this;
    return this.#record(() => (act ? app.records.caseAct(app.me.id, entry, act) : app.records.caseNote(app.me.id, entry, { text: gettext("Called %(number)s", { number }), photos: [] })));
  }

  async #record(save) {
    try {
      await save();
      vibrate(BUZZ.saved);
      await this.app.saved();
    } catch {
      this.failed = true;
      vibrate(BUZZ.wrong);
    }
    this.app.render();
  }

  render() {
    const { app } = this;
    const entry = app.bundle.case(this.id);
    if (!entry) return { title: gettext("Case"), back: "#/cases", main: empty("inbox", gettext("Not on this phone"), gettext("This case is settled, or it has not been fetched yet.")) };
    const standing = standingOf(entry, app.visits, app.bundle.fetchedAt);
    return {
      title: entry.title,
      sub: `${entry.number} · ${entry.kind_label}`,
      back: "#/cases",
      main: html`${this.#head(entry, standing)} ${this.#turned(entry)} ${this.#outside(entry)} ${this.#ways(entry, standing)} ${this.#timeline(entry)}`,
      footer: standing?.next
        ? html`<a class="side" href=${to(["casenote", entry.id])}>${icon("chat-left-text")}<small>${gettext("Note")}</small></a>
          <button type="button" class="go" ?disabled=${this.busy} @click=${() => this.#say(entry, standing.next)}>${icon(standing.next === "arrive" ? "geo-alt" : "check2")}${nextWord(standing.next)}</button>`
        : html`<a class="go" href=${to(["casenote", entry.id])}>${icon("chat-left-text")}${gettext("Note, photo, voice")}</a>`,
    };
  }

  #head(entry, standing) {
    const { app } = this;
    const state = standing ? stateWord(standing.state) : { tone: "idle", word: entry.state_label };
    return html`<section class="card case-head">
      <p class="round-head"><span class="badge t-${TONES[entry.priority] ?? "idle"}">${entry.priority_label}</span><span class="badge t-${state.tone}">${state.word}</span></p>
      ${standing?.isPending ? html`<p class="help">${icon("cloud-arrow-up")}${gettext("Saved on this phone, on its way to the server")}</p>` : nothing}
      ${entry.place || entry.zone ? html`<p class="place">${icon("geo-alt")}${[entry.place, entry.zone].filter(Boolean).join(" · ")}</p>` : nothing}
      ${standing?.next || !entry.dispatch ? countdown(entry, standing, app.clock.now()) : nothing}
      ${entry.description && entry.description !== entry.title ? html`<p class="words">${entry.description}</p>` : nothing}
      ${entry.photos.length && app.online ? html`<div class="photos">${entry.photos.slice(0, 6).map((id) => html`<a class="thumb" href="/files/${id}/full" target="_blank" rel="noopener"><img src="/files/${id}/thumb" loading="lazy" alt=${gettext("Photo of the case")}></a>`)}</div>` : nothing}
      ${entry.sent.length ? html`<ul class="who">${entry.sent.map((one) => html`<li>${icon("people")}<span>${one.name} · ${one.label}</span>${one.phone ? html`<a class="small" href="tel:${one.phone}">${icon("telephone")}<span class="sr">${gettext("Call %(name)s", { name: one.name })}</span></a>` : nothing}</li>`)}</ul>` : nothing}
      ${entry.reporter ? html`<p class="where">${gettext("Reported by %(name)s", { name: entry.reporter })}${entry.reporter_phone ? html` · <a href="tel:${entry.reporter_phone}">${entry.reporter_phone}</a>` : nothing}</p>` : nothing}
      ${this.failed ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}
    </section>`;
  }

  /** What the server could not carry out, in words. */
  #turned(entry) {
    return turnedDown(entry, this.app.visits).map((act) => html`<p class="note c-warn" role="status">${icon("info-circle")}<span>${actWord(act)}: ${act.reasons.map(reasonWord).join(gettext(", "))}</span></p>`);
  }

  #outside(entry) {
    const called = new Set(pending(entry, this.app.visits, this.app.bundle.fetchedAt).map((act) => act.label));
    return html`<section class="outside" aria-label=${gettext("Calls for help outside")}>${OUTSIDE.map((number) => {
      const act = entry.acts.find((one) => one.call === number);
      return html`<a href="tel:${number}" class=${act && called.has(act.label) ? "is-done" : ""} @click=${() => this.#called(entry, number)}>${icon("telephone")}${callWord(number)}</a>`;
    })}</section>`;
  }

  /** Steps and acts, help of others, and the way out of a dispatch. */
  #ways(entry, standing) {
    const acts = entry.acts.filter((act) => !act.call);
    const way = (href, mark, text, tone = "") => html`<li><a href=${href}>${icon(mark)}<span class="point-name ${tone}">${text}</span>${icon("chevron-right")}</a></li>`;
    return html`
      ${entry.steps.length ? html`<section class="list"><h2>${gettext("Steps")}</h2><ul>${entry.steps.map((step) => way(to(["casework", entry.id, "step", step.code]), "check2", step.label))}</ul></section>` : nothing}
      <section class="list"><h2>${gettext("Beside that")}</h2><ul>
        ${way(to(["casehelp", entry.id]), "arrow-left-right", gettext("Ask another department for help"))}
        ${standing?.next && standing.next !== "finish" ? way(to(["decline", entry.id]), "slash-circle", gettext("I cannot go"), "c-danger") : nothing}
      </ul></section>
      ${acts.length ? html`<details class="folded"><summary>${gettext("What else was done")}${icon("chevron-right")}</summary><div class="list"><ul>${acts.map((act) => way(to(["casework", entry.id, "act", act.code]), act.icon, act.label))}</ul></div></details>` : nothing}`;
  }

  #timeline(entry) {
    const { app } = this;
    const zone = app.zone(entry.site_id);
    const own = pending(entry, app.visits, app.bundle.fetchedAt);
    return html`<section class="list lines"><h2>${gettext("What happened")}</h2><ol>
      ${own.map((act) => html`<li class="is-pending"><div><em class="num">${clockTime(act.at, zone)}</em><span class="point-name">${actWord(act)}${act.note ? html`<small>${act.note}</small>` : nothing}<small>${icon("cloud-arrow-up")} ${gettext("waits to be sent")}</small></span></div></li>`).reverse()}
      ${[...entry.lines].reverse().map((line) => html`<li><div><em class="num">${dayTime(line.at, zone)}</em><span class="point-name">${line.title}${line.text ? html`<small>${line.text}</small>` : nothing}${line.who ? html`<small>${line.who}</small>` : nothing}
        ${app.online ? line.files.map((file) => (file.sound ? html`<audio controls preload="none" src="/files/${file.id}/full" aria-label=${gettext("Voice note")}></audio>` : html`<a href="/files/${file.id}/full" target="_blank" rel="noopener"><img src="/files/${file.id}/thumb" loading="lazy" width="72" height="54" alt=${gettext("Photo")}></a>`)) : nothing}</span></div></li>`)}
    </ol></section>`;
  }
}
