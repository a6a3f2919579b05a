"""Where an indicator stands: value, interval, tone, and whether it really changed."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.intervals import Interval
from core.reports.formats import rounded, show
from kpi.indicators import DEFAULT, Counts, Goal, Indicator, Lengths, Profile, Share
from kpi.indicators.completeness import is_incomplete
from kpi.indicators.kinds import TINY, Unit
from kpi.judging import TONES, Verdict, change, judge

MINUTES_IN_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Standing:
    """One indicator over some days. `value` None is "no data"; `sample` is how many records it rests on.

    `target` is that of the site and month, None for information only. Numerator and denominator are those of a share,
    `lengths` those of a length of time. `is_doubtful`: so many time stamps are missing that it says nothing.
    """

    indicator: Indicator
    value: float | None
    interval: Interval | None
    sample: float
    numerator: float = 0
    denominator: float = 0
    lengths: Lengths | None = None
    before: float | None = None
    change: str = ""
    target: float | None = None
    is_doubtful: bool = False

    @property
    def judgement(self) -> Verdict:
        """What is said of it (kpi.judging)."""
        return judge(
            self.indicator,
            self.value,
            self.target,
            sample=self.sample,
            interval=self.interval,
            is_doubtful=self.is_doubtful,
        )

    @property
    def tone(self) -> str:
        """Colour by meaning: "ok", "warn", "danger", or "idle" where nothing is judged."""
        return TONES[self.judgement]

    @property
    def verdict(self) -> Any:
        """The judgement in words."""
        return self.judgement.label

    @property
    def is_met(self) -> bool | None:
        """Does the value meet the target? None without either."""
        return self.indicator.meets(self.value, self.target)

    @property
    def is_tiny(self) -> bool:
        """Does it rest on so little that only the number is shown?"""
        return self.value is not None and self.sample < TINY and not self.indicator.is_judged_tiny

    @property
    def is_small(self) -> bool:
        """Does it rest on little, so that it is marked as a small sample? Numbers and rates are never."""
        by_itself = self.indicator.is_judged_tiny and not self.indicator.is_statutory
        return self.value is not None and not by_itself and TINY <= self.sample < self.indicator.small_below

    @property
    def change_label(self) -> Any:
        """The change since the month before, in words; "" when there is nothing to compare."""
        return CHANGES[self.change]

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return shown(self.value, self.indicator.unit)

    @property
    def before_shown(self) -> str:
        """The value of the month before as people read it."""
        return shown(self.before, self.indicator.unit)

    @property
    def target_shown(self) -> str:
        """The target as people read it: "≥ 98%", or a dash."""
        return goal_shown(self.indicator, self.target)

    @property
    def interval_shown(self) -> str:
        """The interval as people read it: "96.1% – 99.0%", or ""."""
        if self.interval is None:
            return ""
        unit = self.indicator.unit
        return f"{bound_shown(self.interval.low, unit)} – {bound_shown(self.interval.high, unit)}"

    @property
    def basis_shown(self) -> str:
        """What the value rests on, in a few words: the other statistics of a length of time, else nothing."""
        if self.lengths is None:
            return ""
        unit = self.indicator.unit
        return gettext("mean %(mean)s, median %(median)s, 90%% within %(p90)s") % {
            "mean": shown(self.lengths.mean, unit),
            "median": shown(self.lengths.median, unit),
            "p90": shown(self.lengths.p90, unit),
        }

    @property
    def shortfall(self) -> float:
        """How far off its target it is, as a share of the target; 0 when it is met or there is none."""
        target = self.target
        if target is None or self.value is None or self.is_met:
            return 0.0
        return abs(self.value - target) / target if target else abs(self.value)

    @property
    def rail(self) -> dict[str, float | None]:
        """Numbers for {% target_rail %}, with a scale that shows what matters; shares in percent."""
        interval = self.interval
        marks = [self.value, self.target, interval.low if interval else None]
        known = [mark for mark in marks if mark is not None]
        factor = 100.0 if isinstance(self.indicator, Share) else 1.0
        rail = {
            "value": _times(self.value, factor),
            "target": _times(self.target, factor),
            "low": _times(interval.low if interval else None, factor),
            "high": _times(interval.high if interval else None, factor),
        }
        if isinstance(self.indicator, Share):
            rises = self.indicator.direction == "up"
            highest = max([*known, interval.high if interval else 0.0], default=0.0)
            minimum = max(0.0, (min(known, default=0.0) * 100 - 5) // 10 * 10) if rises else 0.0
            return {
                **rail,
                "minimum": minimum,
                "maximum": 100.0 if rises else min(100.0, highest * 125 or 100.0),
            }
        return {
            **rail,
            "minimum": 0.0,
            "maximum": max([*known, *([interval.high] if interval else [])], default=0) * 1.1 or 1.0,
        }


CHANGES = {"": "", "better": _("better"), "worse": _("worse"), "same": _("no clear change")}


def goal_shown(indicator: Indicator, target: float | None) -> str:
    """A target as people read it: "≥ 98%", or a dash."""
    if target is None:
        return show(None)
    sign = "≥" if indicator.direction == "up" else "≤"
    is_round = indicator.unit == "percent" and round(target * 100, 9) == round(target * 100)
    return f"{sign} {show(target, 'percent', 0) if is_round else shown(target, indicator.unit)}"


def shown(value: float | None, unit: Unit) -> str:
    """A value of that unit as people read it; lengths of time are given in minutes."""
    if value is None:
        return show(None)
    match unit:
        case "percent":
            return show(value, "percent")
        case "permille":
            return f"{_decimals(value * 1000, 2)}‰"
        case "minutes":
            return show(value, "minutes")
        case "hours":
            return pgettext("length of time", "%(hours)s h") % {"hours": _decimals(value / 60, 1)}
        case "days":
            return pgettext("length of time", "%(days)s days") % {
                "days": _decimals(value / MINUTES_IN_DAY, 1)
            }
        case "points" | "score":
            return _decimals(value, 1)
    return show(value, "number")


def standing(
    indicator: Indicator,
    counts: Counts,
    site: Profile,
    before: Counts | None = None,
    *,
    target: Goal = DEFAULT,
    earlier: Standing | None = None,
) -> Standing:
    """The indicator from counts, against the target of the site (else the default), compared with the counts of the period before,
    or with where it stood then when that was written down (`earlier`)."""
    found = indicator.reckoned(counts, site)
    value, now = found.value, found.interval
    was, then = None, None
    if earlier is not None:
        was, then = earlier.value, earlier.interval
    elif before:  # without anything counted the month before there is nothing to compare, not a 0
        was = indicator.value(before, site)
        then = None if was is None or now is None else indicator.interval(before, site)
    return Standing(
        indicator,
        value,
        now,
        found.sample,
        found.numerator,
        found.denominator,
        found.lengths,
        was,
        change(indicator, value, was, now, then),
        indicator.goal(target),
        indicator.needs_stamps and is_incomplete(counts),
    )


def bound_shown(value: float, unit: Unit) -> str:
    """The end of an interval as people read it; of a number with a decimal."""
    return _decimals(value, 1) if unit == "number" else shown(value, unit)


def _decimals(value: float, digits: int) -> str:
    """Rounded; Django's number format would cut off."""
    return number_format(rounded(value, digits), digits)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
