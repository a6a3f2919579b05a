/** Language, this phone, signing out. */
import { html, nothing } from "lit-html";
import { dayTime } from "../format.js";
import { gettext } from "../gettext.js";
import { icon } from "./frame.js";

export class Settings {
  constructor(app) {
    Object.assign(this, { app, space: null });
  }

  async enter() {
    this.space = await navigator.storage?.estimate?.().catch(() => null);
  }

  render() {
    const { app } = this;
    const { me } = app;
    const links = [...document.querySelectorAll("#languages a")];
    return {
      title: gettext("Settings"),
      back: me ? "#/" : "#/signin",
      main: html`
        ${me ? html`<section class="card person">${icon("person-circle")}<div><h2>${me.name || me.staff_number}</h2><p class="num">${me.staff_number}</p></div></section>` : nothing}
        <section class="list"><h2>${gettext("Language")}</h2><ol>
          ${links.map((link) => html`<li><a href="${link.getAttribute("href")}#/settings" lang=${link.lang} aria-current=${link.dataset.code === app.config.language ? "true" : nothing}><span class="point-name">${link.textContent}</span>${link.dataset.code === app.config.language ? icon("check2") : nothing}</a></li>`)}
        </ol></section>
        <section class="list"><h2>${gettext("This phone")}</h2><dl class="facts">
          <div><dt>${gettext("Kept safe by the browser")}</dt><dd>${app.persisted ? gettext("yes") : gettext("not promised")}</dd></div>
          ${this.space?.quota ? html`<div><dt>${gettext("Space")}</dt><dd class="num">${gettext("%(used)s of %(all)s MB", { used: Math.ceil(this.space.usage / 1e6), all: Math.floor(this.space.quota / 1e6) })}</dd></div>` : nothing}
          <div><dt>${gettext("Rounds and points")}</dt><dd class="num">${app.bundle.fetchedAt ? dayTime(app.bundle.fetchedAt) : gettext("not loaded")}</dd></div>
          <div><dt>${gettext("Difference of the clock")}</dt><dd class="num">${app.clock.offset() === null ? gettext("not measured yet") : gettext("%(seconds)s s", { seconds: (Math.abs(app.clock.offset()) < 50 ? 0 : app.clock.offset() / 1000).toFixed(1) })}</dd></div>
          <div><dt>${gettext("Device")}</dt><dd class="mono">${app.install.device?.slice(0, 8) ?? ""}</dd></div>
        </dl>
        ${app.persisted ? nothing : html`<p class="note">${icon("info-circle")}${gettext("When space runs out, the browser may clear what is kept here. Put this page on your home screen, and send what waits whenever there is a network.")}</p>`}</section>`,
      footer: me ? html`<a class="side wide" href="#/signout">${icon("box-arrow-right")}${gettext("Sign out")}</a>` : nothing,
    };
  }
}
