/** Signing out: says what still waits, and that it stays sealed for the same person. */
import { html, nothing } from "lit-html";
import { gettext } from "../gettext.js";
import { go } from "../router.js";
import { amount, icon } from "./frame.js";

export class SignOut {
  constructor(app) {
    Object.assign(this, { app, busy: false });
  }

  async #leave() {
    this.busy = true;
    this.app.render();
    await this.app.session.signOut();
    await this.app.personChanged();
    go("#/signin", true);
  }

  async #sendFirst() {
    this.busy = true;
    this.app.render();
    await this.app.uploader.sendNow();
    await this.app.refresh();
    this.busy = false;
    this.app.render();
  }

  render() {
    const { app } = this;
    const left = app.counts.records + app.counts.photos;
    const name = app.me?.name || app.me?.staff_number || "";
    return {
      title: gettext("Sign out"),
      sub: name,
      back: "#/settings",
      main: html`<section class="card state-card t-${left ? "warn" : "ok"}">${icon(left ? "exclamation-triangle-fill" : "cloud-check")}
          <div><h2>${left ? gettext("%(what)s not sent yet", { what: amount(app.counts) }) : gettext("Everything is sent")}</h2>
          <p>${left ? gettext("They stay sealed on this phone. Nobody else can see or send them; they go out when %(name)s signs in here again.", { name }) : gettext("Nothing stays behind on this phone.")}</p></div></section>
        ${!app.online ? html`<p class="note">${icon("cloud-slash")}${gettext("There is no network now: signing in again will need one.")}</p>` : nothing}`,
      footer: html`${left ? html`<button type="button" class="side wide" ?disabled=${this.busy} @click=${() => this.#sendFirst()}>${gettext("Send first")}</button>` : nothing}
        <button type="button" class="go ${left ? "danger" : ""}" ?disabled=${this.busy} @click=${() => this.#leave()}>${icon("box-arrow-right")}${left ? gettext("Seal and sign out") : gettext("Sign out")}</button>`,
    };
  }
}
