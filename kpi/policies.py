"""Who may see figures and take reports away."""

from typing import Any

from django.db.models import Q, QuerySet

from core.policies import Internal, register
from incidents.shared_policy import SharedPolicy
from kpi.models import (
    CountedUntil,
    DayFigure,
    FigureCheck,
    Improvement,
    ImprovementEntry,
    ImprovementLoop,
    MonthlyReport,
    Scorecard,
)
from organization.access import EVERYBODY, MANAGERS, OVERSIGHT, PLANNERS, SITE_LEADERS, grants_of
from organization.models import Role
from organization.policies import SitePolicy

register(SitePolicy(DayFigure, view=OVERSIGHT, export=OVERSIGHT))
register(SitePolicy(FigureCheck, view=OVERSIGHT))
register(SitePolicy(MonthlyReport, view=OVERSIGHT, export=OVERSIGHT))
register(Internal(CountedUntil))


#: Who may propose a measure: those who lead at the site.
PROPOSERS = SITE_LEADERS | MANAGERS | {Role.FIRE_SAFETY_MANAGER}
#: Who decides: approves, makes the standard, gives up.
DECIDERS = MANAGERS
#: Who may confirm what a measure changed, as for action items (collaboration.policies).
CHECKERS = PLANNERS | {Role.FIRE_SAFETY_MANAGER}


class ImprovementPolicy(SitePolicy[Improvement]):
    """Leaders propose, managers decide, the owner sees it and reports; who owns or did it never checks it."""

    def visible(self, user: Any, queryset: "QuerySet[Improvement]") -> "QuerySet[Improvement]":
        """Those of the sites a person oversees, and their own."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        here = grants.site_filter(self.actions["view"], path="site")
        own = Q(owner_id=user.pk) & grants.site_filter(EVERYBODY, path="site")
        return queryset.filter(here | own)

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Is the act the person's by role, or as the owner?"""
        by_role = super().allows(user, action, obj)
        if not isinstance(obj, Improvement):
            return by_role
        if action == "check":
            done_by = obj.current.done_by_id if obj.current else None
            return by_role and user.pk not in {obj.owner_id, done_by}
        if action in {"view", "report"}:
            own = obj.owner_id == user.pk
            return by_role or (own and grants_of(user).has(EVERYBODY - {Role.AUDITOR}, site=obj.site))
        return by_role


register(
    ImprovementPolicy(
        Improvement,
        view=OVERSIGHT,
        add=PROPOSERS,
        change=PROPOSERS,
        report=CHECKERS,
        check=CHECKERS,
        decide=DECIDERS,
        export=OVERSIGHT,
    )
)
register(Internal(ImprovementLoop))
register(Internal(ImprovementEntry))
register(SharedPolicy(Scorecard, write=MANAGERS))
