/** When the label is there but cannot be read: its code by hand, with the reason. */
import { html, nothing } from "lit-html";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { to } from "../router.js";
import { choices, icon } from "./frame.js";
import { resultSheet } from "./result.js";

export class Typed {
  constructor(app, _parts, { round = null }) {
    Object.assign(this, { app, roundId: round, text: "", reason: null, outcome: null, tried: false, failed: false });
  }

  enter() {
    this.app.geo.prepare();
  }

  async #save(force = false) {
    this.tried = true;
    const reasons = choices(this.app.bundle.data?.typed_reasons);
    if (!this.text.trim() || (reasons.length && !this.reason)) return this.app.render();
    const found = this.app.records.lookTyped(this.text, this.roundId);
    if (found.again && !force) {
      vibrate(BUZZ.warn);
      this.outcome = { found, saved: null };
      return this.app.render();
    }
    const place = await this.app.geo.fix();
    try {
      const saved = await this.app.records.scan(this.app.me.id, found, { method: "typed", reason: this.reason, place });
      vibrate(BUZZ.saved);
      await this.app.saved();
      this.outcome = { found, saved };
    } catch {
      this.failed = true;
    }
    this.app.render();
  }

  render() {
    const { app } = this;
    const back = to(["scan"], { round: this.roundId });
    const round = app.bundle.round(this.roundId);
    const reasons = choices(app.bundle.data?.typed_reasons);
    const found = this.text.trim() ? app.records.lookTyped(this.text, this.roundId) : null;
    if (this.outcome) {
      const onward = html`<a class="primary" href=${round ? to(["round", round.id]) : "#/"}>${icon("check2")}${gettext("Go on")}</a>`;
      return { title: gettext("Type the code"), back: round ? to(["round", round.id]) : "#/", main: resultSheet(app, this.outcome, { onward, again: () => this.#save(true) }) };
    }
    return {
      title: gettext("Type the code"),
      sub: gettext("It stands in big letters on the label"),
      back,
      main: html`<form class="form" id="typed" novalidate @submit=${(event) => {
        event.preventDefault();
        this.#save();
      }}>
        <div class="field"><label for="code">${gettext("Code of the point")}</label>
          <input id="code" class="big num" autocomplete="off" autocapitalize="characters" spellcheck="false" enterkeyhint="done" maxlength="40" .value=${this.text}
            aria-describedby="code-help" aria-invalid=${this.tried && !this.text.trim() ? "true" : nothing} @input=${(event) => {
              this.text = event.target.value;
              app.render();
            }}>
          <p id="code-help" class="help" role="status">${!found ? (this.tried ? html`<span class="c-danger">${gettext("Please type the code.")}</span>` : gettext("For example B2-07")) : found.checkpoint ? html`<span class="c-ok">${icon("check2")}${found.checkpoint.code} ${found.checkpoint.name}</span>` : gettext("Not in your list of today. You can save it; the server will look it up.")}</p></div>
        ${reasons.length ? html`<fieldset class="field"><legend>${gettext("Why can it not be scanned?")}</legend>
          <div class="options">${reasons.map(({ value, label }) => html`<label class="option"><input type="radio" name="reason" value=${value} .checked=${this.reason === value} @change=${() => {
            this.reason = value;
            app.render();
          }}><span>${label}</span></label>`)}</div>
          ${this.tried && !this.reason ? html`<p class="problem">${icon("exclamation-circle")}${gettext("Please choose a reason.")}</p>` : nothing}</fieldset>` : nothing}
        ${this.failed ? html`<p class="problem">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}
      </form>`,
      footer: html`<button type="submit" form="typed" class="go">${icon("check2")}${gettext("Save this visit")}</button>`,
    };
  }
}
