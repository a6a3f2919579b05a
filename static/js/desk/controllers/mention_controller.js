import { Controller } from "@hotwired/stimulus";

const WAIT = 200;

/** Completes “@name” in a text: colleagues are offered in a list that arrows, Enter and Escape move through. */
export default class extends Controller {
  static values = { url: String, label: String };

  connect() {
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${this.element.id || "text"}-people`, hidden: true, className: "mention-list" });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.labelValue);
    this.element.after(this.list);
    this.element.setAttribute("aria-autocomplete", "list");
    this.input = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.look(), WAIT); };
    this.keys = (event) => this.key(event);
    this.leave = () => setTimeout(() => this.close(), 150);
    this.element.addEventListener("input", this.input);
    this.element.addEventListener("keydown", this.keys);
    this.element.addEventListener("blur", this.leave);
  }

  disconnect() {
    clearTimeout(this.timer);
    this.element.removeEventListener("input", this.input);
    this.element.removeEventListener("keydown", this.keys);
    this.element.removeEventListener("blur", this.leave);
    this.list.remove();
  }

  /** What stands between the last “@” and the caret, or null. */
  started() {
    const before = this.element.value.slice(0, this.element.selectionStart);
    return before.match(/@([^@\n]{0,30})$/)?.[1] ?? null;
  }

  async look() {
    const start = this.started();
    if (start === null) { this.close(); return; }
    try {
      const answer = await fetch(`${this.urlValue}?q=${encodeURIComponent(start)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || this.started() !== start) return;
      this.show((await answer.json()).people);
    } catch {
      this.close();   // without a line one types the whole name
    }
  }

  show(people) {
    this.people = people;
    this.list.replaceChildren(...people.map((person, number) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${number}`;
      item.setAttribute("role", "option");
      item.textContent = person.staff_number ? `${person.name} · ${person.staff_number}` : person.name;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); this.take(number); });
      return item;
    }));
    this.list.hidden = people.length === 0;
    this.mark(0);
  }

  mark(number) {
    this.at = number;
    [...this.list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === number)));
    const item = this.list.children[number];
    if (item) this.element.setAttribute("aria-activedescendant", item.id);
    else this.element.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (this.list.hidden) return;
    const count = this.list.children.length;
    if (event.key === "ArrowDown") this.mark((this.at + 1) % count);
    else if (event.key === "ArrowUp") this.mark((this.at - 1 + count) % count);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(number) {
    const start = this.started();
    const caret = this.element.selectionStart;
    this.element.setRangeText(`${this.people[number].name} `, caret - (start?.length ?? 0), caret, "end");
    this.close();
    this.element.focus();
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(this.timer);
  }

  close() {
    this.list.hidden = true;
    this.element.removeAttribute("aria-activedescendant");
  }
}
