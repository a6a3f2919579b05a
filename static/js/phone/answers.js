/** Rules of a checklist form: what an answer means and what it still lacks. */

export const KINDS = new Set(["number", "choice", "text", "photo"]);

/** The kind to draw; anything that is not a figure, choice, text or photo is normal/abnormal. */
export function kindOf(item) {
  return KINDS.has(item.kind) ? item.kind : "normal";
}

/** A figure as typed, with comma or full-width digits; NaN when it is none. */
export function figure(text) {
  const plain = String(text ?? "").normalize("NFKC").trim().replace(",", ".");
  return plain === "" ? NaN : Number(plain);
}

/** Does this answer name something wrong? */
export function isAbnormal(item, answer) {
  if (!answer) return false;
  switch (kindOf(item)) {
    case "number": {
      const value = figure(answer.value);
      if (Number.isNaN(value)) return false;
      return (item.low !== null && item.low !== undefined && value < Number(item.low)) || (item.high !== null && item.high !== undefined && value > Number(item.high));
    }
    case "choice":
      return Boolean((item.choices ?? []).find((choice) => choice.value === answer.value)?.abnormal);
    case "normal":
      return answer.value === "abnormal";
    default:
      return false;
  }
}

/**
 * What an answer lacks: a list of "value", "figure", "text", "photo".
 *
 * @param {boolean} noRoom the phone cannot keep another photo: it is not demanded then
 */
export function missing(item, answer, noRoom = false) {
  const lacks = [];
  const kind = kindOf(item);
  const empty = answer?.value === undefined || answer.value === null || answer.value === "";
  const photos = answer?.photos?.length ?? 0;
  if (kind === "number" && !empty && Number.isNaN(figure(answer.value))) lacks.push("figure");
  if (kind !== "photo" && empty && item.required) lacks.push("value");
  if (isAbnormal(item, answer) && !answer.text?.trim()) lacks.push("text");
  const demanded = (kind === "photo" && item.required) || (item.photo && (!empty || item.required)) || isAbnormal(item, answer);
  if (demanded && photos === 0 && !noRoom) lacks.push("photo");
  return lacks;
}

/** Answers as they are sent; items left empty are left out. */
export function wireAnswers(items, answers, note = "") {
  const sent = [];
  for (const item of items) {
    const answer = answers[item.id];
    const abnormal = isAbnormal(item, answer);
    const photos = answer?.photos ?? [];
    const text = [answer?.text?.trim() ?? "", note && photos.length === 0 && (abnormal || item.photo) ? note : ""].filter(Boolean).join(" ");
    const empty = answer?.value === undefined || answer.value === null || answer.value === "";
    if (empty && photos.length === 0 && !text) continue;
    const value = empty ? null : kindOf(item) === "number" ? figure(answer.value) : answer.value;
    sent.push({ item_id: item.id, value, abnormal, text, photos });
  }
  return sent;
}
