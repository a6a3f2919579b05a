/** Asking another department for help: who, what, by when. It has a clock of its own and stands in the case's timeline. */
import { html, nothing } from "lit-html";
import { BUZZ, vibrate } from "../device.js";
import { gettext, ngettext } from "../gettext.js";
import { go, to } from "../router.js";
import { choices, empty, icon } from "./frame.js";
import { PhotoPicker } from "./photos.js";

/** Minutes to choose from. */
const WITHIN = [15, 30, 60, 240, 1440];

export class CaseHelp {
  constructor(app, [id]) {
    Object.assign(this, { app, id, form: { department: null, kind: "other", text: "", within: 30, photos: [] }, tried: false, failed: false });
    this.picker = new PhotoPicker(app, () => this.#keep());
    this.draft = `case:${id}:help`;
  }

  async enter() {
    this.opened = this.app.bundle.case(this.id);
    const kept = await this.app.drafts.load(this.app.me.id, this.draft);
    if (kept) this.form = kept;
    this.form.photos = await this.picker.show(this.form.photos);
  }

  leave() {
    this.picker.leave();
  }

  #set(values) {
    Object.assign(this.form, values);
    this.#keep();
    this.app.render();
  }

  #keep() {
    this.app.drafts.keep(this.app.me.id, this.draft, this.form);
  }

  get departments() {
    const { departments = [] } = this.app.bundle.data ?? {};
    return departments.filter((one) => one.site_id === null || one.site_id === this.opened.site_id);
  }

  async #save() {
    this.tried = true;
    const { app, form } = this;
    const department = this.departments.find((one) => one.id === form.department);
    if (!department) {
      vibrate(BUZZ.wrong);
      return app.render();
    }
    try {
      await app.records.askHelp(app.me.id, this.opened, {
        department, kind: form.kind, text: form.text.trim(), withinMinutes: form.within, photos: form.photos, draft: app.drafts.key(app.me.id, this.draft),
      });
      vibrate(BUZZ.saved);
      await app.saved();
      go(to(["case", this.id]), true);
    } catch {
      this.failed = true;
      app.render();
    }
  }

  #span(minutes) {
    if (minutes < 60) return ngettext("%(count)s min", "%(count)s min", minutes);
    return minutes < 1440 ? ngettext("%(count)s h", "%(count)s h", minutes / 60) : ngettext("%(count)s day", "%(count)s days", minutes / 1440);
  }

  render() {
    const { form } = this;
    const back = to(["case", this.id]);
    if (!this.opened) return { title: gettext("Ask for help"), back, main: empty("inbox", gettext("Not on this phone"), gettext("This case is settled, or it has not been fetched yet.")) };
    const option = (name, value, label, isChosen, set) => html`<label class="option"><input type="radio" name=${name} value=${value} .checked=${isChosen} @change=${set}><span>${label}</span></label>`;
    return {
      title: gettext("Ask for help"),
      sub: `${this.opened.number} ${this.opened.title}`,
      back,
      main: html`<form class="form" id="casehelp" novalidate @submit=${(event) => {
        event.preventDefault();
        this.#save();
      }}>
        <fieldset class="field"><legend>${gettext("Which department?")}</legend><div class="tiles">${this.departments.map((one) => option("department", one.id, one.name, form.department === one.id, () => this.#set({ department: one.id })))}</div>
          ${this.tried && form.department === null ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("Please choose a department.")}</p>` : nothing}</fieldset>
        <div class="field"><label for="kind">${gettext("What for?")}</label><select id="kind" @change=${(event) => this.#set({ kind: event.target.value })}>${choices(this.app.bundle.data?.help_kinds).map(({ value, label }) => html`<option value=${value} ?selected=${value === form.kind}>${label}</option>`)}</select></div>
        <div class="field"><label for="text">${gettext("What do you need?")} <small>${gettext("(optional)")}</small></label><textarea id="text" rows="3" maxlength="4000" .value=${form.text} @input=${(event) => this.#set({ text: event.target.value })}></textarea></div>
        <fieldset class="field"><legend>${gettext("Within")}</legend><div class="three">${WITHIN.map((minutes) => option("within", minutes, this.#span(minutes), form.within === minutes, () => this.#set({ within: minutes })))}</div></fieldset>
        ${this.picker.template(form.photos, (photos) => this.#set({ photos }))}
        ${this.failed ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}
      </form>`,
      footer: html`<button type="submit" form="casehelp" class="go">${icon("send")}${gettext("Ask for help")}</button>`,
    };
  }
}
