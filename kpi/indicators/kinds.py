"""The kinds of indicators: shares, lengths of time, numbers, and rates by households or residents (domain 3.1, 3.2)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from django.db import models
from django.utils.translation import gettext_lazy as _

from kpi.indicators.definition import Counts, Measure, Spread, Text, Together
from kpi.intervals import Interval, poisson, wilson
from organization.models import Site

Unit: TypeAlias = Literal["percent", "number", "minutes", "hours", "days", "permille"]
Direction: TypeAlias = Literal["up", "down"]
Statistic: TypeAlias = Literal["mean", "median", "p90"]


class Group(models.TextChoices):
    """The domain of an indicator: its heading on the month's page."""

    PATROLS = "patrols", _("Patrols")
    SERVICE = "service", _("Service")
    SAFETY = "safety", _("Hazards and violations")
    INCIDENTS = "incidents", _("Incidents")
    TEAMWORK = "teamwork", _("Teamwork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(ABC):
    """One indicator of the catalogue (domain 3.2), made of measures.

    `target` is in the unit of the value (0.98 is 98 %; lengths of time are in minutes), None for information only;
    `basis` says where it comes from. A census indicator counts every record, so it is judged by its value alone; its
    interval only shows what chance does from month to month (domain 3.1, rule 5). `window` is over how many months,
    the shown one last, it is reckoned.
    """

    code: str
    name: Text
    definition: Text
    group: Group = Group.PATROLS
    unit: Unit = "percent"
    direction: Direction = "up"
    target: float | None = None
    basis: Text = ""
    cadence: Text = ""
    caveat: Text = ""
    census: bool = True
    window: int = 1
    beside: tuple[Measure, ...] = ()

    @property
    @abstractmethod
    def measures(self) -> tuple[Measure, ...]:
        """What it is made of; the last one is that whose rows it opens."""

    @abstractmethod
    def value(self, counts: Counts, site: Site) -> float | None:
        """The figure from counts; None is "no data"."""

    def sample(self, counts: Counts) -> float:
        """How many records it rests on."""
        return self.measures[-1].number(counts)

    def interval(self, counts: Counts, site: Site) -> Interval | None:
        """What chance does to the value, where that can be told."""
        return None

    def meets_target(self, value: float | None) -> bool | None:
        """Is the target met? None without a value or a target."""
        if value is None or self.target is None:
            return None
        return value >= self.target if self.direction == "up" else value <= self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Indicator):
    """The share of a numerator in a denominator; a denominator of 0 is no data.

    With `is_part` false the numerator is no part of the denominator (recurrences by what was closed): no interval.
    """

    numerator: Measure | Together
    denominator: Measure | Together
    is_part: bool = True

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Numerator, then denominator."""
        return (*_parts(self.numerator), *_parts(self.denominator))

    def sample(self, counts: Counts) -> float:
        """The denominator."""
        return self.denominator.number(counts)

    def value(self, counts: Counts, site: Site | None = None) -> float | None:
        """Numerator over denominator."""
        due = self.denominator.number(counts)
        return self.numerator.number(counts) / due if due else None

    def interval(self, counts: Counts, site: Site | None = None) -> Interval | None:
        """Wilson 95 %."""
        if not self.is_part:
            return None
        return wilson(self.numerator.number(counts), self.denominator.number(counts))


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

    def value(self, counts: Counts, site: Site | None = None) -> float | None:
        """The statistic that is judged, in minutes."""
        found = self.lengths(counts)
        return None if found is None else float(getattr(found, self.judged))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Indicator):
    """How many there were; 0 is a value, not "no data"."""

    measure: Measure
    unit: Unit = "number"
    direction: Direction = "down"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is counted."""
        return (self.measure,)

    def value(self, counts: Counts, site: Site | None = None) -> float | None:
        """The number."""
        return self.measure.number(counts)

    def interval(self, counts: Counts, site: Site | None = None) -> Interval | None:
        """Exact Poisson 95 %: what 0 does not prove."""
        return poisson(round(self.measure.number(counts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Indicator):
    """How many there were by households or residents of the site; no data while its profile does not say how many."""

    measure: Measure
    exposure: Callable[[Site], int | None]
    unit: Unit = "permille"
    direction: Direction = "down"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is counted."""
        return (self.measure,)

    def value(self, counts: Counts, site: Site) -> float | None:
        """The number by each of those who live there."""
        by = self.exposure(site)
        return self.measure.number(counts) / by if by else None

    def interval(self, counts: Counts, site: Site) -> Interval | None:
        """Exact Poisson 95 %, by each of those who live there."""
        by = self.exposure(site)
        if not by:
            return None
        whole = poisson(round(self.measure.number(counts)))
        return Interval(whole.low / by, whole.high / by)


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


def _parts(measure: Measure | Together) -> tuple[Measure, ...]:
    return measure.parts if isinstance(measure, Together) else (measure,)
