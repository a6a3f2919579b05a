"""The catalogue of indicators as a file: one list with every column, or a table for each domain that fits paper."""

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.reports import Column, Report, Sheet
from kpi.indicators import Awaited, Composite, Dimension, Group, Indicator
from kpi.reports.wording import listed
from kpi.selectors.standing import goal_shown
from kpi.units import typed
from organization.models import Company

#: How a direction is told.
DIRECTIONS = {"up": _("higher is better"), "down": _("lower is better")}


def catalogue_report(
    shown: Sequence[Indicator],
    *,
    language: str,
    company: Company | None,
    dimension: Dimension | None = None,
    on_paper: bool = False,
) -> Report:
    """These indicators in that language, made on the clock of the company; `dimension` is what they were narrowed to."""
    with translation.override(language):
        return Report(
            key="indicators" if dimension is None else f"indicators-{dimension.value}",
            title=_("Catalogue of indicators"),
            subtitle="" if dimension is None else dimension.label,
            company=company.name if company else "",
            made_at=now(),
            language=language,
            time_zone=ZoneInfo(company.time_zone if company else settings.TIME_ZONE),
            sheets=_by_domain(shown) if on_paper else [_list(shown)],
            definitions=[
                (_("Default target"), _("What the catalogue ships; companies and sites may set others from a month on.")),
                (_("Left out"), _("Counted, but in neither numerator nor denominator.")),
            ],
        )  # fmt: skip


def _list(shown: Sequence[Indicator]) -> Sheet:
    """Every column, in order of code."""
    return Sheet(
        "indicators",
        _("Indicators"),
        [
            Column("code", _("Code"), width=9),
            Column("name", _("Indicator"), width=32),
            Column("group", _("Domain"), value=lambda one: one.group.label, width=20),
            Column("dimension", _("Dimension"), value=lambda one: one.dimension.label, width=20),
            Column("definition", _("Definition"), width=60),
            Column("numerator", _("Numerator"), value=lambda one: one.terms[0], width=36),
            Column("denominator", _("Denominator"), value=_denominator, width=36),
            Column("exclusions", _("Left out"), value=_left_out, width=36),
            Column("unit", _("Unit"), value=lambda one: one.unit_label, width=14),
            Column("direction", pgettext_lazy("of an indicator", "Direction"), value=_direction, width=18),
            Column("goal", _("Default target"), value=_goal, width=16),
            Column("target", _("Default target as a number"), "number", value=_target, width=14),
            Column("basis", _("Basis"), value=_basis, width=36),
            Column("statutory", _("Required by law"), value=lambda one: one.is_statutory, width=12),
            Column("cadence", _("Reckoned"), width=24),
            Column("caveat", _("To keep in mind"), width=50),
            Column("state", _("State"), "badge", value=_state, tone=_tone, width=22),
            Column("waits", _("Waits for"), value=_waits, width=40),
        ],
        shown,
    )


def _by_domain(shown: Sequence[Indicator]) -> list[Sheet]:
    """How many there are of each domain, then its indicators across the sheet."""
    groups = [(group, [one for one in shown if one.group == group]) for group in Group]
    known = [(group, rows) for group, rows in groups if rows]
    return [_domains(known), *(_table(group, rows) for group, rows in known)]


def _domains(groups: Sequence[tuple[Group, list[Indicator]]]) -> Sheet:
    def number(key: str, label: Any, holds: Callable[[Indicator], bool]) -> Column:
        return Column(key, label, "integer", value=lambda pair: sum(map(holds, pair[1])))

    columns = [
        Column("group", _("Domain"), value=lambda pair: pair[0].label, href=lambda pair: f"#{pair[0].value}"),
        number("all", _("Indicators"), lambda one: True),
        number(
            "counted", pgettext_lazy("of an indicator", "counted"), lambda one: not isinstance(one, Awaited)
        ),
        number("awaited", _("not counted yet"), lambda one: isinstance(one, Awaited)),
        number("statutory", _("Required by law"), lambda one: one.is_statutory),
    ]
    every = ("", [one for _group, rows in groups for one in rows])
    totals = {column.key: column.value(every) for column in columns[1:] if column.value}
    return Sheet(
        "domains",
        _("By domain"),
        columns,
        groups,
        totals={"group": _("Total"), **totals},
        note=_("Targets are those the catalogue ships; companies and sites may set others."),
        upright=True,
    )


def _table(group: Group, rows: list[Indicator]) -> Sheet:
    return Sheet(
        group.value,
        group.label,
        [
            Column("code", _("Code"), width=7),
            Column("name", _("Indicator"), width=20),
            Column("definition", _("Definition"), value=_meaning, width=46),
            Column("numerator", _("Numerator"), value=lambda one: one.terms[0], width=24),
            Column("denominator", _("Denominator"), value=_denominator, width=24),
            Column("exclusions", _("Left out"), value=_left_out, width=24),
            Column("unit", _("Unit"), value=_unit_and_direction, width=18),
            Column("goal", _("Default target"), value=_goal_and_basis, width=26),
            Column("cadence", _("Reckoned"), width=16),
            Column("state", _("State"), value=_state_in_full, tone=_tone, width=24),
        ],
        rows,
    )


def _denominator(one: Indicator) -> Any:
    return one.terms[1] or pgettext("of an indicator", "none")


def _left_out(one: Indicator) -> str:
    return listed(left.name for left in one.exclusions) or pgettext("of an indicator", "none")


def _direction(one: Indicator) -> Any:
    return DIRECTIONS[one.direction]


def _goal(one: Indicator) -> str:
    return gettext("for information") if one.target is None else goal_shown(one, one.target)


def _target(one: Indicator) -> Any:
    return None if one.target is None else typed(one.target, one.unit)


def _basis(one: Indicator) -> Any:
    return one.basis if one.target is not None else ""


def _state(one: Indicator) -> str:
    if isinstance(one, Awaited):
        return gettext("not counted yet")
    return (
        gettext("made of the other indicators")
        if isinstance(one, Composite)
        else pgettext("of an indicator", "counted")
    )


def _waits(one: Indicator) -> Any:
    return one.waits_for if isinstance(one, Awaited) else ""


def _tone(one: Indicator) -> str:
    return "warn" if isinstance(one, Awaited) else "ok"


# On paper several things share a column.


def _meaning(one: Indicator) -> str:
    return " ".join(filter(None, (str(one.definition), str(one.caveat))))


def _unit_and_direction(one: Indicator) -> str:
    return f"{one.unit_label} · {_direction(one)}"


def _goal_and_basis(one: Indicator) -> str:
    law = gettext("required by law") if one.is_statutory else ""
    return " · ".join(filter(None, (_goal(one), str(_basis(one)), law)))


def _state_in_full(one: Indicator) -> str:
    waits = _waits(one)
    return gettext("not counted yet: waits for %(what)s") % {"what": waits} if waits else _state(one)
