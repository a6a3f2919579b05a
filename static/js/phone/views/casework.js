/** A step or act of a case: the form its workflow asks for, drawn from the bundle. */
import { html, nothing } from "lit-html";
import { lacking, wireValues } from "../cases.js";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { go, to } from "../router.js";
import { empty, icon } from "./frame.js";
import { PhotoPicker } from "./photos.js";

export class CaseWork {
  constructor(app, [id, what, code]) {
    Object.assign(this, { app, id, what, code, form: { values: {}, photos: [] }, tried: false, failed: false });
    this.picker = new PhotoPicker(app, () => this.#keep());
    this.draft = `case:${id}:${what}:${code}`;
  }

  get entry() {
    return this.app.bundle.case(this.id);
  }

  /** The step or act as the bundle described it when the form was opened: a refresh does not pull it away. */
  #find() {
    const list = this.what === "act" ? this.entry?.acts : this.entry?.steps;
    return list?.find((one) => one.code === this.code) ?? null;
  }

  async enter() {
    this.asked = this.#find();
    this.opened = this.entry;
    const kept = await this.app.drafts.load(this.app.me.id, this.draft);
    if (kept) this.form = kept.form;
    if (kept?.asked) this.asked = { ...kept.asked, label: this.asked?.label ?? kept.asked.label };
    this.form.photos = await this.picker.show(this.form.photos);
  }

  leave() {
    this.picker.leave();
  }

  #set(path, value) {
    this.form.values = { ...this.form.values, [path]: value };
    this.#keep();
    this.app.render();
  }

  /** With the fields as they were shown: what stood there then decides about words of others. */
  #keep() {
    this.app.drafts.keep(this.app.me.id, this.draft, { form: this.form, asked: this.asked });
  }

  #value(field) {
    return this.form.values[field.path] ?? field.value ?? "";
  }

  #lacks() {
    const values = Object.fromEntries(this.asked.fields.map((field) => [field.path, this.#value(field)]));
    return new Set(this.picker.noRoom ? lacking(this.asked.fields, values, ["-"]) : lacking(this.asked.fields, values, this.form.photos));
  }

  async #save() {
    this.tried = true;
    if (this.#lacks().size) {
      vibrate(BUZZ.wrong);
      return this.app.render();
    }
    const { app, asked, form } = this;
    const { values, shown } = wireValues(asked.fields, form.values);
    const given = { values, shown, photos: form.photos, draft: app.drafts.key(app.me.id, this.draft) };
    try {
      if (this.what === "act") await app.records.caseAct(app.me.id, this.opened, asked, given);
      else await app.records.caseStep(app.me.id, this.opened, asked, given);
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
    if (!this.asked || !this.opened) return { title: gettext("Case"), back, main: empty("inbox", gettext("Not possible now"), gettext("The case has moved on. Look at it again.")) };
    const lacks = this.tried ? this.#lacks() : new Set();
    return {
      title: this.asked.label,
      sub: `${this.opened.number} ${this.opened.title}`,
      back,
      main: html`<form class="form" id="casework" novalidate @submit=${(event) => {
        event.preventDefault();
        this.#save();
      }}>
        ${this.asked.fields.length ? this.asked.fields.map((field) => this.#field(field, lacks.has(field.path))) : html`<p class="note">${gettext("Nothing else is asked for.")}</p>`}
        ${this.failed ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}
      </form>`,
      footer: html`<button type="submit" form="casework" class="go ${this.asked.tone === "danger" ? "danger" : ""}">${icon("check2")}${this.asked.label}</button>`,
    };
  }

  #field(field, isLacking) {
    const id = `f-${field.path.replace(".", "-")}`;
    const optional = field.demanded || field.kind === "check" ? nothing : html` <small>${gettext("(optional)")}</small>`;
    const problem = isLacking ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("This is needed.")}</p>` : nothing;
    const help = field.help ? html`<p class="help">${field.help}</p>` : nothing;
    if (field.kind === "photos") return html`<div class="field"><p class="label">${gettext("Photos")}${optional}</p>${this.picker.template(this.form.photos, (photos) => {
      this.form.photos = photos;
      this.#keep();
    }, { required: field.demanded })}${problem}</div>`;
    if (field.kind === "check") return html`<label class="option check"><input type="checkbox" .checked=${this.#value(field) === true} @change=${(event) => this.#set(field.path, event.target.checked)}><span>${field.label}</span></label>`;
    if (field.kind === "yesno") return html`<fieldset class="field"><legend>${field.label}${optional}</legend><div class="tiles">${[["yes", gettext("Yes")], ["no", gettext("No")]].map(([value, label]) => this.#option(field, value, label))}</div>${help}${problem}</fieldset>`;
    const choices = ["choice", "person", "department"].includes(field.kind) ? this.app.bundle.choicesOf(field) : null;
    if (choices && choices.length <= 5 && field.kind === "choice") return html`<fieldset class="field"><legend>${field.label}${optional}</legend><div class="options">${choices.map(({ value, label }) => this.#option(field, value, label))}</div>${help}${problem}</fieldset>`;
    return html`<div class="field"><label for=${id}>${field.label}${optional}</label>${choices ? this.#select(field, id, choices, isLacking) : this.#input(field, id, isLacking)}${help}${problem}</div>`;
  }

  #option(field, value, label) {
    return html`<label class="option"><input type="radio" name=${field.path} value=${value} .checked=${String(this.#value(field)) === value} @change=${() => this.#set(field.path, value)}><span>${label}</span></label>`;
  }

  #select(field, id, choices, isLacking) {
    const value = String(this.#value(field));
    return html`<select id=${id} aria-invalid=${isLacking} @change=${(event) => this.#set(field.path, event.target.value)}>
      <option value="" ?selected=${value === ""}>—</option>${choices.map((one) => html`<option value=${one.value} ?selected=${one.value === value}>${one.label}</option>`)}</select>`;
  }

  #input(field, id, isLacking) {
    const set = (event) => this.#set(field.path, event.target.value);
    if (field.kind === "long" || field.kind === "note") return html`<textarea id=${id} rows="3" maxlength="4000" aria-invalid=${isLacking} .value=${this.#value(field)} @input=${set}></textarea>`;
    const type = { datetime: "datetime-local", date: "date" }[field.kind] ?? "text";
    const mode = { number: "numeric", decimal: "decimal" }[field.kind] ?? nothing;
    return html`<input id=${id} type=${type} inputmode=${mode} maxlength=${field.most ?? nothing} autocomplete="off" aria-invalid=${isLacking} .value=${String(this.#value(field))} @input=${set}>`;
  }
}
