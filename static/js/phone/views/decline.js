/** Not going: why. The leaders hear of it at once. */
import { html, nothing } from "lit-html";
import { standingOf } from "../cases.js";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { go, to } from "../router.js";
import { empty, icon } from "./frame.js";

export class Decline {
  constructor(app, [id]) {
    Object.assign(this, { app, id, reason: "", tried: false, failed: false });
    this.draft = `case:${id}:decline`;
  }

  async enter() {
    this.opened = this.app.bundle.case(this.id);
    this.reason = (await this.app.drafts.load(this.app.me.id, this.draft)) ?? "";
  }

  /** What is said most often; anything else is written. */
  get usual() {
    return [gettext("I am alone on my post"), gettext("I am on another case"), gettext("Too far away"), gettext("My shift has ended")];
  }

  #set(reason) {
    this.reason = reason;
    this.app.drafts.keep(this.app.me.id, this.draft, reason);
    this.app.render();
  }

  async #save() {
    this.tried = true;
    const { app } = this;
    if (!this.reason.trim()) {
      vibrate(BUZZ.wrong);
      return app.render();
    }
    try {
      await app.records.dispatch(app.me.id, this.opened, { event: "decline", note: this.reason.trim(), draft: app.drafts.key(app.me.id, this.draft) });
      vibrate(BUZZ.saved);
      await app.saved();
      go(to(["case", this.id]), true);
    } catch {
      this.failed = true;
      app.render();
    }
  }

  render() {
    const back = to(["case", this.id]);
    const standing = this.opened ? standingOf(this.opened, this.app.visits, this.app.bundle.fetchedAt) : null;
    if (!standing?.next) return { title: gettext("I cannot go"), back, main: empty("inbox", gettext("Not possible now"), gettext("The case has moved on. Look at it again.")) };
    return {
      title: gettext("I cannot go"),
      sub: `${this.opened.number} ${this.opened.title}`,
      back,
      main: html`<form class="form" id="decline" novalidate @submit=${(event) => {
        event.preventDefault();
        this.#save();
      }}>
        <fieldset class="field"><legend>${gettext("Why can you not go?")}</legend><div class="options">${this.usual.map((text) => html`<label class="option"><input type="radio" name="usual" .checked=${this.reason === text} @change=${() => this.#set(text)}><span>${text}</span></label>`)}</div></fieldset>
        <div class="field"><label for="reason">${gettext("In your own words")}</label><textarea id="reason" rows="2" maxlength="300" .value=${this.reason} @input=${(event) => this.#set(event.target.value)}></textarea></div>
        ${this.tried && !this.reason.trim() ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("Please say why.")}</p>` : nothing}
        ${this.failed ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}
      </form>`,
      footer: html`<button type="submit" form="decline" class="go danger">${icon("slash-circle")}${gettext("I cannot go")}</button>`,
    };
  }
}
