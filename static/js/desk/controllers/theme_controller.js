import { Controller } from "@hotwired/stimulus";

const YEAR = 31536000;

/** Light, dark, or as the system says; remembered in a cookie so that the server paints it right at once. */
export default class extends Controller {
  static targets = ["choice"];

  choose({ currentTarget }) {
    const theme = currentTarget.value;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR : 0}; samesite=lax`;
    for (const choice of this.choiceTargets) choice.setAttribute("aria-pressed", String(choice === currentTarget));
    document.dispatchEvent(new CustomEvent("theme:changed"));
  }
}
