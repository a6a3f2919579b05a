"""The tables of the monthly report that list things one by one: points and rounds."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.reports import Column, Link, Sheet
from kpi.indicators.patrols import K10, POINTS_DUE
from kpi.selectors.months import MonthView, PointLine
from patrols.models import Discipline, Round, RoundStatus


def worst_points(view: MonthView) -> Sheet:
    """The points most often not visited in time."""
    return Sheet(
        "worst",
        _("Worst points"),
        [
            Column("code", _("Point"), value=lambda line: line.point.code, href=_point_page, width=10),
            Column("name", _("Name"), value=lambda line: line.point.name, width=24),
            Column("zone", _("Zone"), value=lambda line: line.point.zone, width=20),
            Column("due", _("Visits due"), "integer", value=lambda line: line.point.due),
            Column("visited", _("Visits made"), "integer", value=lambda line: line.point.visited),
            Column("missed", _("Not in time"), "integer", value=lambda line: line.point.missed),
            Column(
                "outside",
                _("Of these, outside the time"),
                "integer",
                value=lambda line: line.point.outside,
                help=_("Visited, but before the round opened or after its grace."),
            ),
            Column("coverage", K10.name, "percent", value=lambda line: line.point.coverage),
        ],
        view.worst,
        empty=_("Every point was visited in time, every time.")
        if view.total.get(POINTS_DUE.code)
        else _("No visit to a point was due."),
    )


def rounds(key: str, title: Any, rows: Callable[[], Iterable[Round]], *, page_rows: int = 500) -> Sheet:
    """Rounds one by one, each with the address of its page."""
    return Sheet(
        key,
        title,
        [
            Column("due_start", _("Due from"), "datetime"),
            Column("due_end", _("Due until"), "datetime"),
            Column("plan", _("Plan"), "link", value=_round_link, width=24),
            Column("route", _("Route"), value=lambda row: row.route.name, width=20),
            Column(
                "discipline", _("Discipline"), value=lambda row: Discipline(row.discipline).label, width=14
            ),
            Column(
                "status",
                _("Status"),
                "badge",
                value=lambda row: RoundStatus(row.status).label,
                tone=lambda row: row.tone,
            ),
            Column("points", _("Visits due"), "integer", value=lambda row: len(row.points)),
            Column("visited", _("Visits made"), "integer", value=lambda row: len(row.visited)),
            Column("first_scan_at", _("Begun"), "datetime"),
            Column("completed_at", _("Completed at"), "datetime"),
            Column("post", _("Post"), value=lambda row: row.post.name if row.post else "", width=14),
            Column("person", _("Person"), value=lambda row: row.person.name if row.person else "", width=14),
        ],
        rows,
        page_rows=page_rows,
        empty=_("None."),
    )


def _point_page(line: PointLine) -> str:
    return line.page


def _round_link(row: Round) -> Link:
    return Link(row.plan.name, reverse("patrols:round", args=[row.pk]))
