"""What the records of a closed month tell differently by now: beside the frozen figures, never among them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports import Column, Sheet
from core.reports.formats import show
from kpi.selectors.closed import Changes, DayChange

#: Rows on screen and on paper; files hold all of them.
SHOWN = 60


def figures(changes: Changes) -> Sheet:
    """Figures that would be told differently now."""
    return Sheet(
        "changed-figures",
        _("Figures changed since closing"),
        [
            Column("code", _("Code"), value=lambda one: one.indicator.code, width=8),
            Column("name", _("Indicator"), value=lambda one: one.indicator.name, width=30),
            Column("frozen", _("When it was closed"), value=lambda one: one.frozen.shown, width=16),
            Column("now", _("By now"), value=lambda one: one.now.shown, width=16, href=lambda one: one.page),
        ],
        changes.figures,
        note=_(
            "This report shows the figures as they were when the month was closed. What was changed or came later stands here alone."
        ),
        page_rows=SHOWN,
        empty=_("No figure would be different."),
        upright=True,
    )


def days(changes: Changes) -> Sheet:
    """Numbers of days that are different now."""
    return Sheet(
        "changed-days",
        _("Records changed since closing"),
        [
            Column("day", _("Day"), "date", value=lambda one: one.day),
            Column("zone", _("Zone"), value=lambda one: one.zone.name if one.zone else "", width=18),
            Column("name", _("What"), value=lambda one: one.measure.name, width=30),
            Column("frozen", _("When it was closed"), value=_frozen, width=16),
            Column("now", _("By now"), value=_now, width=16, href=lambda one: one.page),
        ],
        changes.days,
        page_rows=SHOWN,
        empty=_("No record was changed, and none came later."),
        upright=True,
    )


def _frozen(one: DayChange) -> Any:
    return _told(one.frozen, one.frozen_mean)


def _now(one: DayChange) -> Any:
    return _told(one.now, one.now_mean)


def _told(number: float, mean: float | None) -> str:
    """A number; of lengths of time their mean besides."""
    text = show(int(number), "integer")
    return text if mean is None else f"{text} · ⌀ {show(mean, 'minutes')}"
