/** Signing in, once a shift; afterwards nothing here needs the network. */
import { html, nothing } from "lit-html";
import { gettext, ngettext } from "../gettext.js";
import { to } from "../router.js";
import { icon } from "./frame.js";

export class SignIn {
  constructor(app, _parts, { next = null, chosen = null }) {
    Object.assign(this, { app, next, chosen: chosen !== null, identifier: "", shown: false, busy: false, problem: null, url: null });
    const { me } = app;
    if (me && ["expired", "other"].includes(app.session.state)) this.identifier = me.staff_number ?? "";
  }

  async #signIn(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const identifier = String(form.get("identifier")).trim();
    const password = String(form.get("password"));
    if (!identifier || !password) {
      this.problem = gettext("Please fill in both.");
      return this.app.render();
    }
    Object.assign(this, { busy: true, problem: null, url: null });
    this.app.render();
    const result = await this.app.session.signIn(identifier, password);
    this.busy = false;
    if (result.ok) {
      await this.app.personChanged();
      return this.app.onward(this.next);
    }
    this.url = result.url ?? null;
    this.problem = this.#words(result);
    this.app.render();
    document.getElementById("password")?.select();
  }

  #words({ reason, retryAfter }) {
    switch (reason) {
      case "credentials": return gettext("This name and password do not match. Mind capital letters.");
      case "locked": return retryAfter ? ngettext("Too many tries. Please wait %(count)s minute.", "Too many tries. Please wait %(count)s minutes.", Math.max(1, Math.ceil(retryAfter / 60))) : gettext("Too many tries. Please wait some minutes.");
      case "deactivated": return gettext("This account has been closed. Please ask your supervisor.");
      case "second_factor": return gettext("Your account asks for a second step. Sign in on the full page, then come back here.");
      case "server": return gettext("The server is busy. Please try again in a moment.");
      default: return gettext("There is no way to the server now. Signing in needs the network once; afterwards you can work without it.");
    }
  }

  render() {
    const { app } = this;
    const { me } = app;
    const again = me && ["expired", "other"].includes(app.session.state);
    const sealed = app.counts.sealed + (again ? 0 : app.counts.records);
    return {
      title: again ? gettext("Sign in to send") : gettext("Sign in"),
      sub: again ? (app.session.state === "other" ? gettext("Someone else is signed in in this browser") : gettext("Your sign-in has ended; your records are safe")) : gettext("Once a shift, with a network"),
      back: me ? "#/" : null,
      main: html`<form class="form signin" id="signin" novalidate @submit=${(event) => this.#signIn(event)}>
        ${again ? nothing : html`<div class="brand"><img src=${document.querySelector('link[rel="icon"]')?.href ?? nothing} width="56" height="56" alt=""><p>${gettext("Orderly")}</p></div>`}
        <div class="field"><label for="identifier">${gettext("Staff number, phone or e-mail")}</label>
          <input id="identifier" name="identifier" autocomplete="username" autocapitalize="none" spellcheck="false" enterkeyhint="next" .value=${this.identifier} @input=${(event) => {
            this.identifier = event.target.value;
          }}></div>
        <div class="field"><label for="password">${gettext("Password")}</label>
          <div class="with-button"><input id="password" name="password" type=${this.shown ? "text" : "password"} autocomplete="current-password" enterkeyhint="go">
            <button type="button" aria-pressed=${String(this.shown)} @click=${() => {
              this.shown = !this.shown;
              app.render();
            }}>${icon("eye")}${this.shown ? gettext("Hide") : gettext("Show")}</button></div></div>
        ${this.problem ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${this.problem}</p>` : nothing}
        ${this.url ? html`<p><a href=${this.url}>${gettext("Open the full sign-in page")}</a></p>` : nothing}
        ${this.chosen ? html`<p class="note">${icon("info-circle")}${gettext("Sign in with the password you have just chosen. If it is not accepted, use the one-time password again.")}</p>` : nothing}
        ${sealed && !again ? html`<p class="note">${icon("lock")}${ngettext("%(count)s record lies sealed on this phone for the person who made it.", "%(count)s records lie sealed on this phone for the people who made them.", sealed)}</p>` : nothing}
        ${again ? html`<p class="note">${icon("lock")}${gettext("If another person signs in, %(name)s's records stay sealed here and are sent only when %(name)s signs in again.", { name: me.name || me.staff_number })}</p>` : nothing}
      </form>`,
      footer: html`<button type="submit" form="signin" class="go" ?disabled=${this.busy}>${this.busy ? gettext("Signing in") : gettext("Sign in")}</button>
        ${me ? nothing : html`<a class="side lang" href=${to(["settings"])} aria-label=${gettext("Language")}>${icon("translate")}</a>`}`,
    };
  }
}
