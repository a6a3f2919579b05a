/** Report anything in three taps: open, kind, save. Words, photos and place help, but nothing waits for them. */
import { html, nothing } from "lit-html";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { go, to } from "../router.js";
import { choices, empty, icon } from "./frame.js";
import { PhotoPicker } from "./photos.js";

const NEARBY_MS = 20 * 60_000;

export class Report {
  constructor(app, _parts, { round = null, point = null, about = "" }) {
    const form = { kind: null, part: "", text: about, photos: [], pointId: point === null ? null : Number(point), siteId: null, where: "" };
    Object.assign(this, { app, roundId: round, form, tried: false, failed: false, asked: point !== null || about !== "" });
    this.picker = new PhotoPicker(app, () => this.#keep());
    this.draft = "report";
  }

  async enter() {
    const { app } = this;
    const kept = this.asked ? null : await app.drafts.load(app.me.id, this.draft);
    if (kept) this.form = kept;
    this.form.photos = await this.picker.show(this.form.photos);
    const last = app.visits.filter((visit) => visit.checkpoint_id && app.clock.now() - visit.at < NEARBY_MS).sort((a, b) => b.at - a.at)[0];
    this.form.pointId ??= kept ? null : (last?.checkpoint_id ?? null);
    this.form.siteId ??= app.bundle.checkpoint(this.form.pointId)?.site_id ?? app.bundle.round(this.roundId)?.site_id ?? app.bundle.data?.sites?.[0]?.id ?? null;
    app.geo.prepare();
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

  /** The parts of a kind, where the bundle knows any. */
  #parts(kinds) {
    return choices(kinds.find((one) => one.value === this.form.kind)?.parts);
  }

  #label(kind) {
    return choices(kind.parts).find((one) => one.value === this.form.part)?.label ?? kind.label;
  }

  async #save() {
    this.tried = true;
    const { app, form } = this;
    const kind = choices(app.bundle.data?.report_kinds).find((one) => one.value === form.kind);
    if (!kind) {
      vibrate(BUZZ.wrong);
      return app.render();
    }
    const place = await app.geo.fix();
    try {
      await app.records.report(app.me.id, {
        kind: kind.value, part: form.part ?? "", label: this.#label(kind), text: form.text, photos: form.photos, siteId: form.siteId,
        checkpoint: app.bundle.checkpoint(form.pointId), where: form.where, place, draft: app.drafts.key(app.me.id, this.draft),
      });
      vibrate(BUZZ.saved);
      await app.saved();
      go(to(["outbox"], { saved: 1 }), true);
    } catch {
      this.failed = true;
      app.render();
    }
  }

  render() {
    const { app, form } = this;
    const kinds = choices(app.bundle.data?.report_kinds);
    const sites = app.bundle.data?.sites ?? [];
    const back = this.roundId ? to(["round", this.roundId]) : "#/";
    if (!kinds.length) return { title: gettext("Report something"), back, main: empty("flag", gettext("Nothing loaded yet"), gettext("Connect once so that this phone can fetch the kinds of reports of your site.")) };
    return {
      title: gettext("Report something"),
      back,
      main: html`<form class="form" id="report" novalidate @submit=${(event) => {
        event.preventDefault();
        this.#save();
      }}>
        <fieldset class="field"><legend>${gettext("What is it?")}</legend>
          <div class="tiles">${kinds.map(({ value, label }) => html`<label class="option"><input type="radio" name="kind" value=${value} .checked=${form.kind === value} @change=${() => this.#set({ kind: value, part: "" })}><span>${label}</span></label>`)}</div>
          ${this.tried && !form.kind ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("Please choose what it is.")}</p>` : nothing}</fieldset>
        ${form.kind && this.#parts(kinds).length ? html`<fieldset class="field"><legend>${gettext("What exactly?")} <small>${gettext("(optional)")}</small></legend>
          <div class="chips">${this.#parts(kinds).map(({ value, label }) => html`<label class="option"><input type="radio" name="part" value=${value} .checked=${form.part === value} @change=${() => this.#set({ part: value })}><span>${label}</span></label>`)}</div></fieldset>` : nothing}
        <div class="field"><label for="text">${gettext("What do you see?")}</label>
          <textarea id="text" rows="3" maxlength="4000" .value=${form.text} @input=${(event) => this.#set({ text: event.target.value })}></textarea></div>
        ${this.picker.template(form.photos, (photos) => this.#set({ photos }))}
        ${sites.length > 1 ? html`<div class="field"><label for="site">${gettext("Site")}</label>
          <select id="site" @change=${(event) => this.#set({ siteId: Number(event.target.value), pointId: null })}>${sites.map((site) => html`<option value=${site.id} ?selected=${site.id === form.siteId}>${site.name}</option>`)}</select></div>` : nothing}
        <div class="field"><label for="near">${gettext("Near which point?")}</label>
          <select id="near" @change=${(event) => this.#set({ pointId: event.target.value ? Number(event.target.value) : null })}>
            <option value="" ?selected=${form.pointId === null}>${gettext("None of them")}</option>
            ${app.bundle.checkpoints(form.siteId).map((point) => html`<option value=${point.id} ?selected=${point.id === form.pointId}>${point.code} ${point.name}</option>`)}
          </select></div>
        <div class="field"><label for="where">${gettext("Where exactly?")} <small>${gettext("(optional)")}</small></label>
          <input id="where" maxlength="200" autocomplete="off" .value=${form.where} @input=${(event) => this.#set({ where: event.target.value })}></div>
        ${this.failed ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}
      </form>`,
      footer: html`<button type="submit" form="report" class="go">${icon("flag")}${gettext("Save report")}</button>`,
    };
  }
}
