"""What stands in the way of publishing a draft, and what only deserves a warning."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.translated_forms import LANGUAGES
from surveys.conditions import LOOKED_AT
from surveys.models import Question, QuestionKind, QuestionnaireVersion, Section


@dataclass(frozen=True, slots=True)
class Findings:
    """`faults` forbid publishing; `missing` says of each language how many texts are not written in it."""

    faults: tuple[str, ...]
    missing: tuple[tuple[str, Any, int], ...]


def findings_of(version: QuestionnaireVersion, questions: list[Question]) -> Findings:
    """What is wrong with a version whose questions (with sections) are given in order; no query."""
    faults = list(_faults(questions))
    texts = list(_texts(version, questions))
    missing = tuple(
        (code, language, count)
        for code, language in LANGUAGES
        if (count := sum(not text.get(code) for text in texts))
    )
    return Findings(tuple(faults), missing)


def _faults(questions: list[Question]) -> Iterator[str]:
    if not questions:
        yield _("There is no question yet.")
    if sum(one.kind == QuestionKind.PHOTO for one in questions) > 1:
        yield _("Ask for photos once only.")
    before: dict[str, Question] = {}
    sections: set[int] = set()
    for number, question in enumerate(questions, start=1):
        if question.section_id not in sections:
            sections.add(question.section_id)
            if not _looks_back(question.section, before):
                yield _("The section “%(title)s” depends on a question that does not come before it.") % {
                    "title": question.section.title
                }
        if not _looks_back(question, before):
            yield _("Question %(number)s depends on a question that does not come before it.") % {
                "number": number
            }
        if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE) and len(question.options) < 2:
            yield _("Question %(number)s needs at least two choices.") % {"number": number}
        if question.kind == QuestionKind.MATRIX and not question.rows:
            yield _("Question %(number)s needs at least one row.") % {"number": number}
        before[question.code] = question


def _looks_back(part: Question | Section, before: Mapping[str, Question]) -> bool:
    if not part.condition:
        return True
    looked_at = before.get(part.condition.get("question", ""))
    return looked_at is not None and looked_at.kind in LOOKED_AT


def _texts(version: QuestionnaireVersion, questions: Iterable[Question]) -> Iterator[Mapping[str, str]]:
    """Every text somebody answering reads, that is written in any language."""
    parts: list[Mapping[str, str]] = [version.questionnaire.title, version.intro, version.thanks]
    sections: dict[int, Section] = {}
    for question in questions:
        sections[question.section_id] = question.section
        parts += [question.text, question.help, question.low_label, question.high_label]
        parts += [one["text"] for one in (*question.options, *question.rows)]
    parts += [section.title for section in sections.values()]
    return (text for text in parts if text)
