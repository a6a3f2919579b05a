"""Who may see, report and settle cases."""

from core.policies import Internal, register
from incidents.case_policy import CasePolicy
from incidents.models import (
    ApprovalRule,
    Case,
    CaseEntry,
    CaseTemplate,
    ComplaintFacts,
    Extension,
    HazardFacts,
    IncidentFacts,
    Mention,
    Pause,
    RequestFacts,
    ViolationFacts,
)
from incidents.shared_policy import SharedPolicy
from organization.access import EVERYBODY, FIELD, MANAGERS, PLANNERS
from organization.models import Role

WORKERS = (FIELD | MANAGERS) - {Role.GUARD}

register(
    CasePolicy(
        Case,
        view=EVERYBODY,
        add=EVERYBODY - {Role.AUDITOR},
        change=WORKERS,
        note=EVERYBODY - {Role.AUDITOR},
        message=WORKERS,
        merge=WORKERS,
        decide=PLANNERS | {Role.FIRE_SAFETY_MANAGER},
        reporter=WORKERS | {Role.AUDITOR},
        export=EVERYBODY,
    )
)
register(SharedPolicy(CaseTemplate, write=PLANNERS))
register(SharedPolicy(ApprovalRule, write=MANAGERS))
for reached_through_its_case in (
    CaseEntry,
    IncidentFacts,
    ViolationFacts,
    HazardFacts,
    RequestFacts,
    ComplaintFacts,
    Extension,
    Mention,
    Pause,
):
    register(Internal(reached_through_its_case))
