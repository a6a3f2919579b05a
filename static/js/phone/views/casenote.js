/** A note to a case: words, photos, one's own voice; any of them will do. */
import { html, nothing } from "lit-html";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { go, to } from "../router.js";
import { empty, icon } from "./frame.js";
import { MOST, PhotoPicker } from "./photos.js";
import { VoicePicker } from "./voice.js";

export class CaseNote {
  constructor(app, [id]) {
    Object.assign(this, { app, id, form: { text: "", photos: [], voices: [] }, tried: false, failed: false });
    this.picker = new PhotoPicker(app, () => this.#keep(), () => this.form.photos.length + this.form.voices.length);
    this.voice = new VoicePicker(app, () => this.#keep(), () => this.form.photos.length + this.form.voices.length >= MOST);
    this.draft = `case:${id}:note`;
  }

  async enter() {
    this.opened = this.app.bundle.case(this.id);
    const kept = await this.app.drafts.load(this.app.me.id, this.draft);
    if (kept) this.form = kept;
    this.form.photos = await this.picker.show(this.form.photos);
    this.form.voices = await this.voice.show(this.form.voices);
  }

  leave() {
    this.picker.leave();
    this.voice.leave();
  }

  #set(values) {
    Object.assign(this.form, values);
    this.#keep();
    this.app.render();
  }

  #keep() {
    this.app.drafts.keep(this.app.me.id, this.draft, this.form);
  }

  get isEmpty() {
    const { text, photos, voices } = this.form;
    return !text.trim() && photos.length + voices.length === 0;
  }

  async #save() {
    this.tried = true;
    if (this.isEmpty || this.voice.isAtWork) {
      vibrate(BUZZ.wrong);
      return this.app.render();
    }
    const { app, form } = this;
    try {
      await app.records.caseNote(app.me.id, this.opened, {
        text: form.text.trim(), photos: [...form.photos, ...form.voices.map((voice) => voice.sha)], draft: app.drafts.key(app.me.id, this.draft),
      });
      vibrate(BUZZ.saved);
      await app.saved();
      go(to(["case", this.id]), true);
    } catch {
      this.failed = true;
      app.render();
    }
  }

  render() {
    const { form } = this;
    const back = to(["case", this.id]);
    if (!this.opened) return { title: gettext("Note"), back, main: empty("inbox", gettext("Not on this phone"), gettext("This case is settled, or it has not been fetched yet.")) };
    const problem = (text) => html`<p class="problem" role="alert">${icon("exclamation-circle")}${text}</p>`;
    return {
      title: gettext("Note, photo, voice"),
      sub: `${this.opened.number} ${this.opened.title}`,
      back,
      main: html`<form class="form" id="casenote" novalidate @submit=${(event) => {
        event.preventDefault();
        this.#save();
      }}>
        <div class="field"><label for="text">${gettext("What do you see?")}</label>
          <textarea id="text" rows="3" maxlength="4000" .value=${form.text} @input=${(event) => this.#set({ text: event.target.value })}></textarea></div>
        ${this.picker.template(form.photos, (photos) => this.#set({ photos }))}
        ${this.voice.template(form.voices, (voices) => this.#set({ voices }))}
        ${this.tried && this.voice.isAtWork ? problem(gettext("Stop the recording first.")) : nothing}
        ${this.tried && this.isEmpty && !this.voice.isAtWork ? problem(gettext("Write something, take a photo or record your voice.")) : nothing}
        ${this.failed ? problem(gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")) : nothing}
      </form>`,
      footer: html`<button type="submit" form="casenote" class="go">${icon("check2")}${gettext("Save note")}</button>`,
    };
  }
}
