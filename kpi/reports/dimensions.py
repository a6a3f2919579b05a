"""The month by dimension as a sheet."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.reports import Column, Sheet
from kpi.selectors.dimensions import DimensionLines


def dimension_sheets(dimensions: Sequence[DimensionLines]) -> list[Sheet]:
    """How many meet their target in each, and every indicator."""
    return [
        Sheet(
            "dimensions",
            _("Dimensions"),
            [
                Column("dimension", _("Dimension"), value=lambda one: one.label, width=16),
                Column("met", _("On target"), "integer", value=lambda one: len(one.met)),
                Column("missed", _("Off target"), "integer", value=lambda one: len(one.missed)),
                Column("unjudged", _("Not judged"), "integer", value=lambda one: len(one.unjudged)),
                Column("silent", _("No data"), "integer", value=lambda one: len(one.lines) - len(one.known)),
            ],
            dimensions,
        ),
        Sheet(
            "indicators",
            _("Indicators"),
            [
                Column("dimension", _("Dimension"), value=lambda row: row[0].label, width=16),
                Column("code", _("Code"), value=lambda row: row[1].standing.indicator.code, width=8),
                Column("name", _("Indicator"), value=lambda row: row[1].standing.indicator.name, width=26),
                Column("value", _("Value"), value=lambda row: row[1].standing.shown, width=12),
                Column("target", _("Target"), value=lambda row: row[1].standing.target_shown, width=12),
                Column(
                    "verdict",
                    _("Result"),
                    "badge",
                    value=lambda row: row[1].standing.verdict,
                    tone=lambda row: row[1].standing.tone,
                ),
            ],
            [(one, line) for one in dimensions for line in one.lines],
        ),
    ]
