"""Where an indicator stands: value, interval, tone, and whether it really changed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports.formats import show
from kpi.indicators import Counts, Indicator
from kpi.intervals import Interval, wilson


@dataclass(frozen=True, slots=True)
class Standing:
    """One indicator over some days. `value` None is "no data"."""

    indicator: Indicator
    numerator: float
    denominator: float
    value: float | None
    interval: Interval | None
    before: float | None = None
    change: str = ""

    @property
    def tone(self) -> str:
        """Colour by meaning: a census is judged by its value alone (domain 3.1, rule 5)."""
        meets = self.indicator.meets_target(self.value)
        if meets is None:
            return "idle"
        return "ok" if meets else "danger"

    @property
    def verdict(self) -> Any:
        """The tone in words."""
        return VERDICTS[self.tone if self.value is not None else "none"]

    @property
    def change_label(self) -> Any:
        """The change since the month before, in words; "" when there is nothing to compare."""
        return CHANGES[self.change]

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return show(self.value, self.indicator.unit)

    @property
    def target_shown(self) -> str:
        """The target as people read it: "≥ 98%", or a dash."""
        if self.indicator.target is None:
            return show(None)
        sign = "≥" if self.indicator.direction == "up" else "≤"
        digits = (
            0
            if self.indicator.unit == "percent"
            and round(self.indicator.target * 100) == self.indicator.target * 100
            else None
        )
        return f"{sign} {show(self.indicator.target, self.indicator.unit, digits)}"

    @property
    def interval_shown(self) -> str:
        """The interval as people read it: "96.1% – 99.0%", or ""."""
        if self.interval is None:
            return ""
        return f"{show(self.interval.low, 'percent')} – {show(self.interval.high, 'percent')}"

    @property
    def rail(self) -> dict[str, float | None]:
        """Numbers for {% target_rail %}, in percent, with a scale that shows what matters."""
        marks = [self.value, self.indicator.target, self.interval.low if self.interval else None]
        lowest = min((mark for mark in marks if mark is not None), default=0.0)
        return {
            "value": _percent(self.value),
            "target": _percent(self.indicator.target),
            "low": _percent(self.interval.low if self.interval else None),
            "high": _percent(self.interval.high if self.interval else None),
            "minimum": max(0.0, (lowest * 100 - 5) // 10 * 10),
            "maximum": 100.0,
        }


VERDICTS = {"ok": _("on target"), "danger": _("off target"), "idle": _("no target"), "none": _("no data")}
CHANGES = {"": "", "better": _("better"), "worse": _("worse"), "same": _("no clear change")}


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def standing(indicator: Indicator, counts: Counts, before: Counts | None = None) -> Standing:
    """The indicator from counts, compared with the counts of the period before."""
    now, then = _interval(indicator, counts), _interval(indicator, before or {})
    value = indicator.value(counts)
    earlier = indicator.value(before or {})
    return Standing(
        indicator,
        counts.get(indicator.numerator.code, 0),
        counts.get(indicator.denominator.code, 0),
        value,
        now,
        earlier,
        _change(indicator, value, earlier, now, then),
    )


def _interval(indicator: Indicator, counts: Counts) -> Interval | None:
    if indicator.unit != "percent":
        return None
    return wilson(counts.get(indicator.numerator.code, 0), counts.get(indicator.denominator.code, 0))


def _change(
    indicator: Indicator,
    value: float | None,
    earlier: float | None,
    now: Interval | None,
    then: Interval | None,
) -> str:
    """Called a change only when the two intervals have nothing in common (domain 3.1, rule 5)."""
    if value is None or earlier is None or now is None or then is None:
        return ""
    if now.overlaps(then):
        return "same"
    return "better" if (value > earlier) == (indicator.direction == "up") else "worse"
