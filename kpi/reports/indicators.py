"""The indicators of the monthly report on paper and on screen, by domain; and what paper leaves out."""

from dataclasses import replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.reports import Column, Sheet
from core.reports.formats import show
from kpi.selectors.lines import GroupLines, IndicatorLine

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
            Column("of", _("Rests on"), value=lambda line: _rests_on(line) or None, href=rows, width=14),
            Column(
                "interval",
                _("Reference interval"),
                value=lambda line: line.standing.interval_shown or None,
                width=17,
            ),
            Column("verdict", _("Result"), "badge", value=lambda line: line.standing.verdict, tone=_tone),
            Column("change", _("Month before"), value=lambda line: _change(line) or None, width=14),
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


def _of(line: IndicatorLine) -> str:
    one = line.standing
    return f"{show(one.numerator, 'number')} / {show(one.denominator, 'number')}" if one.denominator else ""


def _tone(line: IndicatorLine) -> str:
    return line.standing.tone
