/** Relative times stay true while a page is open; exact ones name their zone where it is not the reader's. */
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const LONGEST = 30 * 86400;

export function relative(seconds, formatter, justNow) {
  const size = Math.abs(seconds);
  if (size < 45) return justNow;
  if (size > LONGEST) return null;
  for (const [unit, length] of UNITS) {
    if (size >= length || unit === "minute") return formatter.format(Math.trunc(Math.sign(seconds) * Math.max(Math.round(size / length), 1)), unit);
  }
  return null;
}

/** Minutes east of UTC of a zone at an instant. */
export function offsetOf(zone, instant) {
  const wall = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(instant);
  const match = /GMT([+-])(\d+):?(\d+)?/.exec(wall.find((part) => part.type === "timeZoneName").value);
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) : 0;
}

function refresh() {
  const formatter = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const words = relative((new Date(element.dateTime) - Date.now()) / 1000, formatter, document.body.dataset.textJustNow);
    if (words && element.textContent !== words) element.textContent = words;
  }
}

function nameZones(root) {
  for (const element of root.querySelectorAll("time[data-zone]:not([data-zoned])")) {
    element.dataset.zoned = "";
    const instant = new Date(element.dateTime);
    if (offsetOf(element.dataset.zone, instant) === -instant.getTimezoneOffset()) continue;
    const once = element.closest("[data-zone-once]");   // a grid of times says its zone at the first one
    if (once?.querySelector(".zone")) { element.title = element.dataset.zoneName; continue; }
    element.append(Object.assign(document.createElement("small"), { className: "zone", textContent: ` ${element.dataset.zoneName}` }));
  }
}

export function keepTimes() {
  refresh();
  nameZones(document);
  setInterval(() => document.hidden || refresh(), 20000);
  document.addEventListener("htmx:afterSettle", (event) => { nameZones(event.target); refresh(); });
}
