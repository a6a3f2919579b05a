"""Indicators in workbooks: shares, lengths of time, numbers and rates, each figure as the number itself in the format of its unit, to sort and to draw."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.reports import Column, Figure, Sheet
from core.reports.definition import Kind, Text
from core.reports.formats import show
from kpi.indicators import Duration, Indicator, NetScore, Number, Rate, Share
from kpi.selectors.lines import IndicatorLine
from kpi.selectors.standing import Standing
from kpi.units import FACTORS

#: By which statistic a length of time is judged.
JUDGED = {"mean": _("mean"), "median": _("median"), "p90": _("90th percentile")}


class Stands(Protocol):
    """Anything that says where an indicator stands."""

    @property
    def standing(self) -> Standing:
        """Its value, target, interval."""


class Form(NamedTuple):
    """How the number of an indicator is written in a cell; `unit` is what the format does not say."""

    kind: Kind
    digits: int | None = None
    unit: Text = ""


def form_of(indicator: Indicator) -> Form:
    """The format of its values; lengths of time are minutes, whatever unit people read them in."""
    match indicator.unit:
        case "percent":
            return Form("percent")
        case "minutes" | "hours" | "days":
            return Form("minutes")
        case "number":
            return Form("integer")
        case "permille":
            return Form("number", 2, indicator.unit_label)
    return Form("number", 1, indicator.unit_label)


def number_of(one: Standing) -> float | None:
    """The value as the number of its form, with every digit; None without data."""
    return one.value if one.indicator.unit != "permille" else scaled(one.value, one.indicator)


def labelled(indicator: Indicator) -> Text:
    """Its name, with the unit that the format of its cells does not say."""
    unit = form_of(indicator).unit
    return format_lazy("{name} ({unit})", name=indicator.name, unit=unit) if unit else indicator.name


def figure_of(one: Standing, *, href: str = "") -> Figure:
    """A headline figure of a workbook."""
    form = form_of(one.indicator)
    return Figure(
        one.indicator.name,
        number_of(one),
        unit=form.unit,
        note=one.target_shown,
        tone=one.tone if one.value is not None else "",
        href=href,
        kind=form.kind,
        digits=form.digits,
    )


def typed_sheets(lines: Iterable[Stands], *, leads: bool, of: Text = "") -> Iterator[Sheet]:
    """The three tables over these lines, what has no data last in each.

    `leads`: the lines are IndicatorLines whose numbers open their rows, with what is told beside them; else nothing leads
    anywhere. `of` goes before the titles.
    """
    known = sorted(lines, key=lambda line: line.standing.value is None)
    for make, kinds in ((_shares, Share), (_times, Duration), (_rates, (Number, Rate, NetScore))):
        of_kind = [line for line in known if isinstance(line.standing.indicator, kinds)]
        yield make(of_kind, leads, of)


def _shares(lines: list[Stands], leads: bool, of: Text) -> Sheet:
    """The shares against their targets."""
    return Sheet(
        "summary",
        _titled(of, _("Indicators")),
        [
            *_heading(),
            Column("value", _("This month"), "percent", value=lambda line: line.standing.value, tone=_tone),
            Column(
                "numerator",
                _("Numerator"),
                "integer",
                value=lambda line: int(line.standing.numerator),
                href=(lambda line: line.numerator_page) if leads else None,
            ),
            Column(
                "denominator",
                _("Denominator"),
                "integer",
                value=lambda line: int(line.standing.denominator),
                href=_rows(leads),
            ),
            Column("target", _("Target"), "percent", value=lambda line: line.standing.target, digits=0),
            Column("low", _("Reference interval from"), "percent", value=_bound("low")),
            Column("high", _("to"), "percent", value=_bound("high")),
            Column("before", _("Month before"), "percent", value=lambda line: line.standing.before),
            *_result(leads),
        ],
        lines,
    )


def _times(lines: list[Stands], leads: bool, of: Text) -> Sheet:
    """How long things took: mean, median, 90th percentile, longest; the target is for the one that is named."""
    return Sheet(
        "times",
        _titled(of, _("Lengths of time")),
        [
            *_heading(),
            Column("count", _("Measured"), "integer", value=_of_lengths("count"), href=_rows(leads)),
            Column("mean", _("Mean"), "minutes", value=_of_lengths("mean")),
            Column("median", _("Median"), "minutes", value=_of_lengths("median")),
            Column("p90", _("90 % within"), "minutes", value=_of_lengths("p90")),
            Column("longest", _("Longest"), "minutes", value=_of_lengths("longest")),
            Column("target", _("Target"), "minutes", value=lambda line: line.standing.target),
            Column(
                "judged", _("Judged by"), value=lambda line: JUDGED[line.standing.indicator.judged], width=16
            ),
            *_result(leads),
        ],
        lines,
        note=_("Pauses are deducted. A begun minute counts, of long times a begun tenth of an hour or day."),
    )


def _rates(lines: list[Stands], leads: bool, of: Text) -> Sheet:
    """Numbers, numbers by those who live there, and net scores: each as a number of its unit."""
    return Sheet(
        "rates",
        _titled(of, _("Numbers and rates")),
        [
            *_heading(),
            Column(
                "count",
                _("Number"),
                "integer",
                value=lambda line: int(line.standing.sample),
                href=_rows(leads),
            ),
            _in_unit("value", _("Value"), lambda one: one.value, tone=_tone),
            Column("unit", _("Unit"), value=lambda line: line.standing.indicator.unit_label, width=10),
            _in_unit("target", _("Target"), lambda one: one.target),
            _in_unit("low", _("Interval from"), lambda one: _edge(one, "low")),
            _in_unit("high", _("to"), lambda one: _edge(one, "high")),
            *_result(leads),
        ],
        lines,
        note=_("Households and residents are those of the site's profile."),
    )


def _titled(of: Text, title: Text) -> Text:
    return format_lazy("{of} · {title}", of=of, title=title) if of else title


def _heading() -> list[Column]:
    return [
        Column("group", _("Domain"), value=lambda line: line.standing.indicator.group.label, width=22),
        Column("code", _("Code"), value=lambda line: line.standing.indicator.code, width=8),
        Column("name", _("Indicator"), value=lambda line: line.standing.indicator.name, width=42),
    ]


def _result(leads: bool) -> list[Column]:
    return [
        Column("verdict", _("Result"), "badge", value=lambda line: line.standing.verdict, tone=_tone),
        Column(
            "change",
            pgettext_lazy("of a figure", "Change"),
            value=lambda line: line.standing.change_label,
            width=22,
        ),
        *([Column("beside", _("Beside it"), value=_beside, width=30)] if leads else []),
    ]


def _rows(leads: bool) -> Callable[[IndicatorLine], str] | None:
    return (lambda line: line.denominator_page) if leads else None


def _beside(line: IndicatorLine) -> str:
    shown = [(one.measure.name, show(one.value, "number")) for one in [*line.beside, *line.parts]]
    return "; ".join(f"{name}: {number}" for name, number in shown)


def _bound(name: str) -> Callable[[Stands], float | None]:
    return lambda line: _edge(line.standing, name)


def _edge(one: Standing, name: str) -> float | None:
    return getattr(one.interval, name, None)


def _in_unit(
    key: str,
    label: Any,
    read: Callable[[Standing], float | None],
    tone: Callable[[Stands], str] | None = None,
) -> Column:
    """Numbers in the unit people read (0.0125 of ‰ is 12.5), two decimals shown and every digit kept."""
    return Column(
        key,
        label,
        "number",
        value=lambda line: scaled(read(line.standing), line.standing.indicator),
        tone=tone,
        digits=2,
        width=12,
    )


def scaled(value: float | None, indicator: Indicator) -> float | None:
    """A value in the unit people read: 0.98 of % is 98, 90 minutes are 1.5 hours."""
    worth = FACTORS.get(indicator.unit)
    return value if value is None or worth is None else value / float(worth)


def _of_lengths(name: str) -> Callable[[Stands], float | None]:
    return lambda line: getattr(line.standing.lengths, name, None)


def _tone(line: Stands) -> str:
    return line.standing.tone
