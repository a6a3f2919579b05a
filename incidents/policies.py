"""Who may see, report and settle cases."""

from core.policies import Internal, register
from incidents.models import (
    AnalysisReport,
    Case,
    CaseEntry,
    ComplaintFacts,
    Extension,
    HazardFacts,
    IncidentFacts,
    Pause,
    RequestFacts,
    ViolationFacts,
)
from organization.access import EVERYBODY, FIELD, MANAGERS, PLANNERS
from organization.models import Role
from organization.policies import SitePolicy

WORKERS = (FIELD | MANAGERS) - {Role.GUARD}

ANALYSTS = frozenset({Role.SUPERVISOR, Role.FIRE_SAFETY_MANAGER, Role.PROJECT_MANAGER, Role.COMPANY_MANAGER})

register(
    SitePolicy(
        Case,
        view=EVERYBODY,
        add=EVERYBODY - {Role.AUDITOR},
        change=WORKERS,
        note=EVERYBODY - {Role.AUDITOR},
        message=WORKERS,
        merge=WORKERS,
        analyse=ANALYSTS,
        approve_analysis={Role.PROJECT_MANAGER, Role.COMPANY_MANAGER},
        decide=PLANNERS | {Role.FIRE_SAFETY_MANAGER},
        reporter=WORKERS | {Role.AUDITOR},
        export=EVERYBODY,
    )
)
for reached_through_its_case in (
    CaseEntry,
    IncidentFacts,
    ViolationFacts,
    HazardFacts,
    RequestFacts,
    ComplaintFacts,
    Extension,
    Pause,
    AnalysisReport,
):
    register(Internal(reached_through_its_case))
