"""What is read of checklists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checklists.models import Answer, Check, Checklist, ChecklistVersion, VersionState
from core.attachments import attachments_for
from core.models import Attachment


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer with its photos."""

    answer: Answer
    photos: Sequence[Attachment]


def published_version(checklist: Checklist) -> ChecklistVersion | None:
    """The version in force; None when nothing is published."""
    return checklist.versions.filter(state=VersionState.PUBLISHED).first()


def versions_for_phone(checklist_ids: Iterable[int]) -> dict[int, ChecklistVersion]:
    """The versions in force of active checklists, with their items, by checklist; two queries."""
    rows = ChecklistVersion.objects.filter(
        checklist_id__in=list(checklist_ids), checklist__is_active=True, state=VersionState.PUBLISHED
    )
    return {row.checklist_id: row for row in rows.select_related("checklist").prefetch_related("items")}


def check_detail(check: Check) -> list[AnswerLine]:
    """The answers of a check in the order of its questions, with photos; two queries."""
    answers = list(check.answers.select_related("item", "case").order_by("item__position", "pk"))
    photos = attachments_for(answers)
    return [AnswerLine(answer, photos[str(answer.pk)]) for answer in answers]
