import { Controller } from "@hotwired/stimulus";

/** Where the lanes are wider than the screen, the present is in view. */
export default class extends Controller {
  connect() {
    const flag = this.element.querySelector(".now-flag");
    if (!flag || this.element.scrollWidth <= this.element.clientWidth) return;
    const box = this.element.getBoundingClientRect();
    this.element.scrollLeft += flag.getBoundingClientRect().left - box.left - box.width * 0.6;
  }
}
