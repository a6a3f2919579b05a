"""The table of the monthly report that tells the types of incidents: how often, and with what impact (R016)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports import Chart, Column, Sheet
from incidents.categories import CATEGORIES
from incidents.models import CaseKind
from kpi.selectors.events import EventLine, EventsView


def events(view: EventsView) -> Sheet:
    """Every category of incidents with its sub-categories, and the sum of the categories."""
    return Sheet(
        "events",
        _("Incidents by type"),
        [
            Column("code", _("Code"), value=lambda line: line.code, width=8),
            Column("label", _("Type"), value=_label, width=24),
            Column("count", _("This month"), "integer", href=lambda line: line.page),
            Column("before", _("Month before"), "integer", href=lambda line: line.before_page),
            Column("year_ago", _("A year ago"), "integer", href=lambda line: line.year_ago_page),
            Column("per_thousand", _("Per 1,000 households"), "number", digits=2),
            Column("injured", _("Injured"), "integer", value=_of("injured"), href=_page("injured")),
            Column(
                "seriously_injured",
                _("Gravely injured"),
                "integer",
                value=_of("seriously_injured"),
                href=_page("seriously_injured"),
            ),
            Column("dead", _("Dead"), "integer", value=_of("dead"), href=_page("dead")),
            Column("loss", _("Loss (yuan)"), "number", value=_of("loss"), href=_page("loss")),
            Column(
                "households", _("Households"), "integer", value=_of("households"), href=_page("households")
            ),
            Column("people", _("People"), "integer", value=_of("people"), href=_page("people")),
            Column("zones", _("Zones"), "integer", value=_of("zones")),
            Column("level", _("Gravest"), value=lambda line: line.level or "", width=16),
            Column("lasted", _("Median duration"), "minutes", value=_of("lasted")),
        ],
        view.incidents,
        note=_("A sub-category is part of its category above it; the last line adds up the categories."),
        totals=_Total(view),
        empty=_("No incident was reported."),
    )


def by_month(view: EventsView) -> Sheet:
    """The incidents of the last twelve months by category, with their chart; words where there was none in all of them."""
    categories = CATEGORIES[CaseKind.INCIDENT]
    rows = [
        {"month": str(month), **{one.code: view.by_month[one.code][place] for one in categories}}
        for place, month in enumerate(view.months)
    ]
    return Sheet(
        "events-by-month",
        _("Incidents by month"),
        [
            Column("month", _("Month"), width=9),
            *(Column(one.code, one.label, "integer") for one in categories),
        ],
        rows if any(any(view.by_month[one.code]) for one in categories) else [],
        charts=[
            Chart("stacked", _("Incidents by category and month"), "month", [one.code for one in categories])
        ],
        empty=_("No incident was reported in these twelve months."),
    )


#: What is said of a whole site only.
OF_SITES = frozenset({"per_thousand", "zones"})


def event_sheets(view: EventsView) -> list[Sheet]:
    """What the page of events by type shows: incidents, other cases, the year, the places."""
    found = [events(view), others(view), by_month(view), where(view)]
    if view.zone is None:
        return found
    return [
        replace(sheet, columns=[column for column in sheet.columns if column.key not in OF_SITES])
        for sheet in found
    ]


def others(view: EventsView) -> Sheet:
    """The categories of the other kinds of cases."""
    return Sheet(
        "others",
        _("Other cases"),
        [
            Column("kind", _("Kind"), value=lambda line: line.kind_label, width=14),
            Column("label", _("Type"), value=_label, width=24),
            Column("count", _("This month"), "integer", href=lambda line: line.page),
            Column("before", _("Month before"), "integer", href=lambda line: line.before_page),
            Column("year_ago", _("A year ago"), "integer", href=lambda line: line.year_ago_page),
            Column("per_thousand", _("Per 1,000 households"), "number", digits=2),
            Column("lasted", _("Median duration"), "minutes", value=_of("lasted")),
        ],
        view.others,
        empty=_("None."),
    )


def where(view: EventsView) -> Sheet:
    """The places with most incidents."""
    return Sheet(
        "places",
        _("Where most incidents happened"),
        [
            Column("place", _("Place"), value=lambda line: line.place.place, width=24),
            Column("zone", _("Zone"), value=lambda line: line.place.zone, width=18),
            Column(
                "count",
                _("Number"),
                "integer",
                value=lambda line: line.place.count,
                href=lambda line: line.page,
            ),
            Column("level", _("Gravest"), value=lambda line: line.level or "", width=16),
        ],
        view.places,
        empty=_("None."),
    )


def for_owners(view: EventsView) -> Sheet:
    """The categories of incidents, counted; nothing about any single one."""
    return Sheet(
        "events",
        _("Incidents by type"),
        [
            Column("label", _("Type"), value=lambda line: line.label, width=30),
            Column("count", _("This month"), "integer"),
            Column("before", _("Month before"), "integer"),
            Column("year_ago", _("A year ago"), "integer"),
            Column("per_thousand", _("Per 1,000 households"), "number", digits=2),
        ],
        [line for line in view.incidents if not line.depth],
        totals={
            "label": _("All"),
            "count": view.whole.count,
            "before": view.whole.before,
            "year_ago": view.whole.year_ago,
            "per_thousand": view.whole.per_thousand,
        },
        empty=_("No incident was reported."),
    )


class _Total:
    """The line of all incidents."""

    def __init__(self, view: EventsView) -> None:
        whole = view.whole
        self.code, self.label = "", _("All")
        self.count, self.before, self.year_ago = whole.count, whole.before, whole.year_ago
        self.per_thousand, self.level = whole.per_thousand, whole.level or ""
        impact = whole.impact
        self.injured, self.seriously_injured, self.dead = (
            impact.injured,
            impact.seriously_injured,
            impact.dead,
        )
        self.loss, self.households, self.people = impact.loss, impact.households, impact.people
        self.zones, self.lasted = impact.zones, impact.lasted


def _label(line: EventLine) -> str:
    return f"\N{EM SPACE}{line.label}" if line.depth else str(line.label)


def _of(name: str) -> Callable[[EventLine], Any]:
    return lambda line: getattr(line.impact, name)


def _page(name: str) -> Callable[[EventLine], str]:
    return lambda line: str(getattr(line, f"{name}_page")) if getattr(line.impact, name) else ""
