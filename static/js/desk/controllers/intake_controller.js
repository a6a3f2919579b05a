import { Controller } from "@hotwired/stimulus";

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "[]");

/** A new case: keys choose its kind, templates fill it, words propose how grave it is. What somebody chose stays. */
export default class extends Controller {
  static targets = ["form", "said", "caller", "measures", "list"];

  connect() {
    this.own = new Set();      // what the person has chosen themselves
    this.templates = new Map(read("intake-templates").map((one) => [String(one.template), one]));
    this.proposals = read("intake-proposals");
    this.whatOptions = [...this.field("what").querySelectorAll("optgroup")];
    this.fresh = !this.formTarget.querySelector(".error-summary");
    this.showing = setTimeout(() => this.show());   // after a draft has been put back
    const first = this.formTarget.querySelector("[name=kind]:checked") ?? this.formTarget.querySelector("[name=kind]");
    if (this.fresh) first?.focus({ preventScroll: true });
  }

  disconnect() {
    clearTimeout(this.showing);
  }

  show() {
    if (this.formTarget.querySelector("[name=kind]:checked")) this.own.add("kind");
    this.showCaller();
    this.showCategories();
    this.showMeasures(this.templates.get(this.field("template").value)?.measures ?? []);
  }

  field(name) {
    return this.formTarget.querySelector(`[name="${name}"]`);
  }

  /** Digits choose the kind unless they are being typed; Ctrl+Enter sends. */
  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.formTarget.requestSubmit();
      return;
    }
    const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const radio = this.formTarget.querySelectorAll("[name=kind]")[Number(event.key) - 1];
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    this.own.add("kind");
    this.showCategories();
    this.field("title").focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  chosen(event) {
    const name = event.target.name;
    if (["kind", "priority", "what"].includes(name)) this.own.add(name);
    if (name === "kind") this.showCategories();
    if (name === "source") this.showCaller();
  }

  typed(event) {
    if (!event.isTrusted || !["title", "description"].includes(event.target.name)) return;   // a draft put back proposes nothing
    const text = `${this.field("title").value} ${this.field("description").value}`.toLowerCase();
    const kind = this.own.has("kind") ? this.formTarget.querySelector("[name=kind]:checked")?.value : null;
    const found = this.proposals.find((one) => (!kind || one.kind === kind) && one.words.some((word) => text.includes(word)));
    if (!found) { this.saidTarget.textContent = ""; return; }
    if (!this.own.has("kind")) this.check("kind", found.kind);
    if (!this.own.has("priority")) this.check("priority", found.priority);
    this.showCategories();
    if (!this.own.has("what")) this.field("what").value = `${found.kind}/${found.subcategory || found.category}`;
    this.say();
  }

  /** One click: everything the template knows. */
  fill({ params }) {
    const one = this.templates.get(String(params.template));
    if (!one) return;
    this.field("template").value = one.template;
    this.check("kind", one.kind);
    this.check("priority", one.priority);
    this.own = new Set(["kind", "priority", "what"]);
    this.showCategories();
    this.field("what").value = one.what;
    this.field("title").value = one.title;
    this.field("description").value = one.description;
    if (one.description) document.getElementById("intake-more").open = true;
    this.showMeasures(one.measures);
    this.saidTarget.textContent = "";
    this.field("place").focus();
    this.field("title").dispatchEvent(new Event("change", { bubbles: true }));
  }

  check(name, value) {
    const radio = this.formTarget.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`);
    if (radio) radio.checked = true;
  }

  say() {
    const what = ["kind", "priority"].map((name) => this.formTarget.querySelector(`[name=${name}]:checked`)?.closest(".form-check")?.innerText.trim());
    what.push(this.field("what").selectedOptions[0]?.text);
    this.saidTarget.textContent = this.saidTarget.dataset.text.replace("{what}", what.filter(Boolean).join(" · "));
  }

  /** Only the categories of the chosen kind. */
  showCategories() {
    const select = this.field("what");
    const kind = this.formTarget.querySelector("[name=kind]:checked")?.value;
    for (const group of this.whatOptions) {
      const fits = !kind || group.querySelector("option")?.value.startsWith(`${kind}/`);
      if (fits && !group.isConnected) select.append(group);
      if (!fits) group.remove();
    }
    if (kind && select.value && !select.value.startsWith(`${kind}/`)) select.value = "";
  }

  /** Who called matters only when somebody called or wrote. */
  showCaller() {
    const source = this.formTarget.querySelector("[name=source]:checked")?.value;
    this.callerTarget.hidden = source === "desk";
  }

  showMeasures(measures) {
    this.measuresTarget.hidden = measures.length === 0;
    this.listTarget.replaceChildren(...measures.map((text, number) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      label.className = "check";
      Object.assign(box, { type: "checkbox", className: "form-check-input", name: "measures_done", value: String(number) });
      label.append(box, ` ${text}`);
      return label;
    }));
  }
}
