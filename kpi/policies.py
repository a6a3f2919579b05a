"""Who may see figures."""

from core.policies import register
from kpi.models import DayFigure
from organization.access import OVERSIGHT
from organization.policies import SitePolicy

register(SitePolicy(DayFigure, view=OVERSIGHT, export=OVERSIGHT))
