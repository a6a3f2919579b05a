"""People who have a part: who may own or verify, and who belongs to a department."""

from typing import Any

from django.db.models import Q, QuerySet

from collaboration.models import ActionItem, CollaborationRequest
from collaboration.models.requests import OWED
from collaboration.policies import VERIFIERS, department_ids_of
from core.clock import now
from organization.access import EVERYBODY, grants_of, people_holding
from organization.models import Department, Membership, Person, Role, Site


def workers_of(site: Site) -> QuerySet[Person]:
    """Everybody who may be given work at a site."""
    rows: QuerySet[Person] = people_holding(EVERYBODY - {Role.AUDITOR}, site).order_by("name", "pk")
    return rows


def departments_at(site: Site) -> QuerySet[Department]:
    """The company's departments and the site's own."""
    here = Q(site=None) | Q(site=site)
    rows: QuerySet[Department] = Department.objects.filter(here, company_id=site.company_id)
    return rows.order_by("name", "pk")


def people_of(department: Department | None) -> QuerySet[Person]:
    """The active people who belong to a department today, and its head; nobody for none."""
    if department is None:
        nobody: QuerySet[Person] = Person.objects.none()
        return nobody
    held = Membership.objects.valid_on(now().date()).filter(department=department)
    members = Q(pk__in=held.values("person_id")) | Q(pk=department.head_id or 0)
    rows: QuerySet[Person] = Person.objects.filter(members, is_active=True)
    return rows


def verifiers_of(action: ActionItem) -> QuerySet[Person]:
    """Who is asked to verify: the named person, else all who may at the site; never who did or owns it."""
    everybody = (
        people_holding(VERIFIERS, action.site)
        if action.verifier_id is None
        else Person.objects.filter(pk=action.verifier_id)
    )
    rows: QuerySet[Person] = everybody.exclude(
        pk__in=[key for key in (action.done_by_id, action.owner_id) if key]
    )
    return rows


def receivers_of(request: CollaborationRequest) -> QuerySet[Person]:
    """Who is asked: the department's people; for somebody outside, whoever asked sees to it."""
    if request.to_department is None:
        asker: QuerySet[Person] = Person.objects.filter(pk=request.submitted_by_id)
        return asker
    return people_of(request.to_department)


def own_actions(user: Any) -> QuerySet[ActionItem]:
    """What a person owns and has not done, earliest due first."""
    rows: QuerySet[ActionItem] = ActionItem.objects.visible_to(user).filter(owner_id=user.pk, status="open")
    return rows.select_related("site", "owner").order_by("due_at", "pk")


def actions_to_verify(user: Any) -> QuerySet[ActionItem]:
    """What waits for a person to verify it: named for them, or for nobody at a site where they may; never their own."""
    waiting = ActionItem.objects.visible_to(user).filter(status="done")
    may = grants_of(user).site_filter(VERIFIERS, path="site")
    mine = waiting.filter(Q(verifier_id=user.pk) | (Q(verifier=None) & may))
    rows: QuerySet[ActionItem] = mine.exclude(owner_id=user.pk).exclude(done_by_id=user.pk)
    return rows.select_related("site", "owner", "done_by").order_by("done_at", "pk")


def requests_to(user: Any) -> QuerySet[CollaborationRequest]:
    """What a person's departments still owe, earliest due first."""
    owed = CollaborationRequest.objects.visible_to(user).filter(status__in=OWED)
    rows: QuerySet[CollaborationRequest] = owed.filter(to_department__in=department_ids_of(user))
    return rows.select_related("site", "from_department", "to_department").order_by("due_at", "pk")


def requests_by(user: Any) -> QuerySet[CollaborationRequest]:
    """What a person asked for and has not confirmed, earliest due first."""
    rows: QuerySet[CollaborationRequest] = CollaborationRequest.objects.visible_to(user).unsettled()
    mine = rows.filter(submitted_by_id=user.pk)
    return mine.select_related("site", "from_department", "to_department").order_by("due_at", "pk")
