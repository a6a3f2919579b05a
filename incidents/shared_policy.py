"""Rows of a company that may be narrowed to one of its sites: templates, approval rules, rules of the clocks."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from core.policies import Policy
from organization.access import COMPANY_WIDE, EVERYBODY, grants_of
from organization.models import Site

M = TypeVar("M", bound=Model)


class SharedPolicy(Policy[M]):
    """Seen by everybody they apply to. A site's rows are written by `write` there, a company's by company-wide roles."""

    def __init__(self, model: type[M], *, write: Iterable[str]) -> None:
        super().__init__(model)
        self.write = frozenset(write)

    def visible(self, user: Any, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """The company's own, and those of sites where the user holds a role."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        here = grants.site_filter(EVERYBODY, path="site")
        return queryset.filter(Q(site=None) | here, company_id=grants.company_id or 0)

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Adding asks about the site (or None: anywhere), everything else about the row's own place."""
        grants = grants_of(user)
        if obj is None:
            return grants.has(EVERYBODY if action == "view" else self.write)
        site = obj if isinstance(obj, Site) else getattr(obj, "site", None)
        if action == "view":
            return grants.everything or grants.company_id == obj.company_id
        if site is not None:
            return grants.has(self.write, site=site)
        company_id = getattr(obj, "company_id", None) or obj.pk
        return grants.has(self.write & COMPANY_WIDE, company_id=company_id)


class MailboxPolicy(SharedPolicy[M]):
    """Rows with keys to something outside: seen only by those who keep them, at their sites."""

    def visible(self, user: Any, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """Of the sites where the user may write them."""
        grants = grants_of(user)
        return queryset if grants.everything else queryset.filter(grants.site_filter(self.write, path="site"))
