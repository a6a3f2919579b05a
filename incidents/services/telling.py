"""Telling people about a case."""

from collections.abc import Iterable

from core.notifications import notify
from incidents.models import Case, CaseKind, Priority
from organization.access import SITE_LEADERS
from organization.models import Person, Role

#: For groups that want to hear of the urgent ones only: 1 is the most urgent.
RANKS = {Priority.P1: 1, Priority.P2: 2, Priority.P3: 3}
#: Who hears of a new case.
TOLD = SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER, Role.FACILITY_ENGINEER}


def tell(kind: str, case: Case, people: Iterable[Person], *, key: str | None = None) -> None:
    """Tell people about a case; with a `key` each person once per kind and key."""
    notify(
        kind,
        people,
        target=case,
        site=case.site,
        key=key,
        context={
            "kind": CaseKind(case.kind).label,
            "number": case.number,
            "title": case.title,
            "site": case.site.name,
            "place": case.place or "—",
            "due": case.due_at,
            "priority": case.priority,
        },
        rank=RANKS[Priority(case.priority)],
    )
