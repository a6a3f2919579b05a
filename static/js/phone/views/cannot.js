/** The point could not be scanned: which, why, and a photo of it. */
import { html, nothing } from "lit-html";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { progress } from "../rounds.js";
import { go, to } from "../router.js";
import { choices, icon } from "./frame.js";
import { PhotoPicker } from "./photos.js";

export class CannotScan {
  constructor(app, _parts, { round = null, point = null }) {
    Object.assign(this, { app, roundId: round, form: { pointId: point === null ? null : Number(point), reason: null, note: "", photos: [] }, tried: false, failed: false });
    this.picker = new PhotoPicker(app, () => this.#keep());
    this.draft = `cannot:${round ?? ""}`;
  }

  async enter() {
    this.app.geo.prepare();
    const kept = await this.app.drafts.load(this.app.me.id, this.draft);
    if (kept) this.form = { ...kept, pointId: this.form.pointId ?? kept.pointId };
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

  #points(round) {
    return round ? progress(round, this.app.bundle, this.app.visits).points.filter((point) => point.state !== "done").map((point) => point.checkpoint) : this.app.bundle.checkpoints();
  }

  #lacks(reasons) {
    const { pointId, reason, photos } = this.form;
    return { point: !this.app.bundle.checkpoint(pointId), reason: reasons.length > 0 && !reason, photo: photos.length === 0 && !this.picker.noRoom };
  }

  async #save() {
    this.tried = true;
    const lacks = this.#lacks(choices(this.app.bundle.data?.cannot_reasons));
    if (lacks.point || lacks.reason || lacks.photo) {
      vibrate(BUZZ.wrong);
      return this.app.render();
    }
    const { pointId, reason, note, photos } = this.form;
    const place = await this.app.geo.fix();
    try {
      await this.app.records.cannotScan(this.app.me.id, {
        checkpoint: this.app.bundle.checkpoint(pointId), round: this.app.bundle.round(this.roundId), reason, note: note.trim(), photos, place,
        draft: this.app.drafts.key(this.app.me.id, this.draft),
      });
      vibrate(BUZZ.saved);
      await this.app.saved();
      go(this.roundId ? to(["round", this.roundId]) : "#/", true);
    } catch {
      this.failed = true;
      this.app.render();
    }
  }

  render() {
    const { app, form } = this;
    const round = app.bundle.round(this.roundId);
    const reasons = choices(app.bundle.data?.cannot_reasons);
    const lacks = this.tried ? this.#lacks(reasons) : {};
    const problem = (text) => html`<p class="problem">${icon("exclamation-circle")}${text}</p>`;
    return {
      title: gettext("Cannot scan"),
      sub: round?.plan?.name,
      back: round ? to(["round", round.id]) : "#/scan",
      main: html`<form class="form" id="cannot" novalidate @submit=${(event) => {
        event.preventDefault();
        this.#save();
      }}>
        <div class="field"><label for="point">${gettext("Point")}</label>
          <select id="point" @change=${(event) => this.#set({ pointId: event.target.value ? Number(event.target.value) : null })}>
            <option value="" ?selected=${form.pointId === null}>${gettext("Choose a point")}</option>
            ${this.#points(round).map((point) => html`<option value=${point.id} ?selected=${point.id === form.pointId}>${point.code} ${point.name}</option>`)}
          </select>${lacks.point ? problem(gettext("Please choose the point.")) : nothing}</div>
        <fieldset class="field"><legend>${gettext("Why not?")}</legend>
          <div class="options">${reasons.map(({ value, label }) => html`<label class="option"><input type="radio" name="reason" value=${value} .checked=${form.reason === value} @change=${() => this.#set({ reason: value })}><span>${label}</span></label>`)}</div>
          ${lacks.reason ? problem(gettext("Please choose a reason.")) : nothing}</fieldset>
        <div class="field"><p class="label">${gettext("Photo of the place")}</p>${this.picker.template(form.photos, (photos) => this.#set({ photos }), { required: true })}${lacks.photo ? problem(gettext("Please take a photo.")) : nothing}</div>
        <div class="field"><label for="note">${gettext("Note")} <small>${gettext("(optional)")}</small></label>
          <textarea id="note" rows="2" .value=${form.note} @input=${(event) => this.#set({ note: event.target.value })}></textarea></div>
        ${this.failed ? problem(gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")) : nothing}
      </form>`,
      footer: html`<button type="submit" form="cannot" class="go">${icon("check2")}${gettext("Save")}</button>`,
    };
  }
}
