import { Controller } from "@hotwired/stimulus";

/** A native modal dialog: opened by a button, closed by its own, by Escape and by a click beside it. */
export default class extends Controller {
  static targets = ["dialog"];

  open() {
    this.dialogTarget.showModal();
  }

  close() {
    this.dialogTarget.close();
  }

  dialogTargetConnected(dialog) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
}
