/** Taking photos inside a form: the camera only, kept at once, shown small, removable. */
import { html, nothing } from "lit-html";
import { shrink } from "../image.js";
import { NoRoom } from "../photos.js";
import { gettext } from "../gettext.js";
import { icon } from "./frame.js";

/** Most photos of one record; the server takes no more. */
export const MOST = 20;

export class PhotoPicker {
  /**
   * @param {() => void} onChange after every photo taken or removed
   * @param {() => number} [taken] photos of the whole record, when it has several lists
   */
  constructor(app, onChange = () => {}, taken = null) {
    Object.assign(this, { app, onChange, taken });
    this.urls = new Map();
    this.busy = false;
    this.noRoom = false;
    this.failed = false;
  }

  /** Show photos that a draft already has; forgets those that are gone. */
  async show(shas) {
    const there = [];
    for (const sha of shas) {
      const bytes = await this.app.photos.bytes(this.app.me.id, sha).catch(() => null);
      if (!bytes) continue;
      if (!this.urls.has(sha)) this.urls.set(sha, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
      there.push(sha);
    }
    return there;
  }

  leave() {
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }

  /** The buttons and small pictures for one list of hashes; `set` receives the changed list. */
  template(shas, set, { id, required = false } = {}) {
    const full = (this.taken?.() ?? shas.length) >= MOST;
    return html`<div class="photos">
      ${shas.map((sha, n) => html`<span class="thumb"><img src=${this.urls.get(sha) ?? nothing} alt=${gettext("Photo %(n)s", { n: n + 1 })}>
        <button type="button" aria-label=${gettext("Remove photo %(n)s", { n: n + 1 })} @click=${() => this.#remove(shas, sha, set)}>${icon("x-lg")}</button></span>`)}
      ${full ? html`<p class="help">${gettext("No more photos fit into one record.")}</p>` : html`<label class="take ${this.busy ? "busy" : ""}"><input type="file" accept="image/*" capture="environment" id=${id ?? nothing} class="sr" ?disabled=${this.busy}
        aria-required=${required ? "true" : nothing} @change=${(event) => this.#take(event, shas, set)}>${icon("camera")}<span>${this.busy ? gettext("Saving") : gettext("Take a photo")}</span></label>`}
    </div>
    ${this.noRoom ? html`<p class="problem">${icon("exclamation-circle")}${gettext("The phone is full: this photo was not kept. You can save without it, or send what waits first and take it again.")}</p>` : nothing}
    ${this.failed ? html`<p class="problem">${icon("exclamation-circle")}${gettext("This picture could not be read. Please take it again.")}</p>` : nothing}`;
  }

  async #take(event, shas, set) {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    Object.assign(this, { busy: true, noRoom: false, failed: false });
    this.app.render();
    try {
      const bytes = await shrink(file);
      const sha = await this.app.photos.add(this.app.me.id, bytes);
      if (!this.urls.has(sha)) this.urls.set(sha, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
      if (!shas.includes(sha)) set([...shas, sha]);
    } catch (error) {
      if (error instanceof NoRoom) this.noRoom = true;
      else this.failed = true;
    }
    this.busy = false;
    this.onChange();
    this.app.render();
  }

  async #remove(shas, sha, set) {
    set(shas.filter((one) => one !== sha));
    await this.app.photos.drop(this.app.me.id, sha);
    this.onChange();
    this.app.render();
  }
}

/** Put into the text of an answer that had to go without its photo. */
export const noRoomNote = () => gettext("[no photo: the phone's storage was full]");
