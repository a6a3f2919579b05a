"""Tables of figures: counts per day, checks of them, improvement measures, reports that were made and sent."""

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
from kpi.models.reports import (
    Edition,
    MonthlyReport,
    ReportDelivery,
    ReportSchedule,
    Sending,
    report_path,
)
from kpi.models.scorecards import Scorecard

__all__ = [
    "LONGEST",
    "OPEN",
    "SHORTEST",
    "WEEK",
    "CountedUntil",
    "DayFigure",
    "Edition",
    "Extent",
    "FigureCheck",
    "Improvement",
    "ImprovementEntry",
    "ImprovementEntryKind",
    "ImprovementLoop",
    "MonthlyReport",
    "Origin",
    "ReportDelivery",
    "ReportSchedule",
    "Scorecard",
    "Sending",
    "Severity",
    "Stage",
    "Verdict",
    "report_path",
]
