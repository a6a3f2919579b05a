"""The same act on several cases, each by itself: one that somebody was faster with, or may not be touched, stops none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from incidents.models import Case
from incidents.services import handling
from incidents.services.prioritising import change_priority
from incidents.services.writing import StaleCase
from organization.models import Person

#: In one go; more is a mistake more often than a wish.
MOST = 100


class BulkAct(models.TextChoices):
    """What can be done with several cases at once."""

    ASSIGN = "assign", _("Assign")
    PRIORITY = "priority", _("Change priority")
    NOTE = "note", _("Add a note")
    MERGE = "merge", _("Merge as duplicates")


class Result(models.TextChoices):
    """How it went for one case."""

    DONE = "done", _("Done")
    STALE = "stale", _("Somebody was faster; nothing changed")
    REFUSED = "refused", _("Not allowed")
    IMPOSSIBLE = "impossible", _("Not possible")


TONES = {Result.DONE: "ok", Result.STALE: "warn", Result.REFUSED: "danger", Result.IMPOSSIBLE: "warn"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case and how it went; `why` says more."""

    case_id: int
    result: Result
    why: str = ""

    @property
    def tone(self) -> str:
        """Tone of its badge."""
        return TONES[self.result]


def run(*, user: Person, act: str, seen: Sequence[tuple[int, int]], values: dict[str, Any]) -> list[Outcome]:
    """Do `act` to each (case, version seen) in order. `values`: person, priority, text or original_id of the act.

    Every case is a transaction of its own, checked by its own policy. Raises ValidationError for more than MOST.
    """
    if len(seen) > MOST:
        raise ValidationError(_("At most %(most)d cases at once."), params={"most": MOST})
    one = _ACTS[BulkAct(act)]
    return [_try(one, user, case_id, version, values) for case_id, version in seen]


One = Callable[[Person, int, int, dict[str, Any]], object]


def _try(one: One, user: Person, case_id: int, version: int, values: dict[str, Any]) -> Outcome:
    try:
        with transaction.atomic():
            one(user, case_id, version, values)
    except StaleCase:
        return Outcome(case_id, Result.STALE)
    except (PermissionDenied, Http404):
        return Outcome(case_id, Result.REFUSED)
    except ValidationError as error:
        return Outcome(case_id, Result.IMPOSSIBLE, " ".join(error.messages))
    return Outcome(case_id, Result.DONE)


def _assign(user: Person, case_id: int, version: int, values: dict[str, Any]) -> Case:
    return handling.assign_case(user=user, case_id=case_id, version=version, person=values["person"])


def _priority(user: Person, case_id: int, version: int, values: dict[str, Any]) -> Case:
    return change_priority(
        user=user,
        case_id=case_id,
        version=version,
        priority=values["priority"],
        note=values.get("text", ""),
    )


def _note(user: Person, case_id: int, version: int, values: dict[str, Any]) -> object:
    return handling.add_note(user=user, case_id=case_id, text=values["text"])


def _merge(user: Person, case_id: int, version: int, values: dict[str, Any]) -> Case:
    return handling.merge_duplicate(
        user=user, case_id=case_id, version=version, original_id=values["original_id"]
    )


_ACTS: dict[BulkAct, One] = {
    BulkAct.ASSIGN: _assign,
    BulkAct.PRIORITY: _priority,
    BulkAct.NOTE: _note,
    BulkAct.MERGE: _merge,
}
