"""What hangs on the wall of a control room at a moment, as one list: every figure with its number, target, and where its rows are."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.reports import Column, Link, Sheet
from kpi.indicators import Share
from kpi.indicators.kinds import UNITS
from kpi.reports.monthly import month_name
from kpi.reports.typed import scaled
from kpi.selectors.lines import IndicatorLine
from kpi.selectors.wall import Now, Wall


@dataclass(frozen=True, slots=True)
class Hung:
    """One figure of the wall. `number` is in its unit: 98 of %, 1.5 of hours."""

    when: Any
    code: str
    name: Any
    shown: str
    number: float | None
    unit: Any
    part: int | None
    whole: int | None
    goal: str
    verdict: Any
    tone: str
    note: str
    page: str


def wall_sheet(wall: Wall) -> Sheet:
    """The figures in the order in which they hang; each row says its site and moment, so that it can stand alone."""
    lines = [*(_today(one) for one in wall.today), *(_month(one, wall) for one in wall.lines)]
    return Sheet(
        "wall",
        _("Wall"),
        [
            Column("site", _("Site"), value=lambda line: wall.site.name, width=20),
            Column("moment", _("Moment"), "datetime", value=lambda line: wall.moment),
            Column("when", _("Period"), width=22),
            Column("code", _("Code"), width=8),
            Column("name", _("Figure"), width=36),
            Column("shown", _("Value"), width=14, tone=_tone),
            Column("number", _("As a number"), "number"),
            Column("unit", _("Unit"), width=12),
            Column("part", _("Numerator"), "integer"),
            Column("whole", _("Denominator"), "integer"),
            Column("goal", _("Target"), width=12),
            Column("verdict", _("Result"), "badge", tone=_tone),
            Column("note", _("Note"), width=24),
            Column("page", _("Rows"), "link", value=_link, width=12),
        ],
        lines,
    )


def _today(one: Now) -> Hung:
    return Hung(
        _("Today"),
        "",
        one.label,
        one.value,
        one.number,
        UNITS["number"],
        None if one.of is None else one.number,
        one.of,
        "",
        "",
        one.tone,
        one.note,
        one.page,
    )


def _month(line: IndicatorLine, wall: Wall) -> Hung:
    one = line.standing
    is_share = isinstance(one.indicator, Share)
    return Hung(
        format_lazy("{month} · {until}", month=month_name(wall.month), until=_("until now")),
        one.indicator.code,
        one.indicator.name,
        one.shown,
        scaled(one.value, one.indicator),
        one.indicator.unit_label,
        int(one.numerator) if is_share else None,
        int(one.denominator) if is_share else int(one.sample),
        one.target_shown,
        one.verdict,
        one.tone,
        "",
        line.denominator_page or _own_page(line, wall),
    )


def _own_page(line: IndicatorLine, wall: Wall) -> str:
    """The page of an indicator whose rows are of several kinds: it leads to each of them."""
    page = reverse("kpi:indicator", args=[line.standing.indicator.code])
    return f"{page}?site={wall.site.pk}&month={wall.month}"


def _tone(line: Hung) -> str:
    return line.tone


def _link(line: Hung) -> Link | str:
    """Absolute, so that it leads there from a file as well."""
    return Link(_("Rows"), f"{settings.PUBLIC_URL}{line.page}") if line.page else ""
