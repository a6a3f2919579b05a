import { Controller } from "@hotwired/stimulus";

/** Of a form about one thing of several kinds, only the parts that its chosen kind uses; without this all are there. */
export default class extends Controller {
  connect() {
    this.choice = this.element.querySelector("select[name=kind]");
    this.choice?.addEventListener("change", this.show);
    this.show();
  }

  disconnect() {
    this.choice?.removeEventListener("change", this.show);
  }

  show = () => {
    if (!this.choice) return;
    for (const part of this.element.querySelectorAll("[data-kinds]")) {
      part.hidden = !part.dataset.kinds.split(" ").includes(this.choice.value);
    }
  };
}
