/** Words in the reader's language, from Django's catalogue; English is the source and needs none. */
let catalog = {};
let plural = (n) => (n === 1 ? 0 : 1);
let current = "en";

/** Load the texts; without them (never cached, no network) the page speaks English. */
export async function loadTexts(url, language, fetch = globalThis.fetch) {
  current = language;
  if (language.startsWith("zh")) plural = () => 0; // no eval of gettext's plural expression under our policy
  if (language === "en") return;
  try {
    const answer = await fetch(url);
    if (answer.ok) catalog = (await answer.json()).catalog ?? {};
  } catch {
    catalog = {};
  }
}

export const language = () => current;

/** Translate, then fill in `%(name)s`. */
export function gettext(message, values = null) {
  const hit = catalog[message];
  const text = hit === undefined ? message : Array.isArray(hit) ? hit[0] : hit;
  return values ? fill(text, values) : text;
}

/** Translate by number; `n` fills `%(count)s`. */
export function ngettext(one, many, n, values = {}) {
  const hit = catalog[one];
  const text = (Array.isArray(hit) ? hit[plural(n)] : hit) ?? (n === 1 ? one : many);
  return fill(text, { count: n, ...values });
}

function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, key) => (key in values ? String(values[key]) : whole));
}
