/** Times as the site's wall clock shows them. */
import { language } from "./gettext.js";

const TAGS = { en: "en-GB", "zh-hans": "zh-Hans-CN", "zh-hant": "zh-Hant-HK" };
const made = new Map();

function formatter(options) {
  const key = JSON.stringify([language(), options]);
  if (!made.has(key)) {
    try {
      made.set(key, new Intl.DateTimeFormat(TAGS[language()] ?? "en-GB", options));
    } catch {
      made.set(key, new Intl.DateTimeFormat(TAGS[language()] ?? "en-GB", { ...options, timeZone: undefined }));
    }
  }
  return made.get(key);
}

/** @param {number|string|null} moment ms or ISO; @returns "22:09", or "" without a moment */
export function clockTime(moment, timeZone) {
  const date = asDate(moment);
  return date ? formatter({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(date) : "";
}

/** Day and time, the day only when it is not today's there. */
export function dayTime(moment, timeZone, now = Date.now()) {
  const date = asDate(moment);
  if (!date) return "";
  const day = formatter({ month: "short", day: "numeric", timeZone });
  const time = clockTime(moment, timeZone);
  return day.format(date) === day.format(new Date(now)) ? time : `${day.format(date)} ${time}`;
}

export function span(from, to, timeZone) {
  return `${clockTime(from, timeZone)}–${clockTime(to, timeZone)}`;
}

/** The zone's short name when it is not the phone's own, else "". */
export function foreignZone(timeZone, now = Date.now()) {
  if (!timeZone) return "";
  const zoneName = (zone) => formatter({ timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date(now)).find((part) => part.type === "timeZoneName")?.value ?? "";
  const there = zoneName(timeZone);
  return there === zoneName(undefined) ? "" : there;
}

export function minutes(ms) {
  return Math.max(0, Math.round(ms / 60_000));
}

function asDate(moment) {
  if (moment === null || moment === undefined || moment === "") return null;
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? null : date;
}
