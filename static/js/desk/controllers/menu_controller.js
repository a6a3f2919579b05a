import { Controller } from "@hotwired/stimulus";

/** A <details> that behaves like a menu: one open at a time, Escape and a click outside close it, arrows move. */
export default class extends Controller {
  connect() {
    this.outside = (event) => this.element.contains(event.target) || this.close();
    this.keys = (event) => this.key(event);
    this.toggled = () => this.element.open && document.addEventListener("click", this.outside);
    this.element.addEventListener("toggle", this.toggled);
    this.element.addEventListener("keydown", this.keys);
  }

  disconnect() {
    document.removeEventListener("click", this.outside);
    this.element.removeEventListener("toggle", this.toggled);
    this.element.removeEventListener("keydown", this.keys);
  }

  close() {
    this.element.open = false;
    document.removeEventListener("click", this.outside);
  }

  key(event) {
    if (event.key === "Escape" && this.element.open) {
      this.close();
      this.element.querySelector("summary").focus();
      event.stopPropagation();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const items = [...this.element.querySelectorAll(".menu-panel :is(a, button)")];
    if (!items.length) return;
    event.preventDefault();
    this.element.open = true;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const here = items.indexOf(document.activeElement);
    items[(here < 0 ? (step > 0 ? 0 : items.length - 1) : (here + step + items.length) % items.length)].focus();
  }
}
