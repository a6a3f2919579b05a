"""Who may see figures and take reports away."""

from core.policies import Internal, register
from kpi.models import CountedUntil, DayFigure, FigureCheck, MonthlyReport
from organization.access import OVERSIGHT
from organization.policies import SitePolicy

register(SitePolicy(DayFigure, view=OVERSIGHT, export=OVERSIGHT))
register(SitePolicy(FigureCheck, view=OVERSIGHT))
register(SitePolicy(MonthlyReport, view=OVERSIGHT, export=OVERSIGHT))
register(Internal(CountedUntil))
