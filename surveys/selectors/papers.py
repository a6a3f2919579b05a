"""Paper forms and telephone calls of a wave: how many stand where, and what is waiting."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.clock import now
from organization.models import Resident
from surveys.models import Evidence, InvitationState, PaperSheet, SheetState, Wave

#: Forms in one file to print.
PER_FILE = 50
#: Forms listed that wait for somebody.
LISTED = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """Forms to print in one file: the first and last place, counted from 1."""

    evidence: str
    first: int
    last: int

    @property
    def number(self) -> int:
        """Which file it is, counted from 1."""
        return (self.first - 1) // PER_FILE + 1


def sheet_counts(wave: Wave) -> dict[tuple[str, str], int]:
    """Forms by evidence and state; one query."""
    rows = (
        PaperSheet.objects.filter(wave=wave)
        .values_list("evidence", "state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(evidence, state): count for evidence, state, count in rows}


def by_state(counts: dict[tuple[str, str], int]) -> dict[str, int]:
    """Forms by state."""
    found: Counter[str] = Counter()
    for (_evidence, state), count in counts.items():
        found[state] += count
    return dict(found)


def batches(counts: dict[tuple[str, str], int]) -> list[Batch]:
    """The files in which the forms that are not typed in yet can be printed."""
    return [
        Batch(evidence, start + 1, min(start + PER_FILE, number))
        for evidence in (Evidence.PERSONAL, Evidence.OPEN)
        for number in (counts.get((evidence, SheetState.BLANK), 0),)
        for start in range(0, number, PER_FILE)
    ]


def blank_sheets(wave: Wave, evidence: str, number: int) -> list[PaperSheet]:
    """The forms of one file, in the order in which they are carried round: part by part, and unit by unit where they
    name one; forms of the same part in the order of their codes, which says nothing of households.
    """
    rows = (
        PaperSheet.objects.filter(wave=wave, evidence=evidence, state=SheetState.BLANK)
        .select_related("stratum", "invitation__household", "invitation__person")
        .order_by("stratum_id", "invitation__household__code", "code")
    )
    return list(rows[(number - 1) * PER_FILE : number * PER_FILE])


def waiting_sheets(wave: Wave) -> QuerySet[PaperSheet]:
    """Forms somebody has to go on with: those that differ, then those typed in once."""
    rows = PaperSheet.objects.filter(wave=wave, state__in=(SheetState.DIFFERS, SheetState.FIRST))
    return rows.select_related("first_by", "second_by").order_by("state", "code")


#: Of an invitation: is a telephone number of its household known?
WITH_NUMBER = Exists(Resident.objects.filter(household=OuterRef("household")).exclude(phone=""))


@dataclass(frozen=True, slots=True)
class CallCounts:
    """Households of a wave from the caller's side; `numberless` are those of all waiting whose number is not known."""

    free: int
    numberless: int
    later: int
    held: int
    answered: int
    refused: int
    unreachable: int


def call_counts(wave: Wave) -> CallCounts:
    """Who is free to be called, later, being called now; and what came of the others. One query."""
    moment = now()
    waiting = Q(state=InvitationState.INVITED, household__isnull=False)
    held = Q(call__held_until__gt=moment)
    later = Q(call__call_after__gt=moment)
    found = wave.invitations.aggregate(
        later=Count("pk", filter=waiting & later),
        held=Count("pk", filter=waiting & held & ~later),
        all=Count("pk", filter=waiting),
        numberless=Count("pk", filter=waiting & ~Q(WITH_NUMBER)),
        answered=Count("pk", filter=Q(state=InvitationState.ANSWERED)),
        refused=Count("pk", filter=Q(state=InvitationState.REFUSED)),
        unreachable=Count("pk", filter=Q(state=InvitationState.UNREACHABLE)),
    )
    free = found.pop("all") - found["later"] - found["held"]
    return CallCounts(free=free, **found)
