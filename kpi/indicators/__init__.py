"""The catalogue of figures (domain 3.2), declared in code.

A module per domain registers its source, measures and indicators when it is imported here.
"""

from kpi.indicators import (
    actions,
    alarms,
    awaited,
    cases,
    completeness,
    composite,
    incidents,
    patrols,
    posts,
    safety,
    service,
    surveys,
    workload,
)
from kpi.indicators.definition import Axis, Counts, DayCounts, Measure, Scope, Source, Split, Spread, Together
from kpi.indicators.kinds import (
    DEFAULT,
    Dimension,
    Goal,
    Group,
    Indicator,
    Number,
    Profile,
    Rate,
    Share,
)
from kpi.indicators.lengths import Duration, Lengths
from kpi.indicators.registry import indicators, live_indicators, measures, register, register_source, sources
from kpi.indicators.sampled import NetScore, Sampled
from kpi.indicators.uncounted import Awaited, Composite

__all__ = [
    "DEFAULT",
    "Awaited",
    "Axis",
    "Composite",
    "Counts",
    "DayCounts",
    "Dimension",
    "Duration",
    "Goal",
    "Group",
    "Indicator",
    "Lengths",
    "Measure",
    "NetScore",
    "Number",
    "Profile",
    "Rate",
    "Sampled",
    "Scope",
    "Share",
    "Source",
    "Split",
    "Spread",
    "Together",
    "actions",
    "alarms",
    "awaited",
    "cases",
    "completeness",
    "composite",
    "incidents",
    "indicators",
    "live_indicators",
    "measures",
    "patrols",
    "posts",
    "register",
    "register_source",
    "safety",
    "service",
    "sources",
    "surveys",
    "workload",
]
