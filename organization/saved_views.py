"""Saved views of lists: one's own; planners share theirs with the company."""

from typing import Any

from django.db.models import Q, QuerySet

from core.models import SavedView
from core.policies import OwnRows, register
from organization.access import COMPANY_WIDE, PLANNERS, grants_of


class SavedViewPolicy(OwnRows[SavedView]):
    """One's own, and what one's company shares. Who leads the company may remove what is shared."""

    def visible(self, user: Any, queryset: "QuerySet[SavedView]") -> "QuerySet[SavedView]":
        """Own and shared ones."""
        shared = Q(is_shared=True, company_id=user.company_id, company__isnull=False)
        return queryset.filter(Q(owner=user.pk) | shared)

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """ "share" is asked without an object; "view" and "choose" (as default) of any visible one."""
        if action == "share":
            return grants_of(user).has(PLANNERS)
        if super().allows(user, action, obj):
            return True
        if not obj.is_shared or obj.company_id is None or obj.company_id != user.company_id:
            return False
        if action in ("view", "choose"):
            return True
        return action == "delete" and grants_of(user).has(COMPANY_WIDE, company_id=obj.company_id)


register(SavedViewPolicy(SavedView, "owner"))
