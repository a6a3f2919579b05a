"""The answers of a wave as counts, grouped by the database: a fixed number of queries however many answered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from surveys.models import Answer, Evidence, Invitation, InvitationState, Response, Wave


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """So many valid answers gave this score to a question (to one row of a matrix)."""

    question_id: int
    row: str
    stratum_id: int | None
    channel: str
    evidence: str
    score: int
    count: int


@dataclass(frozen=True, slots=True)
class ChoiceCell:
    """So many valid answers chose exactly these options."""

    question_id: int
    evidence: str
    choices: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ResponseCell:
    """So many questionnaires came this way from this part."""

    stratum_id: int | None
    channel: str
    evidence: str
    is_valid: bool
    count: int


def answers_until(wave: Wave, until: date | None) -> "QuerySet[Answer]":
    """The wave's valid answers; of a standing one that is anonymous only those that came before `until`."""
    rows = Answer.objects.filter(response__wave=wave, response__is_valid=True)
    return rows if until is None else rows.filter(response__received_on__lt=until)


def score_cells(wave: Wave, until: date | None = None) -> list[ScoreCell]:
    """Scores of the wave's valid answers; one query."""
    rows = (
        answers_until(wave, until)
        .filter(number__isnull=False)
        .values_list(
            "question_id", "row", "response__stratum_id", "response__channel", "response__evidence", "number"
        )
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [ScoreCell(*row) for row in rows]


def choice_cells(wave: Wave, until: date | None = None) -> list[ChoiceCell]:
    """Choices of the wave's valid answers; one query."""
    rows = (
        answers_until(wave, until)
        .exclude(choices=[])
        .values_list("question_id", "response__evidence", "choices")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [
        ChoiceCell(question, evidence, tuple(choices), count) for question, evidence, choices, count in rows
    ]


def response_cells(wave: Wave) -> list[ResponseCell]:
    """How the wave's questionnaires came, those that do not count too; one query."""
    rows = (
        Response.objects.filter(wave=wave)
        .values_list("stratum_id", "channel", "evidence", "is_valid")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [ResponseCell(*row) for row in rows]


def invitation_counts(wave: Wave) -> dict[tuple[int | None, str], int]:
    """Invitations by part and state; one query."""
    rows = (
        Invitation.objects.filter(wave=wave)
        .values_list("stratum_id", "state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(stratum_id, state): count for stratum_id, state, count in rows}


def counts_of(cells: Iterable[ScoreCell]) -> dict[int, int]:
    """How often each score was given."""
    found: Counter[int] = Counter()
    for cell in cells:
        found[cell.score] += cell.count
    return dict(found)


def valid(cells: Iterable[ResponseCell], evidence: str | None = None) -> int:
    """How many of them count, of one kind of evidence or of all."""
    return sum(cell.count for cell in cells if cell.is_valid and evidence in (None, cell.evidence))


def is_counted(cell: Any, *, with_open: bool) -> bool:
    """Is a cell among what is shown: personal answers, and open ones when they were asked for?"""
    return with_open or cell.evidence == Evidence.PERSONAL


#: States of invitations in the order of a table.
STATES = tuple(InvitationState)
