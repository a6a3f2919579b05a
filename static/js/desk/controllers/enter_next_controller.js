import { Controller } from "@hotwired/stimulus";

/** Typing row after row: Enter goes to the next field instead of sending a form that is only half filled in. */
export default class extends Controller {
  static targets = ["field"];

  connect() {
    this.element.addEventListener("keydown", this.next);
  }

  disconnect() {
    this.element.removeEventListener("keydown", this.next);
  }

  next = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.localName === "textarea") return;
    const place = this.fieldTargets.indexOf(event.target);
    if (place < 0) return;
    event.preventDefault();
    const next = this.fieldTargets[place + 1] ?? this.element.querySelector("button[type=submit]");
    next?.focus();
    next?.select?.();
  };
}
