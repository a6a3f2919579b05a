"""Who may see figures and take reports away."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from core.policies import Internal, Policy, register
from incidents.shared_policy import SharedPolicy
from kpi.models import (
    CountedUntil,
    DayFigure,
    FigureCheck,
    Improvement,
    ImprovementEntry,
    ImprovementLoop,
    MonthlyReport,
    ReportDelivery,
    ReportSchedule,
    Scorecard,
)
from organization.access import EVERYBODY, MANAGERS, OVERSIGHT, PLANNERS, SITE_LEADERS, grants_of
from organization.models import Role, Site
from organization.policies import SitePolicy, follow


class ReportPolicy(Policy[Any]):
    """Rows of a site, or of a whole company where the site is empty: those then ask for a role in the whole company."""

    def __init__(self, model: type[Any], path: str = "", **actions: Iterable[str]) -> None:
        super().__init__(model)
        self.path = path
        self.actions = {action: frozenset(roles) for action, roles in actions.items()}

    def visible(self, user: Any, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Of the sites, and of the company, where a viewing role is held."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        prefix = f"{self.path}__" if self.path else ""
        held = grants.site_filter(self.actions["view"], path=f"{prefix}site")
        if grants.has(self.actions["view"], company_id=grants.company_id):
            held |= Q(**{f"{prefix}site": None, f"{prefix}company_id": grants.company_id})
        return queryset.filter(held)

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Adding asks about the site, or about the company (None: anywhere); everything else about the row's own place."""
        grants, roles = grants_of(user), self.actions.get(action, frozenset())
        if obj is None:
            return grants.has(roles)
        if isinstance(obj, Site):
            return grants.has(roles, site=obj)
        place = follow(obj, self.path) if isinstance(obj, self.model) else obj
        site = getattr(place, "site", None)
        if site is not None:
            return grants.has(roles, site=site)
        return grants.has(roles, company_id=getattr(place, "company_id", None) or place.pk)


register(SitePolicy(DayFigure, view=OVERSIGHT, export=OVERSIGHT))
register(SitePolicy(FigureCheck, view=OVERSIGHT))
register(ReportPolicy(MonthlyReport, view=OVERSIGHT, export=OVERSIGHT))
register(ReportPolicy(ReportSchedule, view=OVERSIGHT, add=MANAGERS, change=MANAGERS, delete=MANAGERS))
register(ReportPolicy(ReportDelivery, "report", view=OVERSIGHT))
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
