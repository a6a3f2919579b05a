"""The charts of the month's page."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.charts import Chart, Series
from incidents.categories import CATEGORIES
from incidents.models import CaseKind
from kpi.indicators import Measure, Share
from kpi.indicators.patrols import K09, K10, ROUND_OUTCOMES, VERDICTS
from kpi.selectors.events import EventsView
from kpi.selectors.months import MonthView

#: Percentages are drawn with this many decimals.
DIGITS = 2


def share_by_day(view: MonthView) -> Chart:
    """Completion and coverage of every day; a day on which nothing was due is a gap."""
    return Chart(
        "line",
        _("Completion and coverage by day"),
        _labels(view),
        [_shares(view, K09, "accent"), _shares(view, K10, "info")],
        unit="%",
        target=None if K09.target is None else K09.target * 100,
    )


def rounds_by_day(view: MonthView) -> Chart:
    """How the rounds of every day ended."""
    return Chart("stacked", _("Rounds by day"), _labels(view), _numbers(view, ROUND_OUTCOMES))


def scans_by_day(view: MonthView) -> Chart:
    """The verdicts on the scans of every day."""
    return Chart("stacked", _("Scans by verdict and day"), _labels(view), _numbers(view, VERDICTS))


#: A colour for each category of incidents.
CATEGORY_TONES = ("accent", "danger", "info", "warn", "ok", "idle")


def events_by_month(view: EventsView) -> Chart:
    """The incidents of the last twelve months by category."""
    series = [
        Series(one.label, view.by_month[one.code], tone)
        for one, tone in zip(CATEGORIES[CaseKind.INCIDENT], CATEGORY_TONES, strict=True)
    ]
    return Chart(
        "stacked", _("Incidents by category and month"), [str(month) for month in view.months], series
    )


def _labels(view: MonthView) -> list[str]:
    return [str(day.day) for day in view.month.days]


def _shares(view: MonthView, indicator: Share, tone: str) -> Series:
    values = [indicator.value(view.days.day(day)) for day in view.month.days]
    return Series(
        indicator.name, [None if value is None else round(value * 100, DIGITS) for value in values], tone
    )


def _numbers(view: MonthView, measures: Sequence[Measure]) -> list[Series]:
    days = [view.days.day(day) if day <= view.days.last else None for day in view.month.days]
    return [
        Series(one.name, [None if counts is None else counts.get(one.code, 0) for counts in days], one.tone)
        for one in measures
    ]
