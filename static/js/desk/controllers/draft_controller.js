import { Controller } from "@hotwired/stimulus";
import { cameBack, drop, keyOf, load, read, save, write } from "../drafts.js";
import { notice } from "../notices.js";

/** Keeps what is typed in its form until the server has taken it. */
export default class extends Controller {
  static values = { key: String, restored: String, discard: String };

  connect() {
    this.key = keyOf(this.keyValue || this.element.getAttribute("action") || "");
    this.first = read(this.element);
    this.input = () => { clearTimeout(this.timer); this.timer = setTimeout(() => save(this.key, read(this.element)), 300); };
    this.submit = () => { clearTimeout(this.timer); save(this.key, read(this.element), true); };
    this.putBack();
    this.element.addEventListener("input", this.input);
    this.element.addEventListener("submit", this.submit);
  }

  disconnect() {
    clearTimeout(this.timer);
    this.element.removeEventListener("input", this.input);
    this.element.removeEventListener("submit", this.submit);
  }

  putBack() {
    const draft = load(this.key);
    if (!draft) return;
    const refused = this.element.querySelector(".error-summary");   // the server gave everything back itself
    if (refused || JSON.stringify(draft.values) === JSON.stringify(this.first)) return;
    if (draft.sent && !cameBack()) { drop(this.key); return; }        // it was taken, and we are here again
    write(this.element, draft.values);
    notice(this.restoredValue, "info", { stay: true, label: this.discardValue, action: () => { write(this.element, this.first); drop(this.key); } });
  }
}
