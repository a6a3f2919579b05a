"""Verdicts in words: every reason as a sentence with its figures, in the reader's language."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from patrols.models import CannotReason, Method, Scan, TimeTrust, TypedReason
from patrols.reasons import GRAVE, HARMLESS, WHY, Reason


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say about a scan. `tone` is ok, info or warn."""

    code: str
    tone: str
    text: str


SENTENCES: dict[str, str] = {
    Reason.NO_LOCATION: gettext_noop("No location was given; presence rests on the label."),
    Reason.TYPED: gettext_noop("The code was typed, not scanned."),
    Reason.CANNOT: gettext_noop("The point could not be scanned."),
    Reason.LABEL_VOID: gettext_noop("Label %(serial)s had been replaced by then."),
    Reason.RETIRED: gettext_noop("The point had been taken out of use by then."),
    Reason.ROLE: gettext_noop("The person had no role at this site at that time."),
    Reason.CLOCK_CHANGED: gettext_noop(
        "The phone's clock was set by hand during the shift; the time was corrected by the clock that only rises."
    ),
    Reason.FUTURE: gettext_noop("The phone's clock lay in the future; the time of receipt was taken."),
    Reason.LATE: gettext_noop("It was handed in after the person had been deactivated."),
    Reason.ACCURACY: gettext_noop(
        "The phone reported a location with an accuracy of 0 m, which no receiver has."
    ),
    Reason.DISTANCE: gettext_noop(
        "%(distance)s m from the point; the location is accurate to %(accuracy)s m."
    ),
    Reason.SPEED: gettext_noop("%(speed)s m/s since the scan before; a person walks about 1.4 m/s."),
    Reason.DUPLICATE: gettext_noop("The same person scanned this point less than a minute before."),
    Reason.SAME_POSITION: gettext_noop("Exactly the same coordinates as at another point before."),
}
CLOCK_OFFSET = gettext_noop("The phone's clock was wrong by %(minutes)s min; the time was corrected.")
CLOCK_DEVICE = gettext_noop("The phone's clock could not be trusted and could not be measured.")
LABEL_VALID = gettext_noop("Label %(serial)s is valid.")
NEAR = gettext_noop("%(distance)s m from the point, within the accuracy of %(accuracy)s m.")
WALKED = gettext_noop("%(speed)s m/s since the scan before.")


def explain(scan: Scan) -> list[Line]:
    """Everything there is to say about a scan: what speaks for it, then what speaks against it."""
    return [*_for(scan), *(_line(scan, code) for code in scan.reasons)]


def reason_text(code: str, scan: Scan) -> str:
    """One reason as a sentence; an unknown code as itself."""
    if code.startswith(WHY):
        return _why(scan, code.removeprefix(WHY))
    if code == Reason.CLOCK:
        sentence = CLOCK_DEVICE if scan.time_trust == TimeTrust.DEVICE else CLOCK_OFFSET
    else:
        sentence = SENTENCES.get(code, code)
    return _(sentence) % _figures(scan) if "%(" in sentence else _(sentence)


def _line(scan: Scan, code: str) -> Line:
    known = code in Reason.__members__.values()
    tone = (
        "warn" if known and Reason(code) in GRAVE else "ok" if known and Reason(code) in HARMLESS else "info"
    )
    return Line(code, tone, reason_text(code, scan))


def _for(scan: Scan) -> list[Line]:
    """What speaks for a scan."""
    figures = _figures(scan)
    found = []
    if scan.label_serial is not None and Reason.LABEL_VOID not in scan.reasons:
        found.append(Line("label", "ok", _(LABEL_VALID) % figures))
    if scan.distance_m is not None and Reason.DISTANCE not in scan.reasons:
        found.append(Line("near", "ok", _(NEAR) % figures))
    if scan.speed_mps and Reason.SPEED not in scan.reasons:
        found.append(Line("walked", "ok", _(WALKED) % figures))
    return found


def _figures(scan: Scan) -> dict[str, str]:
    return {
        "serial": str(scan.label_serial or "?"),
        "distance": _whole(scan.distance_m),
        "accuracy": _whole(scan.accuracy_m),
        "speed": "?" if scan.speed_mps is None else number_format(scan.speed_mps, decimal_pos=1),
        "minutes": _whole(None if scan.offset_ms is None else abs(scan.offset_ms) / 60000),
    }


def _whole(value: float | None) -> str:
    return "?" if value is None else str(number_format(round(value), force_grouping=True))


def _why(scan: Scan, code: str) -> str:
    choices = CannotReason if scan.method == Method.CANNOT else TypedReason
    label = dict(choices.choices).get(code, code)
    return str(label)
