"""Access to cases, asked in terms of the case's own columns so that lists walk its indexes."""

from typing import Any

from django.db.models import Q, QuerySet

from incidents.models import Case
from organization.access import grants_of
from organization.policies import SitePolicy


class CasePolicy(SitePolicy[Case]):
    """A site's cases. A case names its company itself, so no other table is asked which rows somebody sees."""

    def visible(self, user: Any, queryset: "QuerySet[Case]") -> "QuerySet[Case]":
        """Cases of the sites, or of the companies, where the user holds a viewing role."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        held = [grant for grant in grants.grants if grant.role in self.actions["view"]]
        companies = {grant.company_id for grant in held if grant.site_id is None}
        sites = {grant.site_id for grant in held if grant.site_id is not None}
        if companies:
            condition = Q(company_id__in=companies)
            return queryset.filter(condition | Q(site_id__in=sites) if sites else condition)
        if not sites:
            return queryset.none()
        return queryset.filter(site_id__in=sites)
