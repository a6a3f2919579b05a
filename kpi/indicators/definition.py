"""What a figure is: measures counted over records, day by day and zone by zone.

Declared in code, one module per domain in this package; docs/indicators.md shows how to add one. What is made of
measures stands in `kpi.indicators.kinds`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from django.db import models
from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organization.models import Site, Zone

#: A string, or one of gettext_lazy.
Text: TypeAlias = str | Promise
Tone: TypeAlias = Literal["ok", "warn", "danger", "info", "idle"]


class Axis(models.TextChoices):
    """What records are told apart by besides their zone; its value is also the parameter in addresses of lists."""

    DISCIPLINE = "discipline", _("Discipline")
    POST = "post", _("Post")
    DEPARTMENT = "department", _("Department")


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the world a figure is about: a site, or one zone of it, from `first` to `last`, both included.

    `narrowing` keeps to one discipline, post or department (its value, or id, as text). Kept counts know nothing of
    it: a narrowed figure is counted over the records, and only by measures that know every axis named.
    """

    site: Site
    first: date
    last: date
    zone: Zone | None = None
    narrowing: tuple[tuple[Axis, str], ...] = ()

    def of_zone(self, zone: Zone) -> "Scope":
        """The same days in one zone."""
        return replace(self, zone=zone)

    def of_day(self, day: date) -> "Scope":
        """One day of it."""
        return replace(self, first=day, last=day)


def one_each(scope: Scope) -> Any:
    """What rows add up to when each counts once."""
    return Count("pk")


@dataclass(frozen=True, slots=True)
class Split:
    """How the rows of a measure are told apart, for figures of one discipline or team.

    `moment` is the path of the time that decides a row's day, `paths` leads to each axis the rows know, and
    `amount(scope)` is the aggregate that gives the number of some rows.
    """

    moment: str
    paths: Mapping[Axis, str]
    amount: Callable[[Scope], Any] = one_each


def number_of_rows(rows: QuerySet[Any], scope: Scope) -> float:
    """The usual tally: each record counts once."""
    return rows.count()


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted over records, per site-local day and zone.

    `rows(scope)` are the records behind the number, `tally(rows, scope)` counts them, and `page(scope)` is the
    address of the list that shows them. The daily number is counted by the measure's Source, in one statement for
    all its measures; `tally` is the independent second opinion the nightly check compares it with. Without a `split`
    its rows know neither discipline nor team; `has_zones` is false where they belong to no zone either.
    """

    code: str
    name: Text
    definition: Text
    rows: Callable[[Scope], QuerySet[Any]]
    page: Callable[[Scope], str]
    tally: Callable[[QuerySet[Any], Scope], float] = number_of_rows
    tone: Tone = "info"
    split: Split | None = None
    has_zones: bool = True

    def knows(self, axis: Axis) -> bool:
        """Can its rows be told apart by that?"""
        return self.split is not None and axis in self.split.paths

    def rows_within(self, scope: Scope) -> QuerySet[Any]:
        """The rows of a scope, kept to its narrowing. Raises KeyError for an axis the measure does not know."""
        rows = self.rows(scope)
        if not scope.narrowing:
            return rows
        paths = self.split.paths if self.split is not None else {}
        return rows.filter(**{paths[axis]: value for axis, value in scope.narrowing})

    def number(self, counts: "Counts") -> float:
        """Its number among counts; what is not named there is 0."""
        return counts.get(self.code, 0)

    def recount(self, scope: Scope) -> float:
        """The number, counted over the records now."""
        return self.tally(self.rows_within(scope), scope)

    def recounts(self, scope: Scope) -> "dict[str, float]":
        """All that is kept of it under its code, counted over the records now; nothing for 0."""
        number = self.recount(scope)
        return {self.code: number} if number else {}


def no_lengths(rows: QuerySet[Any]) -> Iterable[timedelta]:
    """Nothing took any time."""
    return ()


@dataclass(frozen=True, slots=True)
class Spread(Measure):
    """How long something took, over records.

    Its number is how many were measured. Beside it, under `code@steps`, stands how many took so many steps of `step`
    minutes, a begun one counted: whole numbers that add up over days, so that mean, median and 90th percentile of a
    month are exact to the step. `lengths(rows)` tells each record's length for the second opinion.
    """

    step: int = 1
    lengths: Callable[[QuerySet[Any]], Iterable[timedelta]] = no_lengths

    def knows(self, axis: Axis) -> bool:
        """No: lengths are kept by steps, which no aggregate over a part of the rows gives."""
        return False

    def recounts(self, scope: Scope) -> "dict[str, float]":
        """The number of records, and how many took how long."""
        step = timedelta(minutes=self.step)
        found: Counter[str] = Counter()
        for length in self.lengths(self.rows_within(scope)):
            found[self.code] += 1
            found[bucket(self.code, -(-length // step))] += 1
        return dict(found)

    def steps(self, counts: "Counts") -> dict[int, float]:
        """How many took so many steps."""
        if self.code not in counts:
            return {}
        start = f"{self.code}@"
        return {int(key[len(start) :]): number for key, number in counts.items() if key.startswith(start)}


def bucket(code: str, steps: int) -> str:
    """Under what the number of records that took so many steps is kept."""
    return f"{code}@{steps}"


@dataclass(frozen=True, slots=True)
class Together:
    """Several measures added up, such as all that was to be done; it has no rows of its own, its parts have."""

    name: Text
    parts: tuple[Measure, ...]

    def number(self, counts: "Counts") -> float:
        """The sum of its parts."""
        number: float = 0
        for part in self.parts:
            number += counts.get(part.code, 0)
        return number


#: Numbers by measure, of one zone or of the whole site.
Counts: TypeAlias = Mapping[str, float]
#: Counts by zone id; None is the whole site, each thing once.
DayCounts: TypeAlias = Mapping[int | None, Counts]


@dataclass(frozen=True, slots=True)
class Source:
    """Counts the measures of one domain: `count(site, days)` answers for each day, in a fixed number of queries."""

    name: str
    measures: Sequence[Measure]
    count: Callable[[Site, Sequence[date]], Mapping[date, DayCounts]]
