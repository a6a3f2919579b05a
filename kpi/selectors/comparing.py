"""An indicator before and after something was done: equal windows, counts summed over days, and the verdict (R077).

What is found is plain data, so that it can be frozen as JSON with the check of a measure and read again unchanged.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from core.intervals import Interval
from kpi.effects import median_interval, rate_ratio, share_difference
from kpi.indicators import Counts, Duration, Indicator, Number, Rate, Share, indicators
from kpi.models import Verdict
from kpi.selectors.counting import Days, days_of
from organization.models import Site

Kind: TypeAlias = Literal["share", "median", "rate", "other"]
#: Fewer records than the first in a window say nothing, fewer than the second little (domain 3.1, rule 5).
TINY, SMALL = 5, 30


@dataclass(frozen=True, slots=True)
class Side:
    """One window, both days included: the value, its interval, how many records it rests on, and the counts themselves."""

    first: date
    last: date
    value: float | None
    low: float | None
    high: float | None
    sample: float
    counts: dict[str, float]

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval; None where there is none."""
        return None if self.low is None or self.high is None else Interval(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both windows of `days` days. `effect` is the difference, of rates the ratio, after to before; with its interval."""

    code: str
    kind: Kind
    days: int
    before: Side
    after: Side
    effect: float | None
    low: float | None
    high: float | None
    verdict: str

    @property
    def smallest(self) -> float:
        """The smaller sample of the two."""
        return min(self.before.sample, self.after.sample)

    @property
    def is_tiny(self) -> bool:
        """Too few records in a window to say anything? Numbers and rates say so by their intervals."""
        return self.kind != "rate" and self.smallest < TINY

    @property
    def is_small(self) -> bool:
        """Few records in a window?"""
        return self.kind != "rate" and TINY <= self.smallest < SMALL

    @property
    def as_json(self) -> dict[str, Any]:
        """For a JSON column; days are ISO dates."""
        found = asdict(self)
        for side in ("before", "after"):
            found[side] |= {name: found[side][name].isoformat() for name in ("first", "last")}
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Comparison":
        """The frozen comparison."""
        sides = {
            side: Side(
                **{
                    **stored[side],
                    "first": date.fromisoformat(stored[side]["first"]),
                    "last": date.fromisoformat(stored[side]["last"]),
                }
            )
            for side in ("before", "after")
        }
        return cls(**{**stored, **sides})


@dataclass(frozen=True, slots=True)
class Windows:
    """Equal windows: `days` days before the day a measure began, and after the day it was done."""

    begun_on: date
    done_on: date
    days: int

    @property
    def before(self) -> tuple[date, date]:
        """First and last day before."""
        return self.begun_on - timedelta(days=self.days), self.begun_on - timedelta(days=1)

    @property
    def after(self) -> tuple[date, date]:
        """First and last day after."""
        return self.done_on + timedelta(days=1), self.done_on + timedelta(days=self.days)

    def is_over(self, today: date) -> bool:
        """Has the window after ended before `today`?"""
        return self.after[1] < today


def measurable() -> dict[str, Indicator]:
    """The indicators that are counted, by code: those that only wait for their records compare nothing."""
    return {code: one for code, one in indicators().items() if one.measures}


def compare(
    indicator: Indicator, site: Site, windows: Windows, zone_id: int | None = None, days: Days | None = None
) -> Comparison:
    """Both windows of a site, or one zone of it, as its records stand now. `days` spares reading them again."""
    known = days or days_of(site, windows.before[0], windows.after[1])
    before = side(indicator, site, between(known, *windows.before, zone_id), *windows.before)
    after = side(indicator, site, between(known, *windows.after, zone_id), *windows.after)
    effect, interval = _effect(indicator, before, after)
    return Comparison(
        indicator.code,
        kind_of(indicator),
        windows.days,
        before,
        after,
        effect,
        interval.low if interval else None,
        interval.high if interval else None,
        _verdict(indicator, before, after),
    )


def between(known: Days, first: date, last: date, zone_id: int | None = None) -> Counts:
    """The sum of some of the days."""
    span = {day: zones for day, zones in known.by_day.items() if first <= day <= last}
    return Days(first, last, span).total(zone_id)


def side(indicator: Indicator, site: Site, counts: Counts, first: date, last: date) -> Side:
    """What the counts of one window say of an indicator; a length of time is told by its median."""
    value, interval = indicator.value(counts, site), indicator.interval(counts, site)
    if isinstance(indicator, Duration):
        lengths = indicator.lengths(counts)
        value = None if lengths is None else lengths.median
        interval = median_interval(indicator.spread.steps(counts), indicator.spread.step)
    codes = tuple(measure.code for measure in indicator.measures)
    kept = {
        key: number for key, number in counts.items() if key.partition("@")[0] in codes
    }  # with the steps of a length of time
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Side(first, last, value, low, high, indicator.sample(counts), kept)


def kind_of(indicator: Indicator) -> Kind:
    """How two values of it are compared."""
    match indicator:
        case Share() if indicator.is_part:
            return "share"
        case Duration():
            return "median"
        case Number() | Rate():
            return "rate"
    return "other"


def _effect(indicator: Indicator, before: Side, after: Side) -> tuple[float | None, Interval | None]:
    if before.value is None or after.value is None:
        return None, None
    found: tuple[float, Interval] | None = None
    match indicator:
        case Share() if indicator.is_part:
            found = share_difference(
                (indicator.numerator.number(before.counts), before.sample),
                (indicator.numerator.number(after.counts), after.sample),
            )
        case Number() | Rate():
            found = rate_ratio(round(before.sample), round(after.sample))
            return found or (None, None)
    return found or (after.value - before.value, None)


def _verdict(indicator: Indicator, before: Side, after: Side) -> str:
    """Called effective, or not, only when there is enough and the two intervals have nothing in common (domain 3.1, rule 5)."""
    was, now = before.interval, after.interval
    is_tiny = kind_of(indicator) != "rate" and min(before.sample, after.sample) < TINY
    if is_tiny or was is None or now is None or was.overlaps(now):
        return Verdict.UNCLEAR.value
    is_better = (now.low > was.high) == (indicator.direction == "up")
    return (Verdict.EFFECTIVE if is_better else Verdict.NOT_EFFECTIVE).value
