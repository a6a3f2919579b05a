import { Controller } from "@hotwired/stimulus";

/** A menu of checkboxes says in its button what is chosen. */
export default class extends Controller {
  static targets = ["text"];
  static values = { all: String };

  show() {
    const labels = [...this.element.querySelectorAll("input:checked")].map((box) => box.dataset.label);
    this.textTarget.textContent = labels.length ? labels.join(", ") : this.allValue;
  }
}
