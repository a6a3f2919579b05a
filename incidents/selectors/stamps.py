"""What figures leave out, and which time stamps cases should have and have (K45), row by row.

`incidents.selectors.day_stamps` says the same in SQL, written apart.
"""

from collections.abc import Mapping

from django.db.models import F, Q

from incidents.counted import OF_KIND
from incidents.models import CaseKind, CaseStatus, Priority

#: Void cases and duplicates, kind by kind; of incidents only false alarms are void.
LEFT_OUT: Mapping[str, Q] = {
    **{
        f"{code}_void": Q(kind=kind, status=CaseStatus.VOID, duplicate_of=None)
        for kind, code in OF_KIND.items()
        if kind != CaseKind.INCIDENT
    },
    **{f"{code}_duplicates": Q(kind=kind, duplicate_of__isnull=False) for kind, code in OF_KIND.items()},
}

_REQUEST, _INCIDENT = Q(kind=CaseKind.SERVICE_REQUEST), Q(kind=CaseKind.INCIDENT)
_VISITED = _REQUEST & ~Q(priority=Priority.P3) & Q(request__needs_visit=True)
_NOTED = (
    Q(arrived_at__isnull=False)
    & (Q(controlled_at=None) | ~Q(arrived_at=F("controlled_at")))
    & (Q(resolved_at=None) | ~Q(arrived_at=F("resolved_at")))
)
#: Whom a stamp is asked of, and when it is there.
_ASKED: Mapping[str, tuple[Q, Q]] = {
    "response": (_REQUEST, Q(acknowledged_at__isnull=False) | Q(first_reply_at__isnull=False)),
    "arrival": (_INCIDENT | _VISITED, _NOTED),
    "control": (_INCIDENT, Q(controlled_at__isnull=False)),
    "completion": (_REQUEST, Q(resolved_at__isnull=False)),
    "verification": (
        Q(kind=CaseKind.HAZARD, status=CaseStatus.CLOSED),
        Q(verified_at__isnull=False),
    ),
}


def stamped(real: Q) -> dict[str, Q]:
    """The condition of every measure of time stamps; `real` are the cases that count."""
    over = real & Q(status__in=(CaseStatus.RESOLVED, CaseStatus.CLOSED))
    found = {"stamps_missing": Q(pk__in=[])}
    for code, (due, there) in _ASKED.items():
        found[f"stamps_{code}_due"] = over & due
        found[f"stamps_{code}_there"] = over & due & there
        found["stamps_missing"] |= over & due & ~there
    return found
