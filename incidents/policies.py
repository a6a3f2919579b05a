"""Who may see, report and settle cases."""

from typing import Any

from django.db.models import Model, Q, QuerySet

from core.policies import Internal, Policy, register
from incidents.models import (
    Case,
    CaseEntry,
    ComplaintFacts,
    ElasticRule,
    Escalation,
    EscalationPolicy,
    EscalationStep,
    Extension,
    HazardFacts,
    IncidentFacts,
    LimitRule,
    Pause,
    RequestFacts,
    SiteCondition,
    UpwardReport,
    ViolationFacts,
)
from organization.access import COMPANY_WIDE, EVERYBODY, FIELD, MANAGERS, PLANNERS, SITE_LEADERS, grants_of
from organization.models import Company, Role, Site
from organization.policies import SitePolicy

WORKERS = (FIELD | MANAGERS) - {Role.GUARD}
DECIDERS = PLANNERS | {Role.FIRE_SAFETY_MANAGER}


class ClockRulePolicy(Policy[Any]):
    """Rules of the clocks, of a company (no site) or a site: read by all its people, set by planners of the site, or of
    the whole company by company-wide roles.
    """

    def visible(self, user: Any, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """The company's rules, and those of one's own sites."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        mine = queryset.filter(company=grants.company_id or 0)
        return mine.filter(Q(site=None) | grants.site_filter(path="site"))

    def allows(self, user: Any, action: str, obj: Model | None) -> bool:
        """A rule of a site is set at that site; one without a site, or a company, by company-wide roles."""
        grants = grants_of(user)
        if obj is None:
            return grants.has(EVERYBODY if action == "view" else PLANNERS)
        site = obj if isinstance(obj, Site) else getattr(obj, "site", None)
        company_id = obj.pk if isinstance(obj, Company) else getattr(obj, "company_id", None)
        if action == "view":
            return grants.everything or grants.company_id == company_id
        if site is not None:
            return grants.has(PLANNERS, site=site)
        return grants.has(COMPANY_WIDE, company_id=company_id)


register(
    SitePolicy(
        Case,
        view=EVERYBODY,
        add=EVERYBODY - {Role.AUDITOR},
        change=WORKERS,
        note=EVERYBODY - {Role.AUDITOR},
        message=WORKERS,
        merge=WORKERS,
        decide=DECIDERS,
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
    Escalation,
    EscalationStep,
    UpwardReport,
):
    register(Internal(reached_through_its_case))
for rule in (LimitRule, ElasticRule, EscalationPolicy):
    register(ClockRulePolicy(rule))
register(
    SitePolicy(
        SiteCondition,
        add=SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER},
        change=SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER},
    )
)
