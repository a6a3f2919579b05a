"""Who may see and change checklists, and see the checks made."""

from checklists.models import Answer, Check, Checklist, ChecklistItem, ChecklistVersion
from core.policies import Internal, register
from organization.access import PLANNERS
from organization.models import Role
from organization.policies import CompanyPolicy, SitePolicy

AUTHORS = PLANNERS | {Role.FIRE_SAFETY_MANAGER}

register(CompanyPolicy(Checklist, anywhere=True, add=AUTHORS, change=AUTHORS, publish=AUTHORS))
register(CompanyPolicy(ChecklistVersion, "checklist__company_id", anywhere=True, change=AUTHORS))
register(Internal(ChecklistItem))
register(SitePolicy(Check))
register(SitePolicy(Answer, "check_made__site"))
