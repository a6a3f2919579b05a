"""Indicators that tell how long something takes (domain 3.1, rule 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from kpi.indicators.definition import Counts, Measure, Spread
from kpi.indicators.kinds import Direction, Indicator, Profile, Reckoned, Unit

Statistic: TypeAlias = Literal["mean", "median", "p90"]


@dataclass(frozen=True, slots=True)
class Lengths:
    """What is told of lengths of time, all in minutes; `count` were measured."""

    count: int
    mean: float
    median: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration(Indicator):
    """How long something takes: mean, median and 90th percentile; `judged` is the one the target is for."""

    spread: Spread
    judged: Statistic
    unit: Unit = "minutes"
    direction: Direction = "down"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The spread."""
        return (self.spread,)

    def lengths(self, counts: Counts) -> Lengths | None:
        """Everything told of it; None when nothing was measured."""
        return lengths_of(self.spread.steps(counts), self.spread.step)

    def value(self, counts: Counts, site: Profile | None = None) -> float | None:
        """The statistic that is judged, in minutes."""
        return self.reckoned(counts).value

    def reckoned(self, counts: Counts, site: Profile | None = None) -> Reckoned:
        """The same, with the other statistics."""
        found = self.lengths(counts)
        value = None if found is None else float(getattr(found, self.judged))
        return Reckoned(value, None, self.spread.number(counts), lengths=found)


def lengths_of(steps: Mapping[int, float], step: int) -> Lengths | None:
    """Mean, median, 90th percentile and longest of lengths kept by steps; None of none.

    Between two lengths a percentile lies where PostgreSQL's percentile_cont puts it.
    """
    ordered = sorted((length, round(number)) for length, number in steps.items() if number)
    total = sum(number for _length, number in ordered)
    if not total:
        return None
    until = list(accumulate(number for _length, number in ordered))

    def at(rank: int) -> int:
        return next(length for (length, _number), last in zip(ordered, until, strict=True) if rank < last)

    def percentile(share: float) -> float:
        place = share * (total - 1)
        low = int(place)
        lower, upper = at(low), at(min(low + 1, total - 1))
        return round((lower + (upper - lower) * (place - low)) * step, 6)

    mean = sum(length * number for length, number in ordered) / total * step
    return Lengths(total, mean, percentile(0.5), percentile(0.9), ordered[-1][0] * step)
