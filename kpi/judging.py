"""How a value is judged against its target: the rules of domain 3.1, rule 5, and nowhere else."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.intervals import Interval
from kpi.indicators import Indicator
from kpi.indicators.definition import Tone
from kpi.indicators.kinds import TINY


class Verdict(models.TextChoices):
    """What is said of a value."""

    MET = "met", _("on target")
    UNPROVEN = "unproven", _("on target, not proven")
    MISSED = "missed", _("off target")
    NO_TARGET = "no_target", _("no target")
    TOO_FEW = "too_few", _("too few to judge")
    DOUBTFUL = "doubtful", _("data incomplete")
    NO_DATA = "no_data", _("no data")
    AWAITED = "awaited", _("not counted yet")


TONES: Final[dict[Verdict, Tone]] = {
    Verdict.MET: "ok",
    Verdict.UNPROVEN: "warn",
    Verdict.MISSED: "danger",
    Verdict.NO_TARGET: "idle",
    Verdict.TOO_FEW: "idle",
    Verdict.DOUBTFUL: "idle",
    Verdict.NO_DATA: "idle",
    Verdict.AWAITED: "idle",
}


def judge(
    indicator: Indicator,
    value: float | None,
    target: float | None,
    *,
    sample: float,
    interval: Interval | None = None,
    is_doubtful: bool = False,
) -> Verdict:
    """The verdict on a value that rests on `sample` records.

    A census is judged by its value alone. Of a sample the bad end of the interval must meet the target too; where it
    does not, the value may be luck. Without an interval everybody was asked. Shares and lengths of time of fewer than
    five records are not judged, unless the law demands every single case; numbers and rates always are.
    """
    if value is None:
        return Verdict.NO_DATA if indicator.is_live else Verdict.AWAITED
    if is_doubtful:
        return Verdict.DOUBTFUL
    if target is None:
        return Verdict.NO_TARGET
    if sample < TINY and not indicator.is_judged_tiny:
        return Verdict.TOO_FEW
    if not indicator.meets(value, target):
        return Verdict.MISSED
    if indicator.census or interval is None:
        return Verdict.MET
    bad_end = interval.low if indicator.direction == "up" else interval.high
    return Verdict.MET if indicator.meets(bad_end, target) else Verdict.UNPROVEN


def change(
    indicator: Indicator,
    value: float | None,
    earlier: float | None,
    now: Interval | None,
    then: Interval | None,
) -> str:
    """ "better" or "worse" only when the two intervals have nothing in common, else "same"; "" when that cannot be told."""
    if value is None or earlier is None or now is None or then is None:
        return ""
    if now.overlaps(then):
        return "same"
    return "better" if (value > earlier) == (indicator.direction == "up") else "worse"
