/** What waits to be sent, what the server said, and what needs a hand. */
import { html, nothing } from "lit-html";
import { dayTime } from "../format.js";
import { gettext, ngettext } from "../gettext.js";
import { to } from "../router.js";
import { reasonWord } from "../reasons.js";
import { amount, icon, network } from "./frame.js";

/** The word for a kind of record. */
export function kindWord(kind) {
  switch (kind) {
    case "patrols.scan": return gettext("Scan");
    case "patrols.cannot_scan": return gettext("Cannot scan");
    case "checklists.check": return gettext("Check");
    case "incidents.report": return gettext("Report");
    case "incidents.dispatch": return gettext("On a case");
    case "incidents.step": return gettext("Step");
    case "incidents.act": return gettext("Act");
    case "incidents.note": return gettext("Note");
    case "incidents.help": return gettext("Call for help");
    default: return gettext("Record");
  }
}

function outcomeWord(outcome) {
  switch (outcome) {
    case "accepted": return { tone: "ok", word: gettext("Received") };
    case "flagged": return { tone: "info", word: gettext("Received, with a remark") };
    case "conflict": return { tone: "warn", word: gettext("Received twice, set aside") };
    default: return { tone: "warn", word: gettext("Received, set aside for review") };
  }
}

export class OutboxView {
  constructor(app, _parts, { saved = null }) {
    Object.assign(this, { app, justSaved: saved !== null, waiting: [], receipts: [], retakes: [], sending: false });
  }

  enter() {
    return this.changed();
  }

  async changed() {
    const id = this.app.me.id;
    [this.waiting, this.receipts, this.retakes] = await Promise.all([this.app.outbox.list(id), this.app.outbox.receipts(id), this.app.photos.retakes(id)]);
    this.app.render();
  }

  async #send() {
    this.sending = true;
    this.app.render();
    await this.app.uploader.sendNow();
    await this.changed();
    this.sending = false;
    this.app.render();
  }

  render() {
    const { app } = this;
    const { counts } = app;
    const left = counts.records + counts.photos;
    const bar = network(app);
    return {
      title: gettext("Outbox"),
      back: "#/",
      main: html`<section class="card state-card t-${left ? bar.tone : "ok"}" role="status">${icon(left ? bar.mark : "cloud-check")}
          <div><h2>${left ? gettext("%(what)s to send", { what: amount(counts) }) : gettext("Everything is sent")}</h2>
          <p>${this.#explain(left)}</p></div></section>
        ${this.justSaved && left ? html`<p class="note c-ok">${icon("check2")}${gettext("Saved on this phone. It is sent by itself as soon as there is a way to the server.")}</p>` : nothing}
        ${counts.sealed ? html`<p class="note">${icon("lock")}${ngettext("%(count)s record of another person lies sealed on this phone. It is sent when that person signs in here.", "%(count)s records of other people lie sealed on this phone. They are sent when those people sign in here.", counts.sealed)}</p>` : nothing}
        ${this.retakes.length ? this.#retake() : nothing}
        ${this.waiting.length ? html`<section class="list"><h2>${gettext("Waiting")}</h2><ol>${this.waiting.map((item) => this.#item(item))}</ol></section>` : nothing}
        ${this.receipts.length ? html`<section class="list"><h2>${gettext("Answers of the server")}</h2><ol>${this.receipts.slice(0, 50).map((receipt) => this.#receipt(receipt))}</ol></section>` : nothing}`,
      footer: html`<button type="button" class="go" ?disabled=${this.sending} @click=${() => this.#send()}>${icon("arrow-clockwise")}${this.sending ? gettext("Sending") : left ? gettext("Send now") : gettext("Fetch what is new")}</button>`,
    };
  }

  #explain(left) {
    const { app } = this;
    if (["expired", "other"].includes(app.session.state)) return html`${gettext("Your sign-in has ended. Go on working; sign in when you can, and everything is sent.")} <a href="#/signin">${gettext("Sign in")}</a>`;
    if (app.session.state === "ended") return gettext("Your account has been closed. What you recorded before is still handed in from this phone; new records are set aside for review.");
    if (!left) return gettext("The server has confirmed every record by name.");
    if (!app.online) return gettext("There is no way to the server now. Everything is safe on this phone and goes out by itself.");
    if (app.sendState.phase === "waiting") return gettext("The server could not take it just now. This phone tries again by itself.");
    return gettext("It goes out by itself.");
  }

  #item(item) {
    const trouble = item.unreadable
      ? gettext("This record can no longer be read on this phone. Please tell your supervisor what it was.")
      : item.trouble
        ? gettext("The server could not take this record yet. It stays here and is tried again; the others are sent.")
        : null;
    return html`<li><div><b>${kindWord(item.kind)}</b><span class="point-name">${item.title}${item.photos ? html`<small>${ngettext("%(count)s photo", "%(count)s photos", item.photos)}</small>` : nothing}${trouble ? html`<small class="c-danger">${trouble}</small>` : nothing}</span><em class="num">${dayTime(item.made_at)}</em></div></li>`;
  }

  #receipt(receipt) {
    const { tone, word } = outcomeWord(receipt.outcome);
    const reasons = receipt.reasons.map(reasonWord);
    return html`<li><div><b>${kindWord(receipt.kind)}</b><span class="point-name">${receipt.title}<small class="c-${tone}">${word}${reasons.length ? html`: ${reasons.join(gettext(", "))}` : nothing}</small></span><em class="num">${dayTime(receipt.made_at)}</em></div></li>`;
  }

  #retake() {
    return html`<section class="list"><h2>${gettext("Photos to take again")}</h2><ol>${this.retakes.map((photo) => html`<li><div>
      <span class="point-name">${photo.reason === "full" ? gettext("Given up because the phone was full") : gettext("Refused by the server")}<small class="num">${dayTime(photo.at)}</small></span>
      <a class="small" href=${to(["report"], { about: gettext("Photo for the record of %(time)s: ", { time: dayTime(photo.at) }) })}>${gettext("Take again")}</a>
      <button type="button" class="small" @click=${async () => {
        await this.app.photos.drop(this.app.me.id, photo.sha256);
        await this.app.refresh();
        await this.changed();
      }}>${gettext("Dismiss")}</button></div></li>`)}</ol></section>`;
  }
}
