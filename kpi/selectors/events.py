"""The types of cases of a month: how often, against the month before and a year ago, and with what impact (R016)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from incidents.categories import CATEGORIES
from incidents.models import CaseKind, Level
from incidents.selectors.events import NO_PLACE, Impact, Place, Type, frequency, impact, places
from kpi.indicators import Scope
from kpi.selectors.periods import Month
from organization.models import Site, Zone

#: Months of the chart, and of comparison with a year ago.
MONTHS, YEAR = 12, 12
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class EventLine:
    """One type of case in a month. `depth` 0 is a category, 1 a sub-category; `page` lists its cases."""

    kind: str
    code: str
    label: Any
    depth: int
    count: int
    before: int
    year_ago: int
    per_thousand: float | None
    impact: Impact
    page: str
    before_page: str
    year_ago_page: str

    @property
    def change(self) -> int:
        """More than the month before, or fewer."""
        return self.count - self.before

    @property
    def change_of_year(self) -> int:
        """More than in the same month a year ago, or fewer."""
        return self.count - self.year_ago

    @property
    def level(self) -> Any:
        """The gravest level in words; None when nobody said any."""
        return Level(self.impact.level).label if self.impact.level else None

    @property
    def change_shown(self) -> str:
        """The change with its sign."""
        return f"{self.change:+d}".replace("-", MINUS)

    @property
    def change_of_year_shown(self) -> str:
        """The change against a year ago with its sign."""
        return f"{self.change_of_year:+d}".replace("-", MINUS)

    @property
    def kind_label(self) -> Any:
        """The kind in words."""
        return CaseKind(self.kind).label

    @property
    def injured_page(self) -> str:
        """The cases with injured people."""
        return f"{self.page}&impact=injured"

    @property
    def seriously_injured_page(self) -> str:
        """The cases with gravely injured people."""
        return f"{self.page}&impact=seriously_injured"

    @property
    def dead_page(self) -> str:
        """The cases with dead people."""
        return f"{self.page}&impact=dead"

    @property
    def loss_page(self) -> str:
        """The cases with a loss."""
        return f"{self.page}&impact=loss"

    @property
    def households_page(self) -> str:
        """The cases that affected households."""
        return f"{self.page}&impact=households"

    @property
    def people_page(self) -> str:
        """The cases that affected people."""
        return f"{self.page}&impact=people"

    @property
    def level_page(self) -> str:
        """The cases of the gravest level."""
        return f"{self.page}&level={self.impact.level}"


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place with the address of its incidents."""

    place: Place
    page: str

    @property
    def level(self) -> Any:
        """The gravest level in words; None when nobody said any."""
        return Level(self.place.level).label if self.place.level else None


@dataclass(frozen=True, slots=True)
class EventsView:
    """The statistics of a month of a site, or of one zone of it."""

    scope: Scope
    month: Month
    incidents: list[EventLine]
    others: list[EventLine]
    whole: EventLine
    places: list[PlaceLine]
    months: list[Month]
    by_month: dict[str, list[int]]
    left_out: list[tuple[str, str]]

    @property
    def zone(self) -> Zone | None:
        """The zone it is narrowed to; None: the whole site."""
        return self.scope.zone

    @property
    def is_empty(self) -> bool:
        """Did nothing happen in the month, nor in those it is compared with?"""
        return not self.incidents and not self.others


#: Nothing happened.
NONE = Impact(0, 0, 0, Decimal(0), 0, 0, 0, None, None)


def events_of(site: Site, month: Month, zone: Zone | None = None) -> EventsView:
    """The month by type, of a site or of one zone, as of now; three queries."""
    scope = Scope(site, month.first, month.last, zone)
    zone_id = None if zone is None else zone.pk
    months = [month.back(number) for number in range(YEAR, -1, -1)]
    numbers = frequency(site, [(one.first, one.last) for one in months], zone_id)
    table = _Table(scope, month, numbers, impact(site, month.first, month.last, zone_id))
    return EventsView(
        scope=scope,
        month=month,
        incidents=list(table.lines(CaseKind.INCIDENT)),
        others=[line for kind in CaseKind if kind != CaseKind.INCIDENT for line in table.lines(kind)],
        whole=table.line((CaseKind.INCIDENT, "", ""), "", CaseKind.INCIDENT.label, 0),
        places=[
            PlaceLine(one, _place_page(scope, one)) for one in places(site, month.first, month.last, zone_id)
        ],
        months=months[-MONTHS:],
        by_month={
            one.code: [numbers[at.first].get((CaseKind.INCIDENT, one.code, ""), 0) for at in months[-MONTHS:]]
            for one in CATEGORIES[CaseKind.INCIDENT]
        },
        left_out=[
            (code, _page(scope, counted=code))
            for code in ("incidents_false", "cases_void", "cases_duplicates")
        ],
    )


@dataclass(frozen=True, slots=True)
class _Table:
    scope: Scope
    month: Month
    numbers: dict[date, dict[Type, int]]
    impacts: dict[Type, Impact]

    def lines(self, kind: str) -> Iterator[EventLine]:
        """The categories of a kind in their order, each with its sub-categories; what never happened is left out."""
        for category in CATEGORIES[kind]:
            of_category = (kind, category.code, "")
            if not self._known(of_category):
                continue
            yield self.line(of_category, category.code, category.label, 0)
            for code, label in category.subs:
                if self._known((kind, category.code, code)):
                    yield self.line((kind, category.code, code), code, label, 1)

    def line(self, which: Type, code: str, label: Any, depth: int) -> EventLine:
        """One type."""
        months = (self.month, self.month.previous, self.month.back(YEAR))
        count, before, year_ago = (self.numbers[month.first].get(which, 0) for month in months)
        kind, category, subcategory = which
        filters = {"kind": kind}
        filters |= {"category": f"{kind}.{category}"} if category else {}
        filters |= {"subcategory": subcategory} if subcategory else {}
        spans = [replace(self.scope, first=month.first, last=month.last) for month in months]
        pages = [_page(span, counted="cases_reported", **filters) for span in spans]
        households = None if self.scope.zone else self.scope.site.households  # known of whole sites only
        return EventLine(
            kind=kind,
            code=code if code[:1].isdigit() else "",
            label=label,
            depth=depth,
            count=count,
            before=before,
            year_ago=year_ago,
            per_thousand=count / households * 1000 if households else None,
            impact=self.impacts.get(which, NONE),
            page=pages[0],
            before_page=pages[1],
            year_ago_page=pages[2],
        )

    def _known(self, which: Type) -> bool:
        months = (self.month, self.month.previous, self.month.back(YEAR))
        return any(self.numbers[month.first].get(which) for month in months)


def _page(scope: Scope, **filters: str) -> str:
    query: dict[str, Any] = {"site": scope.site.pk, "first": scope.first, "last": scope.last}
    query |= {"zone": scope.zone.pk} if scope.zone else {}
    query |= filters
    return f"{reverse('incidents:cases')}?{urlencode(query)}"


def _place_page(scope: Scope, place: Place) -> str:
    where = {"zone": str(place.zone_id)} if place.zone_id else {"nowhere": "yes"}
    return _page(scope, counted="incidents_reported", place=place.place or NO_PLACE, **where)
