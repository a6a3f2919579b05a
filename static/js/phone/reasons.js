/** The server's reason codes in plain words. */
import { gettext } from "./gettext.js";

/** @returns {string} never a bare code */
export function reasonWord(code) {
  switch (code) {
    case "author": return gettext("made by another person");
    case "clock": return gettext("the phone's clock is wrong");
    case "distance": return gettext("far from the point");
    case "speed": return gettext("too fast since the last point");
    case "duplicate": return gettext("recorded twice");
    case "late": return gettext("outside the round's time");
    case "location": case "no-location": case "no_location": return gettext("without a position");
    case "typed": return gettext("typed, not scanned");
    case "label": case "void_label": case "old_label": return gettext("an old label");
    case "unknown": case "unknown_checkpoint": case "unknown_code": return gettext("an unknown point");
    case "different_body": return gettext("a different record with the same number");
    case "photo": case "photos": case "photo_missing": return gettext("a photo is missing");
    default: return gettext("looked at by a supervisor");
  }
}
