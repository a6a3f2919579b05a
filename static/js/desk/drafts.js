/**
 * What somebody types in a form is kept in sessionStorage until the server has taken it: it survives an ended session,
 * a refused request and a closed lid. Never passwords, files or hidden fields; never shown to another person.
 */
const PREFIX = "draft:";
const SECRET = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);

const store = () => globalThis.sessionStorage;
export const person = () => document.body.dataset.person ?? "";

export function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !field.disabled && !SECRET.has(field.type) && field.autocomplete !== "one-time-code");
}

export function read(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    const list = (values[field.name] ??= []);
    if (field.type === "checkbox" || field.type === "radio") { if (field.checked) list.push(field.value); }
    else if (field.type === "select-multiple") list.push(...[...field.selectedOptions].map((option) => option.value));
    else list.push(field.value);
  }
  return values;
}

export function write(form, values) {
  const left = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, [...list]]));
  for (const field of fieldsOf(form)) {
    const list = left[field.name];
    if (!list) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = list.includes(field.value);
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = list.includes(option.value);
    else if (list.length) field.value = list.shift();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export const keyOf = (name) => `${PREFIX}${location.pathname}:${name}`;

export function save(key, values, sent = false) {
  try {
    store().setItem(key, JSON.stringify({ person: person(), path: location.pathname, values, sent }));
  } catch {
    // storage full or forbidden: the form still works
  }
}

export function load(key) {
  const draft = JSON.parse(store().getItem(key) ?? "null");
  return draft && draft.person === person() ? draft : null;
}

export const drop = (key) => store().removeItem(key);

const SIGNED_OUT = "draft-signed-out";
const onSignIn = () => Boolean(document.querySelector("[data-sign-in]"));

/** On every page: sent drafts whose page we have left were taken; those of another person go. */
export function clearDelivered() {
  try {
    if (onSignIn()) { store().setItem(SIGNED_OUT, "1"); return; }
    for (const key of Object.keys(store()).filter((name) => name.startsWith(PREFIX))) {
      const draft = JSON.parse(store().getItem(key));
      const taken = draft.sent && draft.path !== location.pathname && !document.querySelector("[data-refused]");
      if (taken || (person() && draft.person && draft.person !== person())) drop(key);
    }
  } catch {
    // no storage here
  }
}

/** Did a sign-in page stand between the last page and this one? Asked once. */
export function cameBack() {
  const did = store().getItem(SIGNED_OUT) === "1";
  store().removeItem(SIGNED_OUT);
  return did;
}
