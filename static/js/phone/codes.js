/** What a scanned text says: our labels are addresses, `https://host/c/<token>`. */
import { sha256 } from "./hash.js";

const TOKEN = /^[0-9a-z]+\.[0-9A-Za-z]+\.[0-9A-Za-z_-]+$/;

/** The label token in a scanned text, or null when it is no label of ours. */
export function tokenOf(text) {
  const trimmed = String(text ?? "").trim();
  const inAddress = trimmed.match(/^(?:https?:\/\/[^/\s]+)?\/c\/([^/?#\s]+)\/?(?:[?#].*)?$/i);
  let token = inAddress ? inAddress[1] : trimmed;
  try {
    token = decodeURIComponent(token);
  } catch {
    return null;
  }
  return TOKEN.test(token) ? token : null;
}

/**
 * The point a token belongs to: `{checkpoint, current}`. `current` is false for a label that was
 * re-issued since; `checkpoint` is null for one that today's bundle does not know.
 */
export async function pointOf(token, checkpoints) {
  const digest = await sha256(token);
  const exact = checkpoints.find((point) => (point.label_sha256 ?? []).includes(digest));
  if (exact) return { checkpoint: exact, current: true };
  const id = parseInt(token.split(".")[0], 36);
  return { checkpoint: checkpoints.find((point) => point.id === id) ?? null, current: false };
}

/** The point whose printed code was typed; spaces, dashes and case don't matter. */
export function typedPoint(text, checkpoints) {
  const wanted = plain(text);
  return wanted ? (checkpoints.find((point) => plain(point.code) === wanted) ?? null) : null;
}

function plain(text) {
  return String(text ?? "").normalize("NFKC").replace(/[\s\-_.]/g, "").toUpperCase();
}
