"""Tables of figures: counts per day, checks of them, reports that were issued."""

from kpi.models.figures import CountedUntil, DayFigure, FigureCheck
from kpi.models.reports import MonthlyReport, report_path

__all__ = ["CountedUntil", "DayFigure", "FigureCheck", "MonthlyReport", "report_path"]
