"""Which departments a case lies with: those of the person it is given to, as a member today or as the head."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.clock import now
from organization.models import Department, Membership

#: In addresses: given to somebody of no department.
NO_DEPARTMENT = "none"


def with_department(asked: str) -> Q:
    """Cases given to people of the department of that id, or for NO_DEPARTMENT to people of none; for anything else no case."""
    held = Membership.objects.valid_on(now().date())
    if asked == NO_DEPARTMENT:
        member = Exists(held.filter(person_id=OuterRef("assigned_to_id"), department__isnull=False))
        head = Exists(Department.objects.filter(head_id=OuterRef("assigned_to_id")))
        return Q(assigned_to__isnull=False) & ~Q(member) & ~Q(head)
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        return Q(pk__in=[])
    members = held.filter(department_id=int(asked)).values("person_id")
    heads = Department.objects.filter(pk=int(asked), head__isnull=False).values("head_id")
    return Q(assigned_to__in=members) | Q(assigned_to__in=heads)


def departments_of(people: "QuerySet[Any]") -> dict[int, set[int]]:
    """The departments of each person whose id the rows give; two queries. People of none are left out."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    held = Membership.objects.valid_on(now().date()).filter(person__in=people, department__isnull=False)
    for person, department in held.order_by().values_list("person_id", "department_id"):
        found[person].add(department or 0)
    for head, department in Department.objects.filter(head__in=people).values_list("head_id", "pk"):
        found[head or 0].add(department)
    return dict(found)
