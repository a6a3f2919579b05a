"""The catalogue of figures (domain 3.2), declared in code.

A module per domain registers its source, measures and indicators when it is imported here.
"""

from kpi.indicators import actions, alarms, cases, incidents, patrols, safety, service, workload
from kpi.indicators.definition import Counts, DayCounts, Measure, Scope, Source, Spread, Together
from kpi.indicators.kinds import Duration, Group, Indicator, Lengths, Number, Rate, Share
from kpi.indicators.registry import indicators, measures, register, register_source, sources

__all__ = [
    "Counts",
    "DayCounts",
    "Duration",
    "Group",
    "Indicator",
    "Lengths",
    "Measure",
    "Number",
    "Rate",
    "Scope",
    "Share",
    "Source",
    "Spread",
    "Together",
    "actions",
    "alarms",
    "cases",
    "incidents",
    "indicators",
    "measures",
    "patrols",
    "register",
    "register_source",
    "safety",
    "service",
    "sources",
    "workload",
]
