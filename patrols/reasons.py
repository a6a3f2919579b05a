"""Why a scan was judged as it was: codes, what each is worth, and the limits behind them.

The verdict is a function of the reasons alone (`VERDICT_SQL`), so whoever adds a reason decides its weight here.
Doubtful is a question to a person, never a sanction: every scan counts as a visit until somebody overrules it.
"""

from enum import StrEnum

from django.conf import settings


class Reason(StrEnum):
    """What is to be said about a scan besides that its code was right."""

    # of the scan itself
    NO_LOCATION = "no_location"  # allowed: presence rests on the label
    TYPED = "typed"
    CANNOT = "cannot"
    LABEL_VOID = "label_void"  # the label had been replaced when it was scanned
    RETIRED = "retired"  # the point had been taken out of use
    ROLE = "role"  # no role at the site at that time (F25)
    CLOCK = "clock"  # the phone's clock was wrong or could not be measured
    CLOCK_CHANGED = "clock_changed"  # it was set by hand in mid-shift; the monotonic one spoke (F11)
    FUTURE = "future"  # later than its receipt: never counts as on time (F10)
    LATE = "late_hand_in"  # its author had been deactivated when it was handed in, not when it was made (F24)
    ACCURACY = "accuracy"  # an accuracy of nought metres is no measurement
    DISTANCE = "distance"  # farther off than the position's accuracy and the point's radius allow
    # of the scan among its neighbours
    SPEED = "speed"  # faster than a person walks since the scan before
    DUPLICATE = "duplicate"  # same person, same point, within a minute
    SAME_POSITION = "same_position"  # exactly the coordinates of the scan before, at another point


#: In front of the code of a TypedReason or CannotReason, which stands among the reasons for the reader.
WHY = "why_"

#: Nothing to hold against the scan.
HARMLESS = (Reason.NO_LOCATION,)
#: Weaker proof, but no contradiction.
MILD = (Reason.TYPED, Reason.CANNOT, Reason.RETIRED, Reason.CLOCK, Reason.CLOCK_CHANGED)
#: A contradiction that somebody should look at.
GRAVE = (
    Reason.LABEL_VOID,
    Reason.ROLE,
    Reason.FUTURE,
    Reason.LATE,
    Reason.ACCURACY,
    Reason.DISTANCE,
    Reason.SPEED,
    Reason.DUPLICATE,
    Reason.SAME_POSITION,
)
#: Reasons that depend on the scans around; they are judged again when a neighbour arrives late (F6).
RELATIVE = (Reason.SPEED, Reason.DUPLICATE, Reason.SAME_POSITION)

#: Walking speed above which two scans contradict each other, in metres per second.
MAX_SPEED_MPS: float = getattr(settings, "PATROL_MAX_SPEED_MPS", 3.0)
#: Distances below this never make a speed or a repeated position suspicious, in metres.
MIN_DISTANCE_M = 20.0
#: How long after a scan of the same point by the same person another one is a duplicate, in seconds.
DUPLICATE_SECONDS = 60
#: Scans farther apart in time are not compared, in seconds.
NEIGHBOUR_SECONDS = 1800
#: Accuracy assumed when the phone gave none, in metres.
DEFAULT_ACCURACY_M = 50.0


def _array(reasons: tuple[Reason, ...]) -> str:
    return "ARRAY[" + ", ".join(f"'{reason.value}'" for reason in reasons) + "]::varchar[]"


GRAVE_SQL = _array(GRAVE)
MILD_SQL = _array(MILD)
RELATIVE_SQL = _array(RELATIVE)


def verdict_sql(reasons: str) -> str:
    """The verdict of the SQL array expression `reasons`."""
    return (
        f"CASE WHEN {reasons} && {GRAVE_SQL} THEN 'doubtful' "
        f"WHEN {reasons} && {MILD_SQL} THEN 'plausible' ELSE 'verified' END"
    )
