"""What the page of one indicator shows, as sheets: the trend, the zones, what it rests on."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clock import local
from core.reports import Column, Sheet
from kpi.indicators import Indicator, Share
from kpi.selectors.single import Answer, MonthLine, ZoneLine
from kpi.selectors.standing import MINUTES_IN_DAY

#: Factor and decimals of values as numbers of their unit.
UNITS: dict[str, tuple[float, int]] = {
    "percent": (1, 1),
    "permille": (1000, 2),
    "minutes": (1, 1),
    "hours": (1 / 60, 1),
    "days": (1 / MINUTES_IN_DAY, 1),
}


def single_sheets(answer: Answer) -> list[Sheet]:
    """Trend, zones (when there are any), and the counts it rests on."""
    sheets = [_trend(answer)]
    if answer.zones:
        sheets.append(_zones(answer))
    return [*sheets, _rests(answer)]


def _trend(answer: Answer) -> Sheet:
    return Sheet(
        "trend",
        _("Month by month"),
        [
            Column(
                "month", _("Month"), value=lambda line: str(line.month), href=lambda line: line.page, width=10
            ),
            *_figures(answer.question.indicator),
            Column("target", _("Target"), value=lambda line: line.standing.target_shown, width=12),
            *_result(),
            Column("closed", _("Month closed"), "date", value=_closed_on(answer), width=12),
        ],
        answer.trend,
    )


def _closed_on(answer: Answer) -> Callable[[MonthLine], date | None]:
    zone = answer.question.site.zone_info
    return lambda line: None if line.closed is None else local(line.closed.closed_at, zone).date()


def _zones(answer: Answer) -> Sheet:
    return Sheet(
        "zones",
        _("By zone"),
        [
            Column("code", _("Code"), value=lambda line: line.zone.code, width=8),
            Column(
                "name", _("Zone"), value=lambda line: line.zone.name, href=lambda line: line.page, width=24
            ),
            *_figures(answer.question.indicator),
            *_result(),
        ],
        answer.zones,
    )


def _rests(answer: Answer) -> Sheet:
    """One row for each count: what part it has, what it counts, how many, and the address of its rows."""
    groups: list[tuple[Any, list[Any]]] = [
        *((term.name, term.counts) for term in answer.terms),
        (_("Counted and left out"), answer.excluded),
        (_("Beside it"), answer.beside),
    ]
    return Sheet(
        "rests",
        _("What it rests on"),
        [
            Column("part", _("Part"), value=lambda row: row[0], width=20),
            Column("name", _("What is counted"), value=lambda row: row[1].measure.name, width=24),
            Column(
                "value",
                _("Number"),
                "integer",
                value=lambda row: int(row[1].value),
                href=lambda row: row[1].page,
            ),
            Column("definition", _("Definition"), value=lambda row: row[1].measure.definition, width=60),
        ],
        [(name, line) for name, lines in groups for line in lines],
    )


def _figures(indicator: Indicator) -> list[Column]:
    """The value with its interval and what it rests on."""
    columns = [_number(indicator, "value", _("Value"), lambda line: line.standing.value)]
    if not hasattr(indicator, "spread"):
        columns += [
            _number(indicator, "low", _("Interval from"), _bound("low")),
            _number(indicator, "high", _("to"), _bound("high")),
        ]
    if isinstance(indicator, Share):
        return [
            *columns,
            Column("numerator", _("Numerator"), "integer", value=lambda line: int(line.standing.numerator)),
            Column(
                "denominator",
                _("Denominator"),
                "integer",
                value=lambda line: int(line.standing.denominator),
                href=lambda line: line.rows_page,
            ),
        ]
    sample = Column(
        "sample",
        _("Rests on"),
        "integer",
        value=lambda line: int(line.standing.sample),
        href=lambda line: line.rows_page,
    )
    return [*columns, sample]


def _number(indicator: Indicator, key: str, label: Any, value: Callable[[Any], float | None]) -> Column:
    factor, digits = UNITS.get(indicator.unit, (1, 2))
    kind: Any = {"percent": "percent", "minutes": "minutes"}.get(indicator.unit, "number")

    def scaled(line: MonthLine | ZoneLine) -> float | None:
        found = value(line)
        return None if found is None else found * factor

    return Column(key, label, kind, value=scaled, digits=digits if kind != "minutes" else None)


def _bound(name: str) -> Callable[[Any], float | None]:
    return lambda line: getattr(line.standing.interval, name, None)


def _result() -> list[Column]:
    return [
        Column(
            "verdict",
            _("Result"),
            "badge",
            value=lambda line: line.standing.verdict,
            tone=lambda line: line.standing.tone,
        )
    ]
