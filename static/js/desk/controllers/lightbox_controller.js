/** Photos of a record: a click opens the whole picture in a dialog; arrows go on, Escape closes. */
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["link", "dialog", "image", "download", "step"];

  open(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.#show(this.linkTargets.indexOf(event.currentTarget));
    for (const step of this.stepTargets) step.hidden = this.linkTargets.length < 2;
    this.dialogTarget.showModal();
  }

  next() {
    this.#show(this.index + 1);
  }

  previous() {
    this.#show(this.index - 1);
  }

  key(event) {
    if (event.key === "ArrowRight") this.next();
    else if (event.key === "ArrowLeft") this.previous();
  }

  backdrop(event) {
    if (event.target === this.dialogTarget) this.close();
  }

  close() {
    this.dialogTarget.close();
    this.linkTargets[this.index]?.focus();
  }

  #show(index) {
    this.index = (index + this.linkTargets.length) % this.linkTargets.length;
    const link = this.linkTargets[this.index];
    this.imageTarget.src = link.href;
    this.imageTarget.alt = link.querySelector("img")?.alt ?? "";
    this.downloadTarget.href = link.href;
  }
}
