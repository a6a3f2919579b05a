"""Which roles see the platform's own records: the audit, given-up work, the auditor's findings."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from core.models import AuditEntry, AuditorFinding, OutboxItem
from core.policies import Policy, register
from organization.access import COMPANY_WIDE, grants_of
from organization.models import Role

M = TypeVar("M", bound=Model)

READERS_OF_THE_RECORD = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


class OversightPolicy(Policy[M]):
    """Rows with a company and perhaps a site. A company-wide role sees the company's, a site's role the site's;
    rows without a company only the installation's own administrator.
    """

    def __init__(
        self, model: type[M], *, view: Iterable[str], by_site: bool, **actions: Iterable[str]
    ) -> None:
        super().__init__(model)
        self.by_site = by_site
        self.actions = {name: frozenset(roles) for name, roles in {"view": view, **actions}.items()}

    def _held(self, user: Any, action: str) -> tuple[set[int], set[int]]:
        roles = self.actions.get(action, frozenset())
        held = [grant for grant in grants_of(user).grants if grant.role in roles]
        companies = {grant.company_id for grant in held if grant.site_id is None}
        return companies, {
            grant.site_id for grant in held if grant.site_id is not None
        } if self.by_site else set()

    def visible(self, user: Any, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """Rows of the companies and sites where the user holds a viewing role."""
        if grants_of(user).everything:
            return queryset
        companies, sites = self._held(user, "view")
        condition = Q(company_id__in=companies)
        if sites:
            condition |= Q(site_id__in=sites)
        return queryset.filter(condition)

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Is one of the action's roles held for the row's company or site (for no row: anywhere)?"""
        if grants_of(user).everything:
            return True
        companies, sites = self._held(user, action)
        if obj is None:
            return bool(companies or sites)
        return obj.company_id in companies or getattr(obj, "site_id", None) in sites


register(OversightPolicy(AuditEntry, view=READERS_OF_THE_RECORD, by_site=True))
register(OversightPolicy(AuditorFinding, view=COMPANY_WIDE | READERS_OF_THE_RECORD, by_site=True))
register(OversightPolicy(OutboxItem, view=COMPANY_WIDE | {Role.AUDITOR}, by_site=False, retry=COMPANY_WIDE))
