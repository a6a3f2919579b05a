"""The tables of what missed its target, with the address of every record."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models import ActionItem
from core.reports import Column, Link, Sheet
from kpi.reports.wording import listed
from kpi.selectors.misses import Miss, Misses

#: Rows on screen and on paper; files hold all of them.
SHOWN = 40


def late_cases(misses: Misses) -> Sheet:
    """Cases that count against an indicator."""
    return Sheet(
        "late-cases",
        _("Cases that missed a target"),
        [
            Column(
                "number", pgettext_lazy("of a case or measure", "Number"), "link", value=_case_link, width=24
            ),
            Column("title", _("What"), value=lambda miss: miss.row.title, width=30),
            Column("kind", _("Kind"), value=lambda miss: miss.row.get_kind_display(), width=14),
            Column(
                "zone", _("Zone"), value=lambda miss: miss.row.zone.name if miss.row.zone else "", width=16
            ),
            Column("reported_at", _("Reported"), "datetime", value=lambda miss: miss.row.reported_at),
            Column("due_at", _("Due"), "datetime", value=lambda miss: miss.row.counted_due_at),
            Column("settled_at", _("Settled"), "datetime", value=_settled),
            Column("against", _("Counts against"), value=_against, width=34),
        ],
        misses.cases,
        page_rows=SHOWN,
        empty=_("No case missed a target.") if misses.had_cases else _("There was no case with a target."),
    )


def late_actions(misses: Misses) -> Sheet:
    """Action items and requests that count against an indicator."""
    return Sheet(
        "late-actions",
        _("Action items and requests that missed a target"),
        [
            Column("title", _("What"), "link", value=_action_link, width=36),
            Column("kind", _("Kind"), value=_kind, width=16),
            Column("due_at", _("Due"), "datetime", value=lambda miss: miss.row.due_at),
            Column("done_at", _("Done"), "datetime", value=_done),
            Column("against", _("Counts against"), value=_against, width=34),
        ],
        misses.actions,
        page_rows=SHOWN,
        empty=_("No action item and no request missed a target.")
        if misses.had_actions
        else _("No action item and no request was due."),
    )


def _case_link(miss: Miss) -> Link:
    return Link(miss.row.number, reverse("incidents:case", args=[miss.row.pk]))


def _action_link(miss: Miss) -> Link:
    route = "collaboration:action" if isinstance(miss.row, ActionItem) else "collaboration:request"
    return Link(miss.row.title, reverse(route, args=[miss.row.pk]))


def _kind(miss: Miss) -> Any:
    return _("Action item") if isinstance(miss.row, ActionItem) else _("Request")


def _done(miss: Miss) -> Any:
    return miss.row.done_at if isinstance(miss.row, ActionItem) else miss.row.delivered_at


def _settled(miss: Miss) -> Any:
    return miss.row.verified_at or miss.row.resolved_at or miss.row.closed_at


def _against(miss: Miss) -> str:
    return listed(f"{one.code} {one.name}" for one in miss.indicators)
