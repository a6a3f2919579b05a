import { Controller } from "@hotwired/stimulus";

const WAIT = 350;

/** A filter bar sends itself: at once on a choice, after a pause while typing. */
export default class extends Controller {
  disconnect() {
    clearTimeout(this.timer);
  }

  now(event) {
    if (event.target.matches("input[type=search], input[type=text]")) return;
    clearTimeout(this.timer);
    this.element.requestSubmit();
  }

  later(event) {
    if (!event.target.matches("input[type=search], input[type=text], input[type=number]")) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.element.requestSubmit(), WAIT);
  }
}
