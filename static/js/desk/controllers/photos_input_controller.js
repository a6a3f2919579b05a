/** Shows the photos chosen in a form before they are sent. Says nothing to the server. */
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["input", "list"];
  static values = { name: String };

  disconnect() {
    this.#forget();
  }

  show() {
    this.#forget();
    const files = [...this.inputTarget.files].filter((file) => file.type.startsWith("image/"));
    this.listTarget.replaceChildren(...files.map((file) => this.#item(file)));
    this.listTarget.hidden = files.length === 0;
  }

  #item(file) {
    const url = URL.createObjectURL(file);
    this.urls.push(url);
    const item = document.createElement("li");
    const figure = document.createElement("figure");
    const image = document.createElement("img");
    const caption = document.createElement("figcaption");
    image.src = url;
    image.alt = this.nameValue.replace("{name}", file.name);
    caption.textContent = file.name;
    figure.append(image, caption);
    item.append(figure);
    return item;
  }

  #forget() {
    for (const url of this.urls ?? []) URL.revokeObjectURL(url);
    this.urls = [];
  }
}
