"""The tables of the monthly report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports import Chart, Column, Sheet
from kpi.indicators import Counts, Measure
from kpi.indicators.cases import MEASURES as CASES
from kpi.indicators.patrols import (
    K09,
    K10,
    POINTS_DUE,
    POINTS_VISITED,
    ROUND_OUTCOMES,
    ROUNDS_CANCELLED,
    ROUNDS_DUE,
    SCANS_LATE_UPLOAD,
    VERDICTS,
)
from kpi.selectors.lines import CountLine
from kpi.selectors.months import MonthView, PointLine, ZoneLine


def counts(view: MonthView) -> Sheet:
    """Rounds by how they ended, scans by verdict."""
    lines = [*view.rounds, *view.counts([POINTS_DUE, POINTS_VISITED]), *view.verdicts, view.late_uploads]
    return _counted("counts", _("Rounds and scans"), lines)


def cases(view: MonthView, *, whole: bool) -> Sheet:
    """How many cases there were and were left out; the whole sheet has every measure, also those of nothing."""
    return _counted("cases", _("Cases"), view.counts(list(CASES.values())) if whole else view.cases)


def _counted(key: str, title: Any, lines: Sequence[CountLine]) -> Sheet:
    return Sheet(
        key,
        title,
        [
            Column("name", _("What"), value=lambda line: line.measure.name, width=24),
            Column("value", _("Number"), "integer", value=lambda line: int(line.value), href=_page_of),
            Column("definition", _("Meaning"), value=lambda line: line.measure.definition, width=70),
        ],
        lines,
    )


def zones(view: MonthView) -> Sheet:
    """Each zone, and the site as a whole with every round once."""
    total: dict[str, object] = {
        "zone": _("Whole site"),
        **_whole(view.total),
        "coverage": K10.value(view.total),
    }
    if view.gap is not None:
        total |= {"gap": view.gap.length, "gap_from": view.gap.start, "gap_to": view.gap.end}
    return Sheet(
        "zones",
        _("Zones"),
        [
            Column("zone", _("Zone"), value=lambda line: f"{line.zone.code} {line.zone.name}", width=24),
            *(_count_column(measure, _zone_page(measure)) for measure in (ROUNDS_DUE, *ROUND_OUTCOMES)),
            *(_count_column(measure, _zone_page(measure)) for measure in (POINTS_DUE, POINTS_VISITED)),
            Column(
                "coverage", K10.name, "percent", value=lambda line: line.coverage.value, tone=_tone_of_zone
            ),
            Column(
                "gap",
                _("Longest time without a visit"),
                "minutes",
                value=lambda line: line.gap and line.gap.length,
            ),
            Column("gap_from", _("from"), "datetime", value=lambda line: line.gap and line.gap.start),
            Column("gap_to", _("to"), "datetime", value=lambda line: line.gap and line.gap.end),
        ],
        view.zones,
        note=_("A round counts in every zone it has points in; the total counts it once."),
        totals=total,
        empty=_("No point belongs to a zone yet."),
    )


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the month; completion and coverage are None when nothing was due."""

    day: date
    counts: Counts
    completion: float | None
    coverage: float | None


def days(view: MonthView, *, is_public: bool = False) -> Sheet:
    """Every day, with its charts; for the owners without the verdicts on single scans and without addresses.

    A month without a round and a scan says so in words instead of rows of zeros.
    """
    lines: list[DayLine] = []
    whole = (ROUNDS_DUE, *ROUND_OUTCOMES, ROUNDS_CANCELLED, POINTS_DUE, POINTS_VISITED)
    kept = whole if is_public else (*whole, *VERDICTS, SCANS_LATE_UPLOAD)
    has_any = any(view.total.get(measure.code) for measure in kept)
    for day in view.month.days if has_any else ():
        numbers = view.day(day)
        lines.append(DayLine(day, numbers, K09.value(numbers), K10.value(numbers)))
    return Sheet(
        "days",
        _("Days"),
        [
            Column("day", _("Day"), "date"),
            Column("completion", _("Completion"), "percent"),
            Column("coverage", _("Coverage"), "percent"),
            *(_count_column(measure, None if is_public else _day_page(view, measure)) for measure in kept),
        ],
        lines,
        totals={
            "day": _("Month"),
            "completion": K09.value(view.total),
            "coverage": K10.value(view.total),
            **_whole(view.total),
        }
        if has_any
        else None,
        empty=_("No round was due in this month.")
        if is_public
        else _("No round was due and nothing was scanned in this month."),
        charts=[
            Chart(
                "line",
                _("Completion and coverage by day"),
                "day",
                ["completion", "coverage"],
                target=view.target(K09.code),
            ),
            _stacked(_("Rounds by day"), ROUND_OUTCOMES),
            *([] if is_public else [_stacked(_("Scans by verdict and day"), VERDICTS)]),
        ],
    )


def _count_column(measure: Measure, href: Callable[[Any], str] | None = None) -> Column:
    return Column(
        measure.code,
        measure.name,
        "integer",
        value=lambda line: int(line.counts.get(measure.code, 0)),
        href=href,
    )


def _whole(numbers: Counts) -> dict[str, object]:
    """Counts for a row of totals."""
    known = (
        ROUNDS_DUE,
        *ROUND_OUTCOMES,
        ROUNDS_CANCELLED,
        POINTS_DUE,
        POINTS_VISITED,
        *VERDICTS,
        SCANS_LATE_UPLOAD,
    )
    return {measure.code: int(numbers.get(measure.code, 0)) for measure in known}


def _stacked(title: Any, series: Sequence[Measure]) -> Chart:
    tones = [measure.tone for measure in series]
    return Chart("stacked", title, "day", [measure.code for measure in series], tones=tones)


def _page_of(line: CountLine | PointLine) -> str:
    return line.page


def _zone_page(measure: Measure) -> Callable[[ZoneLine], str]:
    return lambda line: measure.page(line.scope)


def _day_page(view: MonthView, measure: Measure) -> Callable[[DayLine], str]:
    return lambda line: measure.page(view.scope.of_day(line.day)) if line.counts.get(measure.code) else ""


def _tone_of_zone(line: ZoneLine) -> str:
    return line.coverage.tone
