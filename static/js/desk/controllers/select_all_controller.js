import { Controller } from "@hotwired/stimulus";

/** One checkbox for all the others, and a button that is ready once something is chosen. */
export default class extends Controller {
  static targets = ["all", "one", "act"];

  connect() {
    this.update();
  }

  toggle() {
    for (const one of this.oneTargets) one.checked = this.allTarget.checked;
    this.update();
  }

  update() {
    const chosen = this.oneTargets.filter((one) => one.checked).length;
    if (this.hasAllTarget) {
      this.allTarget.checked = chosen > 0 && chosen === this.oneTargets.length;
      this.allTarget.indeterminate = chosen > 0 && chosen < this.oneTargets.length;
    }
    for (const act of this.actTargets) act.disabled = chosen === 0;
  }
}
