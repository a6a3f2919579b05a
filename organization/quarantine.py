"""Who sees and decides what phones handed in and the server could not take."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from core.models import Quarantine
from core.policies import register
from organization.access import OVERSIGHT, PLANNERS, grants_of
from organization.models import Membership
from organization.oversight import OversightPolicy


class QuarantinePolicy(OversightPolicy[Quarantine]):
    """Leaders of the record's site; when it names no site, leaders of a site where its sender works."""

    def visible(self, user: Any, queryset: QuerySet[Quarantine]) -> QuerySet[Quarantine]:
        """Records of the user's sites, and siteless ones of people there."""
        if grants_of(user).everything:
            return queryset
        companies, sites = self._held(user, "view")
        condition = Q(company_id__in=companies) | Q(site_id__in=sites)
        if sites:
            senders = Membership.objects.filter(site_id__in=sites).values("person_id")
            condition |= Q(site=None, company_id=user.company_id, person_id__in=senders)
        return queryset.filter(condition)

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """As the site's roles say; for a siteless record the roles at any site of its sender."""
        if super().allows(user, action, obj):
            return True
        if obj is None or obj.site_id is not None or obj.company_id != user.company_id:
            return False
        _companies, sites = self._held(user, action)
        return Membership.objects.filter(site_id__in=sites, person_id=obj.person_id).exists()


register(QuarantinePolicy(Quarantine, view=OVERSIGHT, by_site=True, release=PLANNERS, dismiss=PLANNERS))
