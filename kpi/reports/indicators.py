"""The tables of the monthly report that hold indicators: shares, lengths of time, numbers and rates; and what paper leaves out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.reports import Column, Sheet
from core.reports.formats import show
from kpi.indicators import Duration, NetScore, Number, Rate, Share
from kpi.selectors.lines import GroupLines, IndicatorLine
from kpi.selectors.months import MonthView
from kpi.selectors.standing import Standing
from kpi.units import FACTORS

#: Columns left out on paper, so that every table fits an upright page; the workbook has them all.
NOT_ON_PAPER: dict[str, frozenset[str]] = {
    "cases": frozenset({"definition"}),
    "late-cases": frozenset({"kind", "zone", "reported_at"}),
    "events": frozenset({"code", "seriously_injured", "households", "people", "zones"}),
    "zones": frozenset({"points_due", "points_visited", "gap_from", "gap_to"}),
    "days": frozenset({"rounds_cancelled", "points_due", "points_visited", "scans_late_upload"}),
    "measures": frozenset({"number"}),
    "measures-judged": frozenset({"number"}),
    "measures-proposed": frozenset({"number"}),
    "wrong": frozenset({"due_end", "route", "discipline", "completed_at", "post"}),
}


def on_paper(sheet: Sheet) -> Sheet:
    """The sheet without the columns that paper has no room for."""
    left_out = NOT_ON_PAPER.get(sheet.key, frozenset())
    columns = [column for column in sheet.columns if column.key not in left_out]
    return replace(sheet, columns=columns, upright=True)


def in_files(sheet: Sheet) -> Sheet:
    """The sheet without the columns that only put two numbers into one text."""
    return replace(
        sheet, columns=[column for column in sheet.columns if column.key not in {"of", "interval", "goal"}]
    )


def of_group(group: GroupLines, *, is_public: bool = False) -> Sheet:
    """The figures of one domain on paper and on screen: value, target, what it rests on, result, change.

    For the owners (`is_public`) no number opens its rows.
    """
    rows = (lambda line: "") if is_public else _rows_page
    return Sheet(
        f"group-{group.group.value}",
        group.label,
        [
            Column("name", _("Indicator"), value=lambda line: line.standing.indicator.name, width=22),
            Column("value", _("This month"), value=lambda line: line.standing.shown, tone=_tone, width=10),
            Column("goal", _("Target"), value=lambda line: line.standing.target_shown, width=10),
            Column("of", _("Rests on"), value=_rests_on, href=rows, width=14),
            Column(
                "interval", _("Reference interval"), value=lambda line: line.standing.interval_shown, width=17
            ),
            Column("verdict", _("Result"), "badge", value=lambda line: line.standing.verdict, tone=_tone),
            Column("change", _("Month before"), value=_change, width=14),
        ],
        sorted(group.lines, key=lambda line: line.standing.value is None),
        upright=True,
    )


def _change(line: IndicatorLine) -> str:
    """Better or worse with the value before; else the value before alone."""
    one = line.standing
    if one.before is None:
        return ""
    words = {"change": one.change_label, "before": one.before_shown}
    return (
        gettext("%(change)s (%(before)s)") % words if one.change in ("better", "worse") else one.before_shown
    )


def _rows_page(line: IndicatorLine) -> str:
    return line.denominator_page if line.standing.sample else ""


def _rests_on(line: IndicatorLine) -> str:
    """Numerator and denominator, or how many were measured."""
    return _of(line) or (show(line.standing.sample, "number") if line.standing.value is not None else "")


def summary(view: MonthView) -> Sheet:
    """The shares against their targets, by domain, the worst of each first."""
    return Sheet(
        "summary",
        _("Indicators"),
        [
            *_heading(),
            Column(
                "value",
                _("This month"),
                "percent",
                value=lambda line: line.standing.value,
                tone=_tone,
            ),
            Column(
                "numerator",
                _("Numerator"),
                "integer",
                value=lambda line: int(line.standing.numerator),
                href=lambda line: line.numerator_page,
            ),
            Column(
                "denominator",
                _("Denominator"),
                "integer",
                value=lambda line: int(line.standing.denominator),
                href=lambda line: line.denominator_page,
            ),
            Column("of", _("Rows"), value=_of, href=lambda line: line.denominator_page),
            Column("target", _("Target"), "percent", value=lambda line: line.standing.target, digits=0),
            Column("goal", _("Target"), value=lambda line: line.standing.target_shown, width=13),
            Column("low", _("Reference interval from"), "percent", value=_bound("low")),
            Column("high", _("to"), "percent", value=_bound("high")),
            Column("interval", _("Reference interval"), value=lambda line: line.standing.interval_shown),
            Column("before", _("Month before"), "percent", value=lambda line: line.standing.before),
            *_result(),
        ],
        _lines(view, Share),
    )


def times(view: MonthView) -> Sheet:
    """How long things took: mean, median, 90th percentile, longest; the target is for the one that is named."""
    return Sheet(
        "times",
        _("Lengths of time"),
        [
            *_heading(),
            Column(
                "count",
                _("Measured"),
                "integer",
                value=_of_lengths("count"),
                href=lambda line: line.denominator_page,
            ),
            Column("mean", _("Mean"), "minutes", value=_of_lengths("mean")),
            Column("median", _("Median"), "minutes", value=_of_lengths("median")),
            Column("p90", _("90 % within"), "minutes", value=_of_lengths("p90")),
            Column("longest", _("Longest"), "minutes", value=_of_lengths("longest")),
            Column("target", _("Target"), "minutes", value=lambda line: line.standing.target),
            Column(
                "judged", _("Judged by"), value=lambda line: JUDGED[line.standing.indicator.judged], width=12
            ),
            *_result(),
        ],
        _lines(view, Duration),
        note=_("Pauses are deducted. A begun minute counts, of long times a begun tenth of an hour or day."),
    )


def rates(view: MonthView) -> Sheet:
    """Numbers, numbers by those who live there, and net scores: each as a number of its unit."""
    return Sheet(
        "rates",
        _("Numbers and rates"),
        [
            *_heading(),
            Column(
                "count",
                _("Number"),
                "integer",
                value=lambda line: int(line.standing.sample),
                href=lambda line: line.denominator_page,
            ),
            _in_unit("value", _("Value"), lambda one: one.value, tone=_tone),
            Column("unit", _("Unit"), value=lambda line: line.standing.indicator.unit_label, width=10),
            _in_unit("target", _("Target"), lambda one: one.target),
            _in_unit("low", _("Interval from"), lambda one: _edge(one, "low")),
            _in_unit("high", _("to"), lambda one: _edge(one, "high")),
            *_result(),
        ],
        _lines(view, (Number, Rate, NetScore)),
        note=_("Households and residents are those of the site's profile."),
    )


JUDGED = {"mean": _("mean"), "median": _("median"), "p90": _("90th percentile")}


def _heading() -> list[Column]:
    return [
        Column("group", _("Domain"), value=lambda line: line.standing.indicator.group.label, width=12),
        Column("code", _("Code"), value=lambda line: line.standing.indicator.code, width=8),
        Column("name", _("Indicator"), value=lambda line: line.standing.indicator.name, width=24),
    ]


def _result() -> list[Column]:
    return [
        Column("verdict", _("Result"), "badge", value=lambda line: line.standing.verdict, tone=_tone),
        Column(
            "change",
            pgettext_lazy("of a figure", "Change"),
            value=lambda line: line.standing.change_label,
            width=22,
        ),
        Column("beside", _("Beside it"), value=_beside, width=30),
    ]


def _lines(view: MonthView, kind: type[Any] | tuple[type[Any], ...]) -> list[IndicatorLine]:
    """Of that kind, as far as they can be told of the zone; what has no data stands last."""
    found = [line for line in view.indicators if line.is_told and isinstance(line.standing.indicator, kind)]
    return sorted(found, key=lambda line: line.standing.value is None)


def _of(line: IndicatorLine) -> str:
    one = line.standing
    return f"{show(one.numerator, 'number')} / {show(one.denominator, 'number')}" if one.denominator else ""


def _beside(line: IndicatorLine) -> str:
    shown = [(one.measure.name, show(one.value, "number")) for one in [*line.beside, *line.parts]]
    return "; ".join(f"{name}: {number}" for name, number in shown)


def _bound(name: str) -> Callable[[IndicatorLine], float | None]:
    return lambda line: _edge(line.standing, name)


def _edge(one: Standing, name: str) -> float | None:
    return getattr(one.interval, name, None)


def _in_unit(
    key: str,
    label: Any,
    read: Callable[[Standing], float | None],
    tone: Callable[[IndicatorLine], str] | None = None,
) -> Column:
    """Numbers in the unit people read (0.0125 of ‰ is 12.5), two decimals shown and every digit kept."""

    def scaled(line: IndicatorLine) -> float | None:
        value = read(line.standing)
        worth = FACTORS.get(line.standing.indicator.unit)
        return value if value is None or worth is None else value / float(worth)

    return Column(key, label, "number", value=scaled, tone=tone, digits=2, width=12)


def _of_lengths(name: str) -> Callable[[IndicatorLine], float | None]:
    return lambda line: getattr(line.standing.lengths, name, None)


def _tone(line: IndicatorLine) -> str:
    return line.standing.tone
