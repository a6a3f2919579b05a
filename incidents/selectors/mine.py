"""What is one person's work now: given to them, waiting for their step, or naming them."""

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.clock import now
from incidents.models import Case, CaseEntry, CaseStatus, Mention
from incidents.selectors.order import EMERGENCIES_FIRST
from incidents.workflows import WORKFLOWS, Step
from organization.access import grants_of, sites_of

MOST = 50
#: A mention nobody answered is forgotten after this.
MENTIONED_WITHIN = timedelta(days=30)


def assigned(user: Any) -> list[Case]:
    """Open work given to the person: emergencies first, then least time left; what only waits for its end last."""
    return list(_unfinished(user).filter(assigned_to=user)[:MOST])


def waiting(user: Any, site_id: int | None = None) -> list[Case]:
    """Unfinished cases whose usual next step a role of the person takes, except what somebody else was given to do."""
    condition = _steps_of(user)
    if condition is None:
        return []
    rows = _unfinished(user).filter(condition).exclude(assigned_to=user)
    return list((rows.filter(site_id=site_id) if site_id is not None else rows)[:MOST])


def mentions(user: Any) -> list[Mention]:
    """Notes of the last 30 days that name the person and after which they have not added to the case."""
    since = CaseEntry.objects.filter(case=OuterRef("entry__case"), actor=user, at__gt=OuterRef("at"))
    rows = Mention.objects.filter(person=user, at__gt=now() - MENTIONED_WITHIN)
    rows = rows.filter(entry__case__in=Case.objects.visible_to(user)).exclude(Exists(since))
    return list(rows.select_related("entry__case__site", "entry__actor").order_by("-at", "-pk")[:MOST])


def _unfinished(user: Any) -> "QuerySet[Case]":
    rows = Case.objects.visible_to(user).filter(closed_at=None)
    return rows.select_related("site", "assigned_to").order_by(
        F("resolved_at").asc(nulls_first=True), EMERGENCIES_FIRST, "due_at", "pk"
    )


def leads_on(step: Step) -> bool:
    """Is the step the usual way on, not one back, aside or out?"""
    return step.tone != "secondary" and not step.counts_as_reopening


def _steps_of(user: Any) -> Q | None:
    """The states from which a role of the person leads on, with their sites; None for nobody's roles."""
    reached: dict[frozenset[str], frozenset[int]] = {}
    conditions = []
    roles = grants_of(user).roles()
    for kind, workflow in WORKFLOWS.items():
        for state in workflow.states:
            if state.status not in (CaseStatus.OPEN, CaseStatus.RESOLVED):
                continue
            for step in workflow.steps_from(state.code):
                mine = frozenset(step.who & roles) if not grants_of(user).everything else frozenset()
                if not leads_on(step) or not (mine or grants_of(user).everything):
                    continue
                here = Q(kind=kind, state=state.code)
                if not grants_of(user).everything:
                    if mine not in reached:
                        reached[mine] = frozenset(site.pk for site in sites_of(user, mine))
                    here &= Q(site_id__in=reached[mine])
                if step.assignee:
                    here &= Q(assigned_to=None)
                conditions.append(here)
    return reduce(or_, conditions) if conditions else None
