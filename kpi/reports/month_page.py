"""What the page of a month shows, of a site or of one zone, as sheets."""

from django.utils.translation import gettext_lazy as _

from core.reports import Sheet
from kpi.reports import lists, sheets
from kpi.reports.typed import typed_sheets
from kpi.selectors.months import MonthView, rounds_gone_wrong


def month_sheets(view: MonthView) -> list[Sheet]:
    """Indicators as typed numbers, cases, rounds and scans, zones of a whole site, days with their charts, worst points, rounds gone wrong."""
    return [
        *typed_sheets((line for line in view.indicators if line.is_told), leads=True),
        sheets.cases(view, whole=False),
        sheets.counts(view),
        *([] if view.zone else [sheets.zones(view)]),
        sheets.days(view),
        lists.worst_points(view),
        lists.rounds("wrong", _("Missed and partial rounds"), lambda: rounds_gone_wrong(view.scope)),
    ]
