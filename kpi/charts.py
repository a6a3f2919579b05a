"""The charts of the pages of figures."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.charts import Chart, Series
from incidents.categories import CATEGORIES
from incidents.models import CaseKind
from kpi.indicators import Measure, Share
from kpi.indicators.patrols import K09, K10, ROUND_OUTCOMES, VERDICTS
from kpi.selectors.events import EventsView
from kpi.selectors.months import MonthView
from kpi.selectors.periods import Month
from kpi.selectors.scorecard import GOAL, Scores
from kpi.selectors.single import Answer
from kpi.selectors.standing import MINUTES_IN_DAY

#: Behind a month that is open, on a chart that shows closed ones too.
OPEN_MARK = "○"
#: Percentages are drawn with this many decimals.
DIGITS = 2


def share_by_day(view: MonthView) -> Chart:
    """Completion and coverage of every day; a day on which nothing was due is a gap."""
    target = view.target(K09.code)
    return Chart(
        "line",
        _("Completion and coverage by day"),
        _labels(view),
        [_shares(view, K09, "accent"), _shares(view, K10, "info")],
        unit="%",
        target=None if target is None else target * 100,
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


#: How values of a unit are drawn: factor, and what is written behind them.
SCALES: dict[str, tuple[float, Any]] = {
    "percent": (100, "%"),
    "permille": (1000, "‰"),
    "minutes": (1, pgettext_lazy("unit on a chart", " min")),
    "hours": (1 / 60, pgettext_lazy("unit on a chart", " h")),
    "days": (1 / MINUTES_IN_DAY, pgettext_lazy("unit on a chart", " days")),
}


def trend(answer: Answer) -> Chart:
    """An indicator month by month with its interval, the target of each month, and the side of it that is good."""
    indicator, lines = answer.question.indicator, answer.trend
    factor, unit = SCALES.get(indicator.unit, (1, ""))
    intervals = [line.standing.interval for line in lines]
    return Chart(
        "line",
        indicator.name,
        [_month_label(line.month, line.month in answer.closed, bool(answer.closed)) for line in lines],
        [Series(indicator.name, [_scaled(line.standing.value, factor) for line in lines])],
        unit=str(unit),
        targets=[_scaled(line.standing.target, factor) for line in lines],
        good="above" if indicator.direction == "up" else "below",
        band=[
            (_scaled(one.low, factor), _scaled(one.high, factor)) if one else (None, None)
            for one in intervals
        ]
        if any(intervals)
        else None,
    )


def score_by_month(scores: Scores) -> Chart:
    """The department's score month by month."""
    values = [None if one.value is None else round(one.value, 1) for one in scores.trend]
    return Chart(
        "line",
        _("Score by month"),
        [_month_label(one.month, one.closed is not None, scores.has_closed) for one in scores.trend],
        [Series(_("Score"), values)],
        targets=[GOAL] * len(values),
        good="above",
    )


def _month_label(month: Month, is_closed: bool, is_marked: bool) -> str:
    """A month on an axis; where some are closed, those that can still change are marked."""
    return str(month) if is_closed or not is_marked else f"{month} {OPEN_MARK}"


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else round(value * factor, DIGITS)


def _labels(view: MonthView) -> list[str]:
    return [str(day.day) for day in view.month.days]


def _shares(view: MonthView, indicator: Share, tone: str) -> Series:
    values = [indicator.value(view.day(day)) for day in view.month.days]
    return Series(
        indicator.name, [None if value is None else round(value * 100, DIGITS) for value in values], tone
    )


def _numbers(view: MonthView, measures: Sequence[Measure]) -> list[Series]:
    days = [view.day(day) if day <= view.days.last else None for day in view.month.days]
    return [
        Series(one.name, [None if counts is None else counts.get(one.code, 0) for counts in days], one.tone)
        for one in measures
    ]
