/** A label opened with the phone's own camera: the point, and one button to record the visit. */
import { html, nothing } from "lit-html";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { to } from "../router.js";
import { empty, icon } from "./frame.js";
import { resultSheet } from "./result.js";

export class Point {
  constructor(app, [token = ""]) {
    Object.assign(this, { app, token, found: null, outcome: null, failed: false });
  }

  async enter() {
    this.found = await this.app.records.look(this.token);
    this.app.geo.prepare();
  }

  async #save(force = false) {
    this.found = await this.app.records.look(this.token);
    if (this.found.again && !force) {
      vibrate(BUZZ.warn);
      this.outcome = { found: this.found, saved: null };
      return this.app.render();
    }
    const place = await this.app.geo.fix();
    try {
      const saved = await this.app.records.scan(this.app.me.id, this.found, { method: "camera_url", place });
      vibrate(BUZZ.saved);
      await this.app.saved();
      this.outcome = { found: this.found, saved };
    } catch {
      this.failed = true;
    }
    this.app.render();
  }

  render() {
    const { app, found } = this;
    if (!found) return { title: gettext("Point"), back: "#/", main: empty("qr-code-scan", gettext("This is not one of our labels."), gettext("The address in the code is not complete. Scan the label again with this page.")) };
    const { checkpoint, round, current } = found;
    const onward = html`<a class="primary" href=${round ? to(["round", round.id]) : "#/"}>${icon("check2")}${gettext("Go on")}</a>`;
    if (this.outcome) return { title: checkpoint?.code ?? gettext("Point"), back: "#/", main: resultSheet(app, this.outcome, { onward, again: () => this.#save(true) }) };
    return {
      title: checkpoint ? checkpoint.code : gettext("Point"),
      sub: checkpoint?.name,
      back: "#/",
      main: html`<section class="card point">
        <h2>${checkpoint ? checkpoint.name : gettext("A point of this house")}</h2>
        ${checkpoint ? html`<p class="where">${icon("geo-alt")}${[checkpoint.place, checkpoint.zone].filter(Boolean).join(" · ")}</p>` : html`<p class="where">${gettext("This label is not in your list of today. The server will look it up.")}</p>`}
        ${round ? html`<p class="where">${icon("list-check")}${round.plan?.name ?? ""}</p>` : nothing}
        ${checkpoint && !current ? html`<p class="note">${icon("info-circle")}${gettext("This label has been replaced by a newer one. Your supervisor will see that.")}</p>` : nothing}
        ${this.failed ? html`<p class="problem">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}
      </section>`,
      footer: html`<a class="side" href=${to(["report"], { point: checkpoint?.id })}>${gettext("Report")}</a>
        <button type="button" class="go" @click=${() => this.#save()}>${icon("check2")}${gettext("I am here")}</button>
        <a class="side" href="#/">${gettext("Rounds")}</a>`,
    };
  }
}
