"""Where and when cases gather: zones by hour of the day, days of the week by hour, on the site's clock (R076)."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from incidents.categories import CATEGORIES
from incidents.models import CaseKind
from incidents.selectors import figures
from kpi.selectors.spans import Span
from organization.models import Site, Zone

#: What is counted: cases reported, without void ones, duplicates and false alarms.
MEASURE = "cases_reported"
HOURS = range(24)
#: Steps of colour; 0 is none.
STEPS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: of a site in some days, of one kind or all, of one category of the kind or all."""

    site: Site
    span: Span
    kind: str = ""
    category: str = ""

    @classmethod
    def parse(cls, site: Site, span: Span, kind: str, category: str) -> "Wanted":
        """What is no kind, or no category of the kind, is all of them."""
        known = kind if kind in CaseKind.values else ""
        codes = {one.code for one in CATEGORIES.get(known, ())}
        return cls(site, span, known, category if category in codes else "")

    def page(self, **more: Any) -> str:
        """The address of the cases, narrowed by `more`."""
        query: dict[str, Any] = {
            "site": self.site.pk,
            "counted": MEASURE,
            "first": self.span.first,
            "last": self.span.last,
        }
        if self.kind:
            query["kind"] = self.kind
        if self.category:
            query["category"] = f"{self.kind}.{self.category}"
        return f"{reverse('incidents:cases')}?{urlencode(query | more)}"


@dataclass(frozen=True, slots=True)
class Cell:
    """Cases of a line in an hour; `heat` from 0 (none) to STEPS (as many as in the fullest cell)."""

    hour: int
    count: int
    heat: int
    page: str


@dataclass(frozen=True, slots=True)
class Line:
    """A zone, or a day of the week, over the hours."""

    name: str
    cells: list[Cell]
    total: int
    page: str


@dataclass(frozen=True, slots=True)
class Table:
    """Lines by hours."""

    lines: list[Line]

    @property
    def fullest(self) -> tuple[Line, Cell] | None:
        """The line and cell with most cases; None without any."""
        pairs = [(line, cell) for line in self.lines for cell in line.cells if cell.count]
        return max(pairs, key=lambda pair: pair[1].count, default=None)


@dataclass(frozen=True, slots=True)
class Heat:
    """Both tables, how many cases there are, and how many by hour."""

    wanted: Wanted
    zones: Table
    weekdays: Table
    by_hour: list[Cell]
    total: int


def heat_of(wanted: Wanted) -> Heat:
    """Where and when the cases were reported; two queries."""
    site, span = wanted.site, wanted.span
    rows = figures.counted(MEASURE, site, span.first, span.last)
    rows = rows.filter(kind=wanted.kind) if wanted.kind else rows
    rows = rows.filter(category=wanted.category) if wanted.category else rows
    counted = (
        rows.order_by()
        .annotate(
            its_day=ExtractIsoWeekDay("reported_at", tzinfo=site.zone_info),
            its_hour=ExtractHour("reported_at", tzinfo=site.zone_info),
        )
        .values_list("zone_id", "its_day", "its_hour")
        .annotate(number=Count("pk"))
    )
    zones: Counter[tuple[int | None, int]] = Counter()
    weekdays: Counter[tuple[int, int]] = Counter()
    for zone_id, weekday, hour, number in counted:
        zones[zone_id, hour] += number
        weekdays[weekday, hour] += number
    hours: Counter[int] = Counter()
    for (_weekday, hour), number in weekdays.items():
        hours[hour] += number
    return Heat(
        wanted,
        Table(_zone_lines(wanted, zones)),
        Table(_weekday_lines(wanted, weekdays)),
        _cells({hour: hours[hour] for hour in HOURS}, max(hours.values(), default=0), wanted, {}),
        sum(hours.values()),
    )


def step_of(number: int, most: int) -> int:
    """The step of colour of a number where the highest is `most`: 0 for none, STEPS for the highest."""
    return math.ceil(STEPS * number / most) if most else 0


def _zone_lines(wanted: Wanted, counts: Counter[tuple[int | None, int]]) -> list[Line]:
    """Zones in use or with cases, the fullest first; last the cases of which no zone is known."""
    seen = {zone_id for zone_id, _hour in counts}
    shown = [
        zone
        for zone in Zone.objects.filter(site=wanted.site).order_by("code")
        if zone.is_active or zone.pk in seen
    ]
    most = max(counts.values(), default=0)
    lines = [
        _line(f"{zone.code} {zone.name}", wanted, {"zone": zone.pk}, counts, zone.pk, most) for zone in shown
    ]
    lines.sort(key=lambda line: -line.total)
    return (
        [*lines, _line(_("no zone"), wanted, {"nowhere": "yes"}, counts, None, most)]
        if None in seen
        else lines
    )


def _weekday_lines(wanted: Wanted, counts: Counter[tuple[int, int]]) -> list[Line]:
    most = max(counts.values(), default=0)
    return [_line(str(WEEKDAYS[day - 1]), wanted, {"weekday": day}, counts, day, most) for day in range(1, 8)]


def _line(
    name: str, wanted: Wanted, narrowed: dict[str, Any], counts: Counter[Any], key: Any, most: int
) -> Line:
    cells = _cells({hour: counts[key, hour] for hour in HOURS}, most, wanted, narrowed)
    return Line(name, cells, sum(cell.count for cell in cells), wanted.page(**narrowed))


def _cells(counts: dict[int, int], most: int, wanted: Wanted, narrowed: dict[str, Any]) -> list[Cell]:
    return [
        Cell(hour, number, step_of(number, most), wanted.page(**narrowed, hour=hour))
        for hour, number in counts.items()
    ]


def categories_of(kind: str) -> Iterable[tuple[str, Any]]:
    """The categories of a kind to choose from: code and name."""
    return [(one.code, one.label) for one in CATEGORIES.get(kind, ())]
