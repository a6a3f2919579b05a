"""The catalogue of figures (domain 3.2), declared in code.

A module per domain registers its source, measures and indicators when it is imported here.
"""

from kpi.indicators import actions, patrols
from kpi.indicators.definition import Counts, DayCounts, Indicator, Measure, Scope, Source
from kpi.indicators.registry import indicators, measures, register, register_source, sources

__all__ = [
    "Counts",
    "DayCounts",
    "Indicator",
    "Measure",
    "Scope",
    "Source",
    "actions",
    "indicators",
    "measures",
    "patrols",
    "register",
    "register_source",
    "sources",
]
