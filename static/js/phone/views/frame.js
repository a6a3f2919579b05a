/** What every screen has: the state of the network on top, then header, content, and the one main action. */
import { html, nothing } from "lit-html";
import { unsafeHTML } from "lit-html/directives/unsafe-html.js";
import { dayTime } from "../format.js";
import { gettext, ngettext } from "../gettext.js";
import { to } from "../router.js";

const drawn = new Map();

/** An icon of the page's own set (the shell's template); decorative, a word stands beside it. */
export function icon(name) {
  if (!drawn.has(name)) drawn.set(name, document.getElementById("icons")?.content.querySelector(`[data-icon="${name}"]`)?.innerHTML ?? "");
  return unsafeHTML(drawn.get(name));
}

/** "3 records", "3 records and 2 photos", or "" when nothing waits. */
export function amount({ records, photos }) {
  const parts = [];
  if (records) parts.push(ngettext("%(count)s record", "%(count)s records", records));
  if (photos) parts.push(ngettext("%(count)s photo", "%(count)s photos", photos));
  return parts.length === 2 ? gettext("%(records)s and %(photos)s", { records: parts[0], photos: parts[1] }) : (parts[0] ?? "");
}

/** Tone, icon and words of the network bar. Online means: our server answered, not what the browser believes. */
export function network(app) {
  const waiting = amount(app.counts);
  const { phase, reason } = app.sendState;
  const wait = waiting ? gettext("%(what)s to send", { what: waiting }) : "";
  const say = (tone, mark, text) => ({ tone, mark, text: [text, wait].filter(Boolean).join(" · ") });
  if (app.me && ["expired", "other"].includes(app.session.state)) return say("danger", "lock", gettext("Sign in to send"));
  if (app.me && app.session.state === "ended" && app.online) return say(waiting ? "warn" : "idle", "lock", gettext("Account closed"));
  if (app.me && app.session.mustChoose && app.online) return say("danger", "lock", gettext("New password needed"));
  if (app.online === null) return say("idle", "cloud-arrow-up", gettext("Connecting"));
  if (!app.online) return say("warn", "cloud-slash", reason === "portal" ? gettext("Network without a way to the server") : gettext("Offline"));
  if (phase === "sending") return say("info", "cloud-arrow-up", gettext("Sending"));
  if (phase === "waiting" && reason !== "signin") return say("warn", "clock-history", gettext("Server busy"));
  if (waiting) return say("info", "cloud-arrow-up", gettext("Online"));
  return say("ok", "cloud-check", app.me ? gettext("Online · all sent") : gettext("Online"));
}

function networkBar(app) {
  const { tone, mark, text } = network(app);
  const ended = app.me && ["expired", "other"].includes(app.session.state);
  const target = !app.me || ended ? "#/signin" : tone === "danger" ? "#/password" : "#/outbox";
  const last = app.me ? (app.lastSync ? gettext("Last sync %(time)s", { time: dayTime(app.lastSync) }) : gettext("Not synced yet")) : "";
  return html`<a class="net t-${tone}" href=${target}>
    <span class="net-state" role="status">${icon(mark)}<span>${text}</span></span>
    <span class="net-last num">${last}</span>
  </a>`;
}

/** "You are sent": on top of every screen until it is opened. */
function called(app) {
  const entry = app.called === null ? null : app.bundle.case(app.called);
  if (!entry) return nothing;
  return html`<div class="banner t-danger" role="alert"><p><b>${gettext("You are sent")}</b> ${entry.title}${entry.place ? html` · ${entry.place}` : nothing}</p>
    <a class="small" href=${to(["case", entry.id])} @click=${() => {
      app.called = null;
      app.render();
    }}>${gettext("Open")}</a></div>`;
}

/** "You need not go any more": until it is read. */
function off(app) {
  if (!app.calledOff) return nothing;
  return html`<div class="banner t-warn" role="alert"><p><b>${gettext("You need not go any more")}</b> ${app.calledOff.title}</p>
    <button type="button" class="small" @click=${() => {
      app.calledOff = null;
      app.render();
    }}>${gettext("Understood")}</button></div>`;
}

function banners(app) {
  return html`
    ${app.accept
      ? html`<div class="banner t-info"><p>${gettext("A new version is ready. What waits to be sent stays.")}</p>
          <button type="button" class="small" @click=${app.accept}>${gettext("Update now")}</button></div>`
      : nothing}
    ${called(app)} ${off(app)}
    ${app.lost
      ? html`<div class="banner t-danger"><p>${app.lost.count === null ? gettext("The browser has thrown away what this phone had kept. Records that were not sent yet are lost. Please tell your supervisor.") : ngettext(
            "This phone has lost %(count)s record that was not sent yet: its storage was cleared. Please tell your supervisor.",
            "This phone has lost up to %(count)s records that were not sent yet: its storage was cleared. Please tell your supervisor.",
            app.lost.count,
          )} ${app.lost.at ? html`<span class="num">${gettext("Last one made: %(time)s", { time: dayTime(app.lost.at) })}</span>` : nothing}</p>
          <button type="button" class="small" @click=${async () => {
            if (app.lost.told) await app.install.seen();
            app.lost = null;
            app.render();
          }}>${gettext("Understood")}</button></div>`
      : nothing}
  `;
}

/**
 * @param {{title: string, sub?: unknown, back?: string, end?: unknown, main: unknown, footer?: unknown, kind?: string}} page
 */
export function frame(app, page) {
  return html`
    <section aria-label=${gettext("Network")}>${networkBar(app)} ${banners(app)}</section>
    <header class="top">
      ${page.back ? html`<a class="back" href=${page.back} aria-label=${gettext("Back")}>${icon("chevron-left")}</a>` : nothing}
      <div class="top-words"><h1 tabindex="-1">${page.title}</h1>${page.sub ? html`<p class="num">${page.sub}</p>` : nothing}</div>
      ${page.end ?? nothing}
    </header>
    <main class=${page.kind ?? ""}>${page.main}</main>
    ${page.footer ? html`<footer class=${page.kind ?? ""}>${page.footer}</footer>` : nothing}
  `;
}

/** A message where something would be, and what to do about it. */
export function empty(mark, title, text, action = nothing) {
  return html`<section class="empty">${icon(mark)}<h2>${title}</h2><p>${text}</p>${action}</section>`;
}

/** The page itself could not start: rare, and never the end of what is saved. */
export function failure(error) {
  return html`<main class="splash"><h1>${gettext("This page could not start")}</h1>
    <p>${gettext("What you have saved is still on this phone. Close other tabs of this page and open it again.")}</p>
    <p class="mono">${error?.name ?? ""}</p>
    <button type="button" class="primary" @click=${() => location.reload()}>${gettext("Open again")}</button></main>`;
}

/** A part of the page that has not reached this phone: only before its very first visit was complete. */
export class NotYet {
  render() {
    return {
      title: gettext("Not loaded yet"),
      back: "#/",
      main: empty("cloud-slash", gettext("This part is not on this phone yet"), gettext("Connect once; afterwards it works without a network."), html`<button type="button" class="primary" @click=${() => location.reload()}>${gettext("Try again")}</button>`),
    };
  }
}

/** `[{value, label}]` from a list of the bundle, which may hold plain words too. */
export function choices(list) {
  return (list ?? []).map((entry) => (typeof entry === "string" ? { value: entry, label: entry } : entry));
}
