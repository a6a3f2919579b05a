/** Recording voice notes inside a form: kept at once under the hash of their bytes, heard again, removable. */
import { html, nothing } from "lit-html";
import { BUZZ, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { NoRoom } from "../photos.js";
import { MOST_BYTES, Recorder, records } from "../voice.js";
import { icon } from "./frame.js";

/** "1:05" */
export const length = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class VoicePicker {
  /**
   * @param {() => void} onChange after every recording kept or removed
   * @param {() => boolean} isFull are there as many files as one note takes?
   */
  constructor(app, onChange = () => {}, isFull = () => false) {
    Object.assign(this, { app, onChange, isFull, left: false, urls: new Map(), seconds: 0, busy: false, problem: null });
    this.recorder = new Recorder({ onTick: (seconds) => {
      this.seconds = seconds;
      app.render();
    } });
  }

  /** Show recordings a draft already has; forgets those that are gone. */
  async show(voices) {
    const there = [];
    for (const voice of voices) {
      const bytes = await this.app.photos.bytes(this.app.me.id, voice.sha).catch(() => null);
      if (!bytes) continue;
      this.#keepUrl(voice, bytes);
      there.push(voice);
    }
    return there;
  }

  #keepUrl(voice, bytes) {
    if (!this.urls.has(voice.sha)) this.urls.set(voice.sha, URL.createObjectURL(new Blob([bytes], { type: voice.type })));
  }

  /** Is something being asked for, recorded or kept? Then what is in the form is not all yet. */
  get isAtWork() {
    return this.busy || this.recorder.isRunning;
  }

  leave() {
    this.left = true;
    if (this.recorder.isRunning) this.recorder.cancel();
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }

  /** The recordings with their controls and the button; `set` receives the changed list. */
  template(voices, set) {
    if (!records()) return nothing;
    return html`<div class="voices">
      ${voices.map((voice, n) => html`<div class="voice"><audio controls preload="metadata" src=${this.urls.get(voice.sha) ?? nothing} aria-label=${gettext("Voice note %(n)s", { n: n + 1 })}></audio>
        <button type="button" class="icon-link" aria-label=${gettext("Remove voice note %(n)s", { n: n + 1 })} @click=${() => this.#remove(voices, voice, set)}>${icon("x-lg")}</button></div>`)}
      ${this.recorder.isRunning
        ? html`<button type="button" class="take recording" @click=${() => this.#stop(voices, set)}>${icon("stop-circle")}<span>${gettext("Stop")} <b class="num">${length(this.seconds)}</b></span></button>`
        : html`<button type="button" class="take" ?disabled=${this.busy || this.isFull()} @click=${() => this.#start(voices, set)}>${icon("mic")}<span>${this.busy ? gettext("Saving") : gettext("Record your voice")}</span></button>`}
    </div>
    ${this.problem ? html`<p class="problem" role="alert">${icon("exclamation-circle")}${this.problem}</p>` : nothing}`;
  }

  async #start(voices, set) {
    if (this.isAtWork) return;
    Object.assign(this, { busy: true, problem: null, seconds: 0 });
    this.recorder.onFull = () => this.#stop(voices, set);
    try {
      await this.recorder.start();
      if (this.left) this.recorder.cancel(); // the screen was left while the browser asked
      else vibrate(BUZZ.saved);
    } catch {
      this.recorder.cancel();
      this.problem = gettext("The microphone cannot be used. Allow it in the browser's settings, or write instead.");
    }
    this.busy = false;
    this.app.render();
  }

  async #stop(voices, set) {
    if (!this.recorder.isRunning || this.busy) return;
    this.busy = true;
    this.app.render();
    try {
      const { bytes, type, seconds } = await this.recorder.stop();
      if (bytes.byteLength === 0 || bytes.byteLength > MOST_BYTES) throw new Error("no usable recording");
      const sha = await this.app.photos.add(this.app.me.id, bytes);
      const voice = { sha, type, seconds };
      this.#keepUrl(voice, bytes);
      set([...voices, voice]);
      vibrate(BUZZ.saved);
    } catch (error) {
      this.problem = error instanceof NoRoom ? gettext("The phone is full: this recording was not kept.") : gettext("Nothing was recorded. Please try again.");
    }
    this.busy = false;
    this.onChange();
    this.app.render();
  }

  async #remove(voices, voice, set) {
    set(voices.filter((one) => one.sha !== voice.sha));
    await this.app.photos.drop(this.app.me.id, voice.sha);
    this.onChange();
    this.app.render();
  }
}
