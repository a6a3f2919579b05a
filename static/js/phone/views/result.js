/** What a scan led to: saved, and what comes next. */
import { html, nothing } from "lit-html";
import { clockTime } from "../format.js";
import { gettext, ngettext } from "../gettext.js";
import { progress } from "../rounds.js";
import { to } from "../router.js";
import { icon } from "./frame.js";

/**
 * @param {{found: object, saved: object|null}} outcome `saved` is null when the same visit was
 *   already recorded a moment ago
 * @param {{onward: unknown, again: () => void}} actions `onward` is the button when nothing else is due
 */
export function resultSheet(app, { found, saved }, { onward, again }) {
  const { checkpoint, round, current } = found;
  const zone = app.zone(checkpoint?.site_id ?? round?.site_id);
  const name = checkpoint ? `${checkpoint.code} ${checkpoint.name}` : (found.typed ?? gettext("Unknown label"));
  if (!saved) {
    return html`<section class="sheet" aria-live="assertive">
      <div class="sheet-head c-info">${icon("info-circle")}<div><h2>${name}</h2><p>${gettext("Already recorded at %(time)s", { time: clockTime(found.before.at, zone) })}</p></div></div>
      <div class="sheet-actions">${onward}<button type="button" class="plain" @click=${again}>${gettext("Record again")}</button></div>
    </section>`;
  }
  const { checklist } = saved;
  const notes = [];
  if (!checkpoint) notes.push(gettext("This label is not in your list of today. The server will look it up."));
  else if (!current) notes.push(gettext("This label has been replaced by a newer one. Your supervisor will see that."));
  const next = round ? progress(round, app.bundle, app.visits).next : null;
  return html`<section class="sheet" aria-live="assertive">
    <div class="sheet-head c-ok">${icon("check-circle-fill")}<div><h2>${name}</h2><p>${gettext("Saved at %(time)s", { time: clockTime(app.clock.now(), zone) })}${round ? ` · ${round.plan?.name ?? ""}` : nothing}</p></div></div>
    ${notes.map((note) => html`<p class="note">${icon("info-circle")}${note}</p>`)}
    ${!checklist && next ? html`<p class="onward">${gettext("Next: %(code)s %(name)s", { code: next.checkpoint.code, name: next.checkpoint.name })}<small>${next.checkpoint.place}</small></p>` : nothing}
    <div class="sheet-actions">
      ${checklist
        ? html`<a class="primary" href=${to(["check", saved.id], { round: round?.id })}>${icon("list-check")}${ngettext("Fill in %(count)s check", "Fill in %(count)s checks", checklist.items.length)}</a>`
        : onward}
    </div>
  </section>`;
}
