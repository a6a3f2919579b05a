import { Controller } from "@hotwired/stimulus";

/** A message that can be put away. */
export default class extends Controller {
  close() {
    this.element.remove();
  }
}
