"""Who may see, report and settle cases."""

from core.policies import Internal, register
from incidents.models import Case, CaseEntry
from organization.access import EVERYBODY, FIELD, MANAGERS, PLANNERS
from organization.models import Role
from organization.policies import SitePolicy

WORKERS = (FIELD | MANAGERS) - {Role.GUARD}

register(
    SitePolicy(
        Case,
        view=EVERYBODY,
        add=EVERYBODY - {Role.AUDITOR},
        change=WORKERS,
        note=EVERYBODY - {Role.AUDITOR},
        resolve=WORKERS,
        reopen=PLANNERS | {Role.FIRE_SAFETY_MANAGER},
        export=EVERYBODY,
    )
)
register(Internal(CaseEntry))
