/** The server's reason codes in plain words. */
import { gettext } from "./gettext.js";

/** @returns {string} never a bare code */
export function reasonWord(code) {
  switch (code) {
    case "no_location": return gettext("without a position");
    case "typed": return gettext("typed, not scanned");
    case "cannot": return gettext("could not be scanned");
    case "label_void": return gettext("an old label");
    case "retired": return gettext("a point no longer in use");
    case "role": return gettext("not your site at that time");
    case "clock": return gettext("the phone's clock is wrong");
    case "clock_changed": return gettext("the phone's clock was set by hand");
    case "late_hand_in": return gettext("handed in after your account was closed");
    case "deactivated": return gettext("made after your account was closed");
    case "future": return gettext("the time lies in the future");
    case "accuracy": return gettext("a position without accuracy");
    case "distance": return gettext("far from the point");
    case "speed": return gettext("very soon after the last point");
    case "duplicate": return gettext("recorded twice");
    case "same_position": return gettext("exactly the position of another point");
    case "author": return gettext("made by another person");
    case "unknown_code": return gettext("no point with this code at your sites");
    case "no_text": return gettext("nothing was written");
    case "kind": return gettext("a kind of report the server does not know");
    case "unknown": return gettext("it names something unknown");
    case "unknown_kind": return gettext("a kind of record the server does not know yet");
    case "different_body": return gettext("another record with the same number came first");
    case "forbidden": return gettext("your role does not allow it");
    case "malformed": case "invalid": return gettext("something in it is not valid");
    case "too_large": return gettext("it is too large");
    case "dispatch_ended": return gettext("it had ended meanwhile; your words stand in the case's timeline");
    case "moved_on": return gettext("the case had moved on meanwhile; your words stand in its timeline");
    case "not_taken": return gettext("the step was not possible; your words stand in the case's timeline");
    case "merged": return gettext("somebody had changed the same field; both are kept");
    case "error": return gettext("the server could not work on it");
    default: return gettext("to be looked at by a supervisor");
  }
}
