/** Replacing a one-time password by one's own: with a network, and before anything new is fetched. */
import { html, nothing } from "lit-html";
import { gettext, ngettext } from "../gettext.js";
import { go, to } from "../router.js";
import { amount, icon } from "./frame.js";

/** Shorter ones the server refuses. */
const LEAST = 12;

export class Password {
  constructor(app, _parts, { next = null }) {
    Object.assign(this, { app, next, current: "", password: "", shown: false, busy: false, codes: {}, problem: null });
  }

  async #choose(event) {
    event.preventDefault();
    const { session } = this.app;
    const asked = session.asksCurrent;
    this.codes = {};
    this.problem = null;
    if (asked && !this.current) this.codes.current = ["missing"];
    if (this.password.length < LEAST) this.codes.password = [this.password ? "password_too_short" : "missing"];
    if (Object.keys(this.codes).length) return this.#refused();
    this.busy = true;
    this.app.render();
    const result = await session.choosePassword(this.password, asked ? this.current : undefined);
    this.busy = false;
    if (result.ok) {
      await this.app.personChanged();
      return this.app.onward(this.next);
    }
    if (result.reason === "signin") return go(to(["signin"], { next: this.next, chosen: 1 }), true);
    if (result.reason === "invalid") this.codes = result.codes;
    else this.problem = this.#words(result);
    return this.#refused();
  }

  /** Show what is wrong and put the cursor there. */
  #refused() {
    this.app.render();
    requestAnimationFrame(() => document.getElementById(this.codes.current ? "current" : "password")?.focus());
  }

  #words({ reason, retryAfter }) {
    switch (reason) {
      case "locked": return ngettext("Too many tries. Please wait %(count)s minute.", "Too many tries. Please wait %(count)s minutes.", Math.max(1, Math.ceil((retryAfter ?? 300) / 60)));
      case "server": return gettext("The server is busy. Please try again in a moment.");
      default: return gettext("There is no way to the server now. Please try again when there is a network.");
    }
  }

  #codeWords(field, code) {
    switch (code) {
      case "missing": return field === "current" ? gettext("Please type the one-time password.") : gettext("Please type a new password.");
      case "password_wrong": return gettext("This is not the password you were given. Mind capital letters and dashes.");
      case "password_too_short": return ngettext("Too short: at least %(count)s character.", "Too short: at least %(count)s characters.", LEAST);
      case "password_too_common": return gettext("Too well known: many people use it.");
      case "password_too_similar": return gettext("Too close to your name, number or address.");
      case "password_unchanged": return gettext("This is the one-time password. Choose another.");
      default: return gettext("This password is not accepted. Choose another.");
    }
  }

  #field(name, label, help, autocomplete) {
    const codes = this.codes[name] ?? [];
    const told = codes.length > 0;
    return html`<div class="field"><label for=${name}>${label}</label>
      <div class="with-button"><input id=${name} name=${name} type=${this.shown ? "text" : "password"} autocomplete=${autocomplete} autocapitalize="none" spellcheck="false" enterkeyhint="go"
        .value=${this[name]} aria-invalid=${told ? "true" : nothing} aria-describedby="${name}-help" @input=${(event) => {
          this[name] = event.target.value;
        }}>
        ${name === "password" ? html`<button type="button" aria-pressed=${String(this.shown)} @click=${() => {
          this.shown = !this.shown;
          this.app.render();
        }}>${icon("eye")}${this.shown ? gettext("Hide") : gettext("Show")}</button>` : nothing}</div>
      <div id="${name}-help" role="status">${told ? codes.map((code) => html`<p class="problem">${icon("exclamation-circle")}${this.#codeWords(name, code)}</p>`) : help ? html`<p class="help">${help}</p>` : nothing}</div></div>`;
  }

  render() {
    const { app } = this;
    const { me, session } = app;
    const away = app.online === false;
    const waiting = amount(app.counts);
    return {
      title: gettext("Choose your own password"),
      sub: me.name ? `${me.name} · ${me.staff_number}` : me.staff_number,
      end: html`<a class="icon-link" href="#/settings" aria-label=${gettext("Settings")}>${icon("gear")}</a>`,
      main: html`<form class="form signin" id="choose" novalidate @submit=${(event) => this.#choose(event)}>
        <p>${gettext("You signed in with a one-time password. Replace it by one that only you know; then your rounds come.")}</p>
        <input type="text" name="username" autocomplete="username" .value=${me.staff_number ?? ""} hidden>
        ${session.asksCurrent ? this.#field("current", gettext("One-time password"), "", "current-password") : nothing}
        ${this.#field("password", gettext("New password"), gettext("At least 12 characters; a sentence is easiest to keep in mind."), "new-password")}
        ${this.problem ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${this.problem}</p>` : nothing}
        ${waiting ? html`<p class="note">${icon("lock")}${gettext("Safe on this phone, and sent all the same: %(what)s.", { what: waiting })}</p>` : nothing}
        ${away ? html`<p class="note">${icon("cloud-slash")}${gettext("There is no network now. Go on working with what is on this phone; you will be asked again.")}</p>` : nothing}
      </form>`,
      footer: html`${away ? html`<a class="side wide" href="#/">${gettext("Go on working")}</a>` : nothing}
        <button type="submit" form="choose" class="go" ?disabled=${this.busy || away}>${icon("check2")}${this.busy ? gettext("Saving") : gettext("Save password")}</button>`,
    };
  }
}
