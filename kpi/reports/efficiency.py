"""Efficiency from its three inputs as sheets (R058): patrols, survey and work log, repeated work, where work waits."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.reports import Column, Sheet
from incidents.selectors.waiting import InState
from kpi.selectors.evaluation import Efficiency, Line
from kpi.selectors.events import EventLine


def efficiency_sheets(
    found: Efficiency, frequent: Sequence[EventLine], waits: Sequence[InState]
) -> list[Sheet]:
    """What the page of a month shows."""
    return [_inputs(found), _frequent(frequent), _waits(waits)]


def _inputs(found: Efficiency) -> Sheet:
    parts: list[tuple[Any, Sequence[Line]]] = [
        (_("Patrol records"), found.patrols),
        (_("Satisfaction survey"), found.survey),
        (_("Duty and work"), found.work),
    ]
    return Sheet(
        "efficiency",
        _("Efficiency"),
        [
            Column("input", _("Part"), value=lambda row: row[0], width=16),
            Column("code", _("Code"), value=lambda row: row[1].indicator.code, width=8),
            Column("name", _("Indicator"), value=lambda row: row[1].indicator.name, width=24),
            Column("value", _("Value"), value=lambda row: row[1].standing.shown, width=12),
            Column("target", _("Target"), value=lambda row: row[1].standing.target_shown, width=12),
            Column(
                "result",
                _("Result"),
                "badge",
                value=lambda row: row[1].standing.verdict,
                tone=lambda row: row[1].standing.tone,
            ),
            Column("sample", _("Rests on"), "integer", value=lambda row: int(row[1].standing.sample)),
        ],
        [(name, line) for name, lines in parts for line in lines],
    )


def _frequent(lines: Sequence[EventLine]) -> Sheet:
    return Sheet(
        "frequent",
        _("Repetitive work"),
        [
            Column("label", _("Kind"), value=lambda line: line.label, width=24),
            Column(
                "kind",
                pgettext_lazy("of a figure", "Kind of case"),
                value=lambda line: line.kind_label,
                width=16,
            ),
            Column("count", _("Number"), "integer", href=lambda line: line.page),
            Column("lasted", _("Usually takes"), "minutes", value=lambda line: line.impact.lasted),
        ],
        lines,
        empty=_("None."),
    )


def _waits(lines: Sequence[InState]) -> Sheet:
    return Sheet(
        "waits",
        _("Time-consuming: where work waits"),
        [
            Column("state", _("State"), value=lambda one: one.state.label, width=20),
            Column(
                "kind",
                pgettext_lazy("of a figure", "Kind of case"),
                value=lambda one: one.kind.label,
                width=16,
            ),
            Column("left", _("Number"), "integer"),
            Column("median", _("Half within"), "minutes"),
            Column("p90", _("90 % within"), "minutes"),
        ],
        lines,
        empty=_("None."),
    )
