"""Work past its due time, by the department that owes it, and action items by owner (R054)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from collaboration.models import ActionItem, ActionStatus, CollaborationRequest
from collaboration.models.requests import OWED
from core.clock import now
from incidents.models import Case, CaseStatus
from incidents.selectors.teams import NO_DEPARTMENT, departments_of
from organization.models import Department, Site

#: How a model choice filter names "empty".
EMPTY = "null"


@dataclass(frozen=True, slots=True)
class Owed:
    """How much of something is overdue, with the address of its rows."""

    count: int
    page: str


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """What lies overdue with a department."""

    name: str
    cases: Owed
    actions: Owed
    requests: Owed

    @property
    def all(self) -> tuple[Owed, Owed, Owed]:
        """Cases, action items, requests."""
        return (self.cases, self.actions, self.requests)

    @property
    def total(self) -> int:
        """All of it."""
        return sum(owed.count for owed in self.all)


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """Action items of a person: overdue, and since when the oldest is."""

    name: str
    overdue: Owed
    oldest: datetime
    department: str


def overdue_by_department(site: Site) -> list[DepartmentLine]:
    """Most first; a case lies with every department of the person it is given to. Six queries."""
    moment = now()
    cases = _cases(site, moment)
    late = ActionItem.objects.filter(site=site, status=ActionStatus.OPEN, due_at__lt=moment)
    actions = _by_department(late, "department_id")
    owed = CollaborationRequest.objects.filter(site=site, status__in=OWED, due_at__lt=moment)
    requests = _by_department(owed, "to_department_id")
    departments = Department.objects.filter(company_id=site.company_id).order_by("name", "pk")
    names: dict[int, str] = dict(departments.values_list("pk", "name"))
    keys: list[int | str] = [*names, NO_DEPARTMENT]
    lines = [
        DepartmentLine(
            names[key] if isinstance(key, int) else _("no department"),
            Owed(cases[key], _page("incidents:cases", site, overdue="yes", department=key)),
            Owed(actions[key], _page("collaboration:actions", site, overdue="yes", department=_choice(key))),
            Owed(
                requests[key],
                _page("collaboration:requests", site, overdue="yes", to_department=_choice(key)),
            ),
        )
        for key in keys
    ]
    nobody = cases[""]
    unassigned = DepartmentLine(
        _("given to nobody"),
        Owed(nobody, _page("incidents:cases", site, overdue="yes", assigned="nobody")),
        Owed(0, ""),
        Owed(0, ""),
    )
    return sorted((line for line in [*lines, unassigned] if line.total), key=lambda line: -line.total)


def overdue_by_owner(site: Site) -> list[OwnerLine]:
    """People with overdue action items, the most first; one query."""
    late = ActionItem.objects.filter(site=site, status=ActionStatus.OPEN, due_at__lt=now())
    rows = late.order_by().values_list("owner_id", "owner__name")
    counted = rows.annotate(number=Count("pk"), oldest=Min("due_at"), department=Min("department__name"))
    lines = [
        OwnerLine(
            name,
            Owed(number, _page("collaboration:actions", site, overdue="yes", owner=owner)),
            oldest,
            department or "",
        )
        for owner, name, number, oldest, department in counted
    ]
    return sorted(lines, key=lambda line: (-line.overdue.count, line.oldest))


def unverified(site: Site) -> Owed:
    """Action items reported done that nobody has verified yet."""
    done = ActionItem.objects.filter(site=site, status=ActionStatus.DONE)
    return Owed(done.count(), _page("collaboration:actions", site, status=ActionStatus.DONE.value))


def _cases(site: Site, moment: datetime) -> "Counter[int | str]":
    """Overdue cases by department; under NO_DEPARTMENT of people without one, under "" of nobody."""
    late = Case.objects.filter(site=site, status=CaseStatus.OPEN, closed_at=None, due_at__lt=moment)
    by_person: Mapping[int | None, int] = dict(
        late.order_by().values_list("assigned_to").annotate(number=Count("pk"))
    )
    departments = departments_of(late.order_by().values("assigned_to"))
    found: Counter[int | str] = Counter()
    for person, number in by_person.items():
        for key in ("",) if person is None else departments.get(person, {NO_DEPARTMENT}):
            found[key] += number
    return found


def _by_department(rows: Any, path: str) -> "Counter[int | str]":
    found: Counter[int | str] = Counter()
    for key, number in rows.order_by().values_list(path).annotate(number=Count("pk")):
        found[NO_DEPARTMENT if key is None else key] += number
    return found


def _choice(key: int | str) -> int | str:
    return EMPTY if key == NO_DEPARTMENT else key


def _page(route: str, site: Site, **filters: Any) -> str:
    return f"{reverse(route)}?{urlencode({'site': site.pk, **filters})}"
