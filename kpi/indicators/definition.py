"""What a figure is: measures counted over records, and indicators made of two of them.

Declared in code, one module per domain in this package; docs/indicators.md shows how to add one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeAlias

from django.db.models import QuerySet
from django.utils.functional import Promise

from organization.models import Site, Zone

#: A string, or one of gettext_lazy.
Text: TypeAlias = str | Promise
Unit: TypeAlias = Literal["percent", "number"]
Direction: TypeAlias = Literal["up", "down"]
Tone: TypeAlias = Literal["ok", "warn", "danger", "info", "idle"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the world a figure is about: a site, or one zone of it, from `first` to `last`, both included."""

    site: Site
    first: date
    last: date
    zone: Zone | None = None

    def of_zone(self, zone: Zone) -> "Scope":
        """The same days in one zone."""
        return replace(self, zone=zone)

    def of_day(self, day: date) -> "Scope":
        """One day of it."""
        return replace(self, first=day, last=day)


def number_of_rows(rows: QuerySet[Any], scope: Scope) -> float:
    """The usual tally: each record counts once."""
    return rows.count()


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted over records, per site-local day and zone.

    `rows(scope)` are the records behind the number, `tally(rows, scope)` counts them, and `page(scope)` is the
    address of the list that shows them. The daily number is counted by the measure's Source, in one statement for
    all its measures; `tally` is the independent second opinion the nightly check compares it with.
    """

    code: str
    name: Text
    definition: Text
    rows: Callable[[Scope], QuerySet[Any]]
    page: Callable[[Scope], str]
    tally: Callable[[QuerySet[Any], Scope], float] = number_of_rows
    tone: Tone = "info"

    def recount(self, scope: Scope) -> float:
        """The number, counted over the records now."""
        return self.tally(self.rows(scope), scope)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of the catalogue (domain 3.2): the share of a numerator in a denominator.

    `target` is in the unit of the figure (0.98 is 98 %), None for information only; `basis` says where it comes
    from. A census indicator counts every record, so it is judged by its value alone; its interval only shows what
    chance does from month to month (domain 3.1, rule 5).
    """

    code: str
    name: Text
    definition: Text
    numerator: Measure
    denominator: Measure
    unit: Unit = "percent"
    direction: Direction = "up"
    target: float | None = None
    basis: Text = ""
    cadence: Text = ""
    caveat: Text = ""
    census: bool = True

    def value(self, counts: Counts) -> float | None:
        """The figure from counts; None ("no data") when nothing was due."""
        due = counts.get(self.denominator.code, 0)
        return counts.get(self.numerator.code, 0) / due if due else None

    def meets_target(self, value: float | None) -> bool | None:
        """Is the target met? None without a value or a target."""
        if value is None or self.target is None:
            return None
        return value >= self.target if self.direction == "up" else value <= self.target
