"""The tables of the monthly report on improvement measures: what ran, what was judged, what was proposed about the month's misses.

The owners read which figure is worked on and how far it is: no title, which is free text, no name, no address.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.reports import Column, Link, Sheet
from kpi.reports.content import MonthContent
from kpi.reports.wording import listed
from kpi.selectors.compared import effect_of, side_interval_shown
from kpi.selectors.comparing import Side
from kpi.selectors.lines import IndicatorLine
from kpi.selectors.month_measures import MeasureChange, MeasureLine, MonthMeasures
from kpi.selectors.standing import shown

#: Rows on screen and on paper; files hold all of them.
SHOWN = 40


def measure_sheets(content: MonthContent) -> Iterator[Sheet]:
    """The three tables, for the readers of the content's edition."""
    found, is_public = content.measures, not content.is_internal
    yield _running(found, is_public)
    yield _judged(found, is_public)
    yield _proposed(content, found, is_public)


def _running(found: MonthMeasures, is_public: bool) -> Sheet:
    return Sheet(
        "measures",
        _("Improvement measures"),
        [
            *_what(is_public),
            _indicator(),
            *([] if is_public else [_owner(found)]),
            Column("due_on", _("To be done by"), "date", value=_date("due_on"), width=11),
            Column(
                "stage",
                _("Stage"),
                "badge",
                value=lambda line: line.stage_label,
                tone=lambda line: line.stage_tone,
                width=10,
            ),
            Column(
                "overdue",
                pgettext_lazy("improvement", "Overdue"),
                "badge",
                value=lambda line: _("yes") if line.is_overdue else "",
                tone=lambda line: "danger",
                width=9,
            ),
        ],
        found.running,
        note=_("As they stood when the month ended; of a month that is not over, as they stand."),
        page_rows=SHOWN,
        empty=_("No improvement measure ran in this month."),
        upright=True,
    )


def _judged(found: MonthMeasures, is_public: bool) -> Sheet:
    return Sheet(
        "measures-judged",
        _("Measures whose effect was judged"),
        [
            *_what(is_public),
            _indicator(),
            Column("before", _("Before"), value=_value("before"), width=9),
            Column("before_interval", _("95 % interval before"), value=_interval("before"), width=14),
            Column("after", _("After"), value=_value("after"), width=9),
            Column("after_interval", _("95 % interval after"), value=_interval("after"), width=14),
            Column("effect", pgettext_lazy("of a figure", "Change"), value=_effect, width=14),
            Column(
                "verdict",
                _("Result"),
                "badge",
                value=lambda line: line.verdict_label,
                tone=lambda line: line.verdict_tone,
                width=12,
            ),
        ],
        found.judged,
        note=_("Before and after is no proof of the cause."),
        page_rows=SHOWN,
        empty=_("No effect of a measure was judged in this month."),
        upright=True,
    )


def _proposed(content: MonthContent, found: MonthMeasures, is_public: bool) -> Sheet:
    at = {line.standing.indicator.code: line for line in content.view.indicators}
    return Sheet(
        "measures-proposed",
        _("Measures proposed about what missed its target"),
        [
            Column("proposed_on", _("Proposed on"), "date", value=_date("proposed_on"), width=11),
            *_what(is_public),
            _indicator(),
            Column("value", _("This month"), value=_at(at, "shown"), tone=_at(at, "tone"), width=10),
            Column("target", _("Target"), value=_at(at, "target_shown"), width=10),
            *([] if is_public else [_owner(found)]),
            Column("due_on", _("To be done by"), "date", value=_date("due_on"), width=11),
        ],
        found.proposed,
        note=_("Proposed since the month began, at most until the month after it ended."),
        page_rows=SHOWN,
        empty=_("No measure was proposed about what missed its target in this month."),
        upright=True,
    )


def changed(pairs: Sequence[MeasureChange]) -> Sheet:
    """Of a closed month: measures the records tell differently by now."""
    return Sheet(
        "changed-measures",
        _("Changed since the month was closed: improvement measures"),
        [
            Column(
                "number",
                pgettext_lazy("of a case or measure", "Number"),
                value=_either(lambda line: line.number),
                width=17,
            ),
            Column("title", _("What"), "link", value=_either(_link), width=26),
            Column("frozen", _("When it was closed"), value=lambda pair: told(pair[0]), width=22),
            Column("now", _("By now"), value=lambda pair: told(pair[1]), width=22),
        ],
        pairs,
        page_rows=SHOWN,
        empty=_("No measure is told differently."),
        upright=True,
    )


def told(line: MeasureLine | None) -> str:
    """A measure in a few words: title, loop, stage, day it is due, result."""
    if line is None:
        return gettext("not there")
    parts = [
        line.title,
        gettext("loop %(number)s") % {"number": line.loop},
        line.stage_label,
        gettext("to be done by %(day)s") % {"day": line.due_on},
        *([line.verdict_label] if line.verdict else []),
    ]
    return listed(parts)


def page_of(line: MeasureLine) -> str:
    """The page of the measure."""
    return reverse("kpi:improvement", args=[line.measure])


def _what(is_public: bool) -> list[Column]:
    if is_public:
        return []
    return [
        Column(
            "number",
            pgettext_lazy("of a case or measure", "Number"),
            value=lambda line: line.number,
            width=17,
        ),
        Column("title", _("What"), "link", value=_link, width=26),
    ]


def _indicator() -> Column:
    return Column("indicator", _("Indicator"), value=_name, width=20)


def _owner(found: MonthMeasures) -> Column:
    return Column("owner", _("Owner"), value=lambda line: _owned(found, line), width=16)


def _owned(found: MonthMeasures, line: MeasureLine) -> str:
    """The owner's name, and what the owner is at the site."""
    name, roles = found.name(line), listed(line.role_labels)
    return gettext("%(name)s (%(roles)s)") % {"name": name, "roles": roles} if roles else name


def _link(line: MeasureLine) -> Link:
    return Link(line.title, page_of(line))


def _name(line: MeasureLine) -> str:
    return f"{line.indicator} {line.of.name}" if line.of is not None else line.indicator


def _date(name: str) -> Callable[[MeasureLine], Any]:
    return lambda line: parse_date(getattr(line, name) or "")


def _side(line: MeasureLine, name: str) -> Side | None:
    found = line.comparison
    return None if found is None or line.of is None else getattr(found, name)


def _value(name: str) -> Callable[[MeasureLine], str | None]:
    def read(line: MeasureLine) -> str | None:
        one = _side(line, name)
        return None if one is None or line.of is None else shown(one.value, line.of.unit)

    return read


def _interval(name: str) -> Callable[[MeasureLine], str]:
    def read(line: MeasureLine) -> str:
        one = _side(line, name)
        return "" if one is None or line.of is None else side_interval_shown(one, line.of.unit)

    return read


def _effect(line: MeasureLine) -> str:
    found = line.comparison
    if found is None or found.effect is None or line.of is None:
        return ""
    return effect_of(line.of, found.effect)


def _at(lines: dict[str, IndicatorLine], name: str) -> Callable[[MeasureLine], Any]:
    """Where the indicator of a measure stood in the month."""
    return lambda line: getattr(lines[line.indicator].standing, name) if line.indicator in lines else ""


def _either(read: Callable[[MeasureLine], Any]) -> Callable[[MeasureChange], Any]:
    """Of the line as it is now, else as it was."""
    return lambda pair: read(pair[1] or pair[0])  # type: ignore[arg-type]  # one of them is there
