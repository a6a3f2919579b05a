"""The table of the monthly report that tells the types of incidents: how often, and with what impact (R016)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports import Column, Sheet
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
        empty=_("None."),
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
