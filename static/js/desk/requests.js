/** What every htmx request of the desk shares: CSRF header, tidy addresses, ended sessions, lost lines. */
import { notice } from "./notices.js";

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") {
    detail.headers["X-CSRFToken"] = meta("csrf-token");
  } else if (detail.elt.matches?.("form")) {
    for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
  }
});

// The session has ended: sign in and come back to this page (drafts wait in sessionStorage).
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (xhr.status !== 401) return;
  event.preventDefault();
  const signIn = xhr.getResponseHeader("HX-Redirect") || "/accounts/login/";
  const here = location.pathname + location.search;
  location.assign(`${signIn}?next=${encodeURIComponent(here)}`);
});

// A form sent by htmx that came back with errors is shown, not dropped.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 422) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

let lastComplaint = 0;
function complain(text) {
  if (Date.now() - lastComplaint < 15000) return;
  lastComplaint = Date.now();
  notice(text, "warn");
}
const isLive = (element) => element?.matches?.("[data-controller~='live'], [data-controller~='progress']");
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (!isLive(detail.elt)) complain(document.body.dataset.textOffline);
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (!isLive(detail.elt) && detail.xhr.status !== 401) complain(document.body.dataset.textFailed);
});
