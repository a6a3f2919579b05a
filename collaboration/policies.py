"""Who may see and act on action items and requests.

An owner may act on what is theirs, a department on what is asked of it; nobody verifies their own work.
"""

from typing import Any

from django.db.models import Q

from collaboration.models import (
    ActionEntry,
    ActionItem,
    CollaborationRequest,
    Extension,
    RequestEntry,
)
from core.clock import now
from core.policies import Internal, register
from organization.access import EVERYBODY, FIELD, MANAGERS, PLANNERS, grants_of
from organization.models import Department, Role, Site
from organization.policies import SitePolicy

#: Those who give out work: everybody with a task at the site but guards and auditors.
LEADERS = (FIELD | MANAGERS | {Role.TRAINER}) - {Role.GUARD}
#: Those who decide about it.
DECIDERS = PLANNERS | {Role.FIRE_SAFETY_MANAGER}
VERIFIERS = DECIDERS | {Role.SHIFT_LEADER}


def department_ids_of(user: Any) -> frozenset[int]:
    """The departments a person belongs to today, or heads; read once per request."""
    cached: frozenset[int] | None = getattr(user, "_department_ids", None)
    if cached is None:
        today = now().date()
        held = Q(
            memberships__person_id=user.pk,
            memberships__valid_from__lte=today,
        ) & (Q(memberships__valid_to=None) | Q(memberships__valid_to__gte=today))
        rows = Department.objects.filter(held | Q(head_id=user.pk), company_id=user.company_id)
        cached = user._department_ids = frozenset(rows.values_list("pk", flat=True))
    return cached


class ActionPolicy(SitePolicy[ActionItem]):
    """Roles of the site; besides, the owner reports it done and asks for time, the named verifier verifies.

    Who has done an item, or owns it, never verifies it; who asked for more time never decides.
    """

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Is the act the person's by role, or by their part in this item?"""
        by_role = super().allows(user, action, obj)
        if not isinstance(obj, ActionItem):
            return by_role
        here = grants_of(user).has(EVERYBODY - {Role.AUDITOR}, site=obj.site)
        if action in {"done", "extend"}:
            return by_role or (here and obj.owner_id == user.pk)
        if action in {"verify", "send_back"}:
            own = user.pk in {obj.done_by_id, obj.owner_id}
            return not own and (by_role or (here and obj.verifier_id == user.pk))
        return by_role


class RequestPolicy(SitePolicy[CollaborationRequest]):
    """Planners of the site; besides, the asked department answers and delivers, the asking side judges."""

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Is the act the person's by role, or by their department's part in this request?"""
        by_role = super().allows(user, action, obj)
        if by_role or not isinstance(obj, CollaborationRequest):
            return by_role
        if not grants_of(user).has(EVERYBODY - {Role.AUDITOR}, site=obj.site):
            return False
        if action == "answer":
            return obj.to_department_id is not None and obj.to_department_id in department_ids_of(user)
        if action == "judge":
            return obj.submitted_by_id == user.pk or obj.from_department_id in department_ids_of(user)
        return False


def may_add_action(user: Any, site: Site | None = None) -> bool:
    """May the person give out work (at `site`, or anywhere)?"""
    return grants_of(user).has(LEADERS, site=site)


register(
    ActionPolicy(
        ActionItem,
        view=EVERYBODY,
        add=LEADERS,
        change=LEADERS,
        done=LEADERS,
        verify=VERIFIERS,
        extend=LEADERS,
        decide=DECIDERS,
        cancel=DECIDERS,
        judge=DECIDERS,
        export=EVERYBODY,
        send_back=VERIFIERS,
    )
)
register(
    RequestPolicy(
        CollaborationRequest, view=EVERYBODY, add=LEADERS, answer=PLANNERS, judge=PLANNERS, export=EVERYBODY
    )
)
register(Internal(ActionEntry))
register(Internal(Extension))
register(Internal(RequestEntry))
