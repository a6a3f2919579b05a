import { Controller } from "@hotwired/stimulus";

/** Copies the value of its source. */
export default class extends Controller {
  static targets = ["source", "label"];
  static values = { done: String };

  async copy() {
    this.sourceTarget.select();
    try {
      await navigator.clipboard.writeText(this.sourceTarget.value);
    } catch {
      document.execCommand("copy");   // plain http has no clipboard
    }
    if (!this.hasLabelTarget || this.before) return;
    this.before = this.labelTarget.textContent;
    this.labelTarget.textContent = this.doneValue;
    setTimeout(() => { this.labelTarget.textContent = this.before; this.before = null; }, 2000);
  }
}
