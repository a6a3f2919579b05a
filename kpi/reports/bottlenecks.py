"""The tables of the bottlenecks as sheets."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports import Column, Sheet
from kpi.reports.heat import hours_sheet
from kpi.selectors.bottlenecks import Bottlenecks


def bottleneck_sheets(view: Bottlenecks) -> list[Sheet]:
    """Steps, what is overdue with whom, missed rounds, repeated work."""
    return [
        _steps(view),
        _departments(view),
        _owners(view),
        hours_sheet("missed", _("Missed rounds by post and hour"), _("Post"), view.missed),
        _tasks(view),
    ]


def _steps(view: Bottlenecks) -> Sheet:
    return Sheet(
        "steps",
        _("Steps where most time is spent waiting"),
        [
            Column("kind", _("Kind"), value=lambda line: line.figures.kind.label, width=14),
            Column("state", _("Step"), value=lambda line: line.figures.state.label, width=20),
            Column("share", _("Share of waiting"), "percent", value=lambda line: line.share),
            Column("waited", _("Together"), "minutes", value=lambda line: line.figures.waited),
            Column(
                "left",
                _("Left it"),
                "integer",
                value=lambda line: line.figures.left,
                href=lambda line: line.ended_page,
            ),
            Column("median", _("Median"), "minutes", value=lambda line: line.figures.median),
            Column("p90", _("90th percentile"), "minutes", value=lambda line: line.figures.p90),
            Column(
                "here",
                _("There now"),
                "integer",
                value=lambda line: line.figures.here,
                href=lambda line: line.here_page,
            ),
            Column("oldest", _("Oldest"), "minutes", value=lambda line: line.figures.oldest),
        ],
        view.steps,
        empty=_("No case waited in this time."),
    )


def _departments(view: Bottlenecks) -> Sheet:
    def owed(key: str, label: Any) -> Column:
        return Column(
            key,
            label,
            "integer",
            value=lambda line: getattr(line, key).count,
            href=lambda line: getattr(line, key).page,
        )

    return Sheet(
        "departments",
        _("Overdue now, by department"),
        [
            Column("name", _("Department"), value=lambda line: line.name, width=20),
            owed("cases", _("Cases")),
            owed("actions", _("Action items")),
            owed("requests", _("Requests")),
        ],
        view.departments,
        empty=_("Nothing is overdue."),
    )


def _owners(view: Bottlenecks) -> Sheet:
    return Sheet(
        "owners",
        _("Action items overdue, by owner"),
        [
            Column("owner", _("Owner"), value=lambda line: line.name, width=16),
            Column("department", _("Department"), value=lambda line: line.department, width=20),
            Column(
                "overdue",
                _("Overdue"),
                "integer",
                value=lambda line: line.overdue.count,
                href=lambda line: line.overdue.page,
            ),
            Column("oldest", _("Oldest due"), "datetime", value=lambda line: line.oldest),
        ],
        view.owners,
        empty=_("No action item is overdue."),
    )


def _tasks(view: Bottlenecks) -> Sheet:
    return Sheet(
        "tasks",
        _("Repeated work that takes most time"),
        [
            Column("kind", _("Kind"), value=lambda line: line.kind, width=14),
            Column("name", _("What"), value=lambda line: line.name, width=20),
            Column(
                "count", _("Number"), "integer", value=lambda line: line.count, href=lambda line: line.page
            ),
            Column("total", _("Together"), "minutes", value=lambda line: line.total),
            Column("mean", _("Mean"), "minutes", value=lambda line: line.mean),
        ],
        view.tasks,
        note=_(
            "From the report until it was first reported done, pauses deducted; cases reported in this time."
        ),
        empty=_("No case of this time is done yet."),
    )
