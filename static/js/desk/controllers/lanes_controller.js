import { Controller } from "@hotwired/stimulus";

/** What hangs over the edge (half an hour's label) is no reason to scroll. */
const OVERHANG = 60;

/** Where the lanes are wider than the screen, the present is in view. */
export default class extends Controller {
  connect() {
    const flag = this.element.querySelector(".now-flag");
    if (!flag || this.element.scrollWidth <= this.element.clientWidth + OVERHANG) return;
    const box = this.element.getBoundingClientRect();
    this.element.scrollLeft += flag.getBoundingClientRect().left - box.left - box.width * 0.6;
  }
}
