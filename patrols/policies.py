"""Who may see, plan, walk and judge patrols."""

from core.policies import Internal, register
from organization.access import EVERYBODY, OVERSIGHT, PLANNERS
from organization.models import Role
from organization.policies import SitePolicy
from patrols.models import (
    CaseOrigin,
    Checkpoint,
    CheckpointLabel,
    Plan,
    PlanProgress,
    PointCheck,
    Round,
    Route,
    RoutePoint,
    Scan,
    ScanReview,
)

OVERRULERS = (PLANNERS - {Role.ADMINISTRATOR}) | {Role.FIRE_SAFETY_MANAGER}

register(
    SitePolicy(
        Checkpoint, add=PLANNERS, change=PLANNERS, retire=PLANNERS, issue_label=PLANNERS, export=OVERSIGHT
    )
)
register(SitePolicy(CheckpointLabel, "checkpoint__site", view=OVERSIGHT | PLANNERS))
register(SitePolicy(Route, add=PLANNERS, change=PLANNERS))
register(Internal(RoutePoint))
register(SitePolicy(Plan, add=PLANNERS, change=PLANNERS))
register(SitePolicy(Round, view=EVERYBODY, cancel=PLANNERS, export=OVERSIGHT))
register(SitePolicy(Scan, view=EVERYBODY, overrule=OVERRULERS, export=OVERSIGHT))
register(SitePolicy(ScanReview, view=EVERYBODY))
register(Internal(PointCheck))
register(Internal(CaseOrigin))
register(Internal(PlanProgress))
