"""Tables of figures: counts per day, checks of them, reports that were issued."""

from kpi.models.figures import CountedUntil, DayFigure, FigureCheck
from kpi.models.improvement_choices import OPEN, Extent, Origin, Severity, Stage, Verdict
from kpi.models.improvement_loops import (
    LONGEST,
    SHORTEST,
    WEEK,
    ImprovementEntry,
    ImprovementEntryKind,
    ImprovementLoop,
)
from kpi.models.improvements import Improvement
from kpi.models.reports import MonthlyReport, report_path
from kpi.models.scorecards import Scorecard

__all__ = [
    "LONGEST",
    "OPEN",
    "SHORTEST",
    "WEEK",
    "CountedUntil",
    "DayFigure",
    "Extent",
    "FigureCheck",
    "Improvement",
    "ImprovementEntry",
    "ImprovementEntryKind",
    "ImprovementLoop",
    "MonthlyReport",
    "Origin",
    "Scorecard",
    "Severity",
    "Stage",
    "Verdict",
    "report_path",
]
