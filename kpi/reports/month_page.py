"""What the page of a month shows, of a site or of one zone, as sheets."""

from django.utils.translation import gettext_lazy as _

from core.reports import Sheet
from kpi.reports import indicators, lists, sheets
from kpi.selectors.months import MonthView, rounds_gone_wrong


def month_sheets(view: MonthView) -> list[Sheet]:
    """Indicators as typed numbers, cases, rounds and scans, zones of a whole site, days with their charts, worst points, rounds gone wrong."""
    found = [
        indicators.summary(view),
        indicators.times(view),
        indicators.rates(view),
        sheets.cases(view, whole=False),
        sheets.counts(view),
        *([] if view.zone else [sheets.zones(view)]),
        sheets.days(view),
        lists.worst_points(view),
        lists.rounds("wrong", _("Missed and partial rounds"), lambda: rounds_gone_wrong(view.scope)),
    ]
    return [indicators.in_files(sheet) for sheet in found]
