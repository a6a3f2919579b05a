/** How a limit stands and what is left of it, in words: the same as core.wording.span on the server. */
export function stateOf(seconds, warn) {
  if (seconds < 0) return "overdue";
  return seconds <= warn ? "soon" : "running";
}

/** A length of time in its two largest units; `units` are patterns for days, hours, minutes, seconds: "{n} min". */
export function left(seconds, [day, hour, minute, second]) {
  const size = Math.abs(Math.trunc(seconds));
  const days = Math.floor(size / 86400), hours = Math.floor((size % 86400) / 3600), minutes = Math.floor((size % 3600) / 60);
  const put = (pattern, n) => pattern.replace("{n}", n);
  if (days) return [put(day, days), hours ? put(hour, hours) : ""].filter(Boolean).join(" ");
  if (hours) return [put(hour, hours), minutes ? put(minute, minutes) : ""].filter(Boolean).join(" ");
  return minutes ? put(minute, minutes) : put(second, size);
}
