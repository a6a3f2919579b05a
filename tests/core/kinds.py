"""Two kinds of operation made for tests: `tests.note` one by one, `tests.mark` in bulk.

A note's effect is an entry of the audit record, which has no unique key that could hide a double.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, OperationalError

from core import attachments, audit, offline
from core.models import AuditEntry, Slot
from core.offline import Incoming, Outcome, Refused
from core.offline.wording import reason

reason("tests_strange", "It is strange.")

FAILURES: dict[str, Exception] = {
    "refused": Refused("tests_strange", "Nobody knows this place"),
    "denied": PermissionDenied("no"),
    "invalid": ValidationError("not so"),
    "unknown": ObjectDoesNotExist("gone"),
    "crash": RuntimeError("a bug"),
    "integrity": IntegrityError("twice"),
    "data": DataError("too long"),
    "busy": OperationalError("connection lost"),
}
#: Failures switched off by a test, as if the bug had been repaired.
repaired: set[str] = set()


def _fail_if_asked(op: Incoming) -> None:
    name = op.body.get("fail")
    if name in FAILURES and name not in repaired:
        raise FAILURES[name]


@offline.handler("tests.note")
def note(op: Incoming) -> Outcome:
    entry = audit.record(
        "tests.note", actor=op.person, details={"id": str(op.id), "text": str(op.body.get("text"))[:200]}
    )
    _fail_if_asked(op)
    for sha256 in op.photos:
        attachments.attach(entry, sha256=sha256, made_by=op.person, device_at=op.corrected.at)
    return Outcome.flagged(*op.body.get("flags", ()))


@offline.bulk_handler("tests.mark")
def mark(ops: list[Incoming]) -> dict[UUID, Outcome]:
    outcomes: dict[UUID, Outcome] = {}
    for op in ops:
        _fail_if_asked(op)
        place = f"mark:{op.company_id}:{op.id}"
        kept, _created = Slot.objects.get_or_create(schedule=place, defaults={"slot": op.body_sha256})
        if op.body.get("strange"):
            outcomes[op.id] = Outcome.quarantined("tests_strange")
        else:
            outcomes[op.id] = Outcome.accepted() if kept.slot == op.body_sha256 else Outcome.conflict()
    return outcomes


def notes(**details: Any) -> int:
    """How many notes were written."""
    return AuditEntry.objects.filter(
        action="tests.note", **{f"details__{name}": value for name, value in details.items()}
    ).count()
