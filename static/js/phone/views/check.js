/** The checklist of a point: answered one below the other, kept as a draft with every touch. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { figure, isAbnormal, kindOf, missing, wireAnswers } from "../answers.js";
import { BUZZ, vibrate } from "../device.js";
import { gettext, ngettext } from "../gettext.js";
import { go, to } from "../router.js";
import { empty, icon } from "./frame.js";
import { PhotoPicker, noRoomNote } from "./photos.js";

export class Check {
  constructor(app, [scanId], { round = null }) {
    Object.assign(this, { app, scanId, roundId: round, answers: {}, tried: false, failed: false, saving: false });
    this.picker = new PhotoPicker(app, () => this.#keep(), () => Object.values(this.answers).reduce((sum, answer) => sum + (answer.photos?.length ?? 0), 0));
    this.draft = `check:${scanId}`;
  }

  async enter() {
    this.scan = this.app.visits.find((visit) => visit.id === this.scanId) ?? null;
    this.checklist = this.scan?.version_id ? this.app.bundle.checklist(this.scan.version_id) : null;
    const kept = await this.app.drafts.load(this.app.me.id, this.draft);
    this.answers = kept?.answers ?? {};
    for (const answer of Object.values(this.answers)) answer.photos = await this.picker.show(answer.photos ?? []);
  }

  leave() {
    this.picker.leave();
  }

  #set(item, values) {
    this.answers = { ...this.answers, [item.id]: { ...this.answers[item.id], ...values } };
    this.#keep();
    this.app.render();
  }

  #keep() {
    this.app.drafts.keep(this.app.me.id, this.draft, { answers: this.answers });
  }

  #lacks() {
    return this.checklist.items.map((item) => ({ item, lacks: missing(item, this.answers[item.id], this.picker.noRoom) })).filter(({ lacks }) => lacks.length);
  }

  async #save() {
    if (this.saving) return;
    this.tried = true;
    const [first] = this.#lacks();
    if (first) {
      vibrate(BUZZ.wrong);
      this.app.render();
      requestAnimationFrame(() => document.getElementById(`item-${first.item.id}`)?.scrollIntoView({ block: "center" }));
      return;
    }
    this.saving = true;
    try {
      const answers = wireAnswers(this.checklist.items, this.answers, this.picker.noRoom ? noRoomNote() : "");
      await this.app.records.check(this.app.me.id, { scan: this.scan, answers, draft: this.app.drafts.key(this.app.me.id, this.draft) });
      vibrate(BUZZ.saved);
      await this.app.saved();
      go(this.roundId ? to(["round", this.roundId]) : "#/", true);
    } catch {
      this.failed = true;
      this.saving = false;
      this.app.render();
    }
  }

  render() {
    const point = this.scan ? this.app.bundle.checkpoint(this.scan.checkpoint_id) : null;
    const back = this.roundId ? to(["round", this.roundId]) : "#/";
    if (!this.checklist) return { title: gettext("Check"), back, main: empty("list-check", gettext("This check is not on this phone"), gettext("It was filled in already, or today's list has changed.")) };
    const { items } = this.checklist;
    const answered = items.filter((item) => missing({ ...item, required: true }, this.answers[item.id], this.picker.noRoom).length === 0).length;
    const lacks = this.tried ? this.#lacks() : [];
    return {
      title: `${point?.code ?? ""} ${point?.name ?? ""}`.trim() || gettext("Check"),
      sub: `${this.checklist.name} · ${gettext("%(done)s of %(total)s", { done: answered, total: items.length })}`,
      back,
      main: html`<div class="form">${repeat(items, (item) => item.id, (item, n) => this.#item(item, n))}
        ${lacks.length ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${ngettext("%(count)s item still needs something.", "%(count)s items still need something.", lacks.length)}</p>` : nothing}
        ${this.failed ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${gettext("This could not be saved: the phone's storage is full or locked. Please free some space.")}</p>` : nothing}</div>`,
      footer: html`<button type="button" class="go" ?disabled=${this.saving} @click=${() => this.#save()}>${icon("check2")}${gettext("Save check")}</button>`,
    };
  }

  #item(item, n) {
    const answer = this.answers[item.id] ?? {};
    const abnormal = isAbnormal(item, answer);
    const lacks = this.tried ? missing(item, answer, this.picker.noRoom) : [];
    const kind = kindOf(item);
    const wantsPhoto = kind === "photo" || item.photo || abnormal;
    return html`<fieldset class="card item ${abnormal ? "is-abnormal" : ""} ${lacks.length ? "is-lacking" : ""}" id="item-${item.id}">
      <legend><span class="num item-n">${n + 1}</span>${item.label}${item.required ? nothing : html` <small>${gettext("(optional)")}</small>`}</legend>
      ${item.help ? html`<p class="help">${item.help}</p>` : nothing}
      ${this.#control(item, kind, answer, abnormal)}
      ${lacks.includes("value") ? this.#problem(gettext("Please answer this.")) : nothing}
      ${lacks.includes("figure") ? this.#problem(gettext("Please type a number.")) : nothing}
      ${abnormal ? html`<div class="field"><label for="text-${item.id}">${gettext("What is wrong?")}</label>
        <textarea id="text-${item.id}" rows="2" .value=${live(answer.text ?? "")} @input=${(event) => this.#set(item, { text: event.target.value })}></textarea>
        ${lacks.includes("text") ? this.#problem(gettext("Please say what is wrong.")) : nothing}</div>` : nothing}
      ${wantsPhoto ? html`${this.picker.template(answer.photos ?? [], (photos) => this.#set(item, { photos }), { id: `photo-${item.id}`, required: true })}
        ${lacks.includes("photo") ? this.#problem(gettext("Please take a photo.")) : nothing}` : nothing}
    </fieldset>`;
  }

  #problem(text) {
    return html`<p class="problem">${icon("exclamation-circle")}${text}</p>`;
  }

  #control(item, kind, answer, abnormal) {
    if (kind === "photo") return nothing;
    if (kind === "text") return html`<textarea rows="3" aria-label=${item.label} .value=${live(answer.value ?? "")} @input=${(event) => this.#set(item, { value: event.target.value })}></textarea>`;
    if (kind === "number") return this.#number(item, answer, abnormal);
    const options = kind === "choice" ? item.choices ?? [] : [
      { value: "normal", label: gettext("Normal"), tone: "ok" },
      { value: "abnormal", label: gettext("Abnormal"), tone: "danger" },
      { value: "na", label: gettext("Not applicable"), tone: "idle" },
    ];
    return html`<div class=${kind === "choice" ? "options" : "three"}>${options.map((option) => html`<label class="option ${option.tone ?? (option.abnormal ? "danger" : "")}">
      <input type="radio" name="item-${item.id}" value=${option.value} .checked=${live(answer.value === option.value)} @change=${() => this.#set(item, { value: option.value })}><span>${option.label}</span></label>`)}</div>`;
  }

  #number(item, answer, abnormal) {
    const low = item.low ?? null;
    const high = item.high ?? null;
    const unit = item.unit ?? "";
    const range = low !== null && high !== null ? gettext("%(low)s to %(high)s %(unit)s", { low, high, unit }) : low !== null ? gettext("at least %(low)s %(unit)s", { low, unit }) : high !== null ? gettext("at most %(high)s %(unit)s", { high, unit }) : "";
    return html`<div class="figure"><input class="big num" inputmode="decimal" autocomplete="off" aria-label=${item.label} aria-describedby="range-${item.id}" .value=${live(answer.value ?? "")}
        @input=${(event) => this.#set(item, { value: event.target.value })}><span class="unit">${unit}</span></div>
      <p class="help ${abnormal ? "c-danger" : ""}" id="range-${item.id}">${abnormal && !Number.isNaN(figure(answer.value)) ? gettext("Outside the range: %(range)s", { range }) : range ? gettext("Range: %(range)s", { range }) : nothing}</p>`;
  }
}
