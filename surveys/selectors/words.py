"""What people wrote, by topic, with personal data masked; nothing of fewer than five writers in an anonymous wave."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.translated import TranslatedText
from surveys.masking import masked
from surveys.models import Evidence, Question, QuestionKind, Wave
from surveys.selectors.months import shown_until
from surveys.selectors.result_cells import answers_until
from surveys.selectors.results import is_ready
from surveys.small_numbers import is_shown
from surveys.topics import by_topic

#: Texts of each topic that are read at once; the others are folded away.
EXAMPLES = 5
#: Texts of a topic that are folded away, and texts without a known word, at most.
REST = 50


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic: how many texts, which words put them there, and what they say, each wording once."""

    code: str
    name: TranslatedText
    count: int
    words: list[tuple[str, int]]
    examples: list[str]
    more: list[str]


@dataclass(frozen=True, slots=True)
class Words:
    """All that was written to one question."""

    question: Question
    count: int
    is_shown: bool
    topics: list[TopicLine]
    rest: list[str]
    rest_count: int


def words_of_wave(wave: Wave, *, with_open: bool) -> list[Words]:
    """Every question for own words; two queries. Texts stand in no order of time."""
    questions = [
        question
        for question in wave.version.questions.order_by("position")
        if question.kind == QuestionKind.TEXT
    ]
    until = shown_until(wave)
    texts = _texts(wave, questions, until, with_open=with_open)
    return [
        _words(question, texts[question.pk], is_ready=is_ready(wave, until), is_anonymous=wave.is_anonymous)
        for question in questions
    ]


def distinct(texts: list[str]) -> list[str]:
    """The texts with personal data masked, each wording once."""
    return list(dict.fromkeys(masked(text) for text in texts))


def _texts(
    wave: Wave, questions: list[Question], until: date | None, *, with_open: bool
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {question.pk: [] for question in questions}
    rows: Any = answers_until(wave, until).filter(question__in=questions).exclude(text="")
    if not with_open:
        rows = rows.filter(response__evidence=Evidence.PERSONAL)
    # By text: neither the order of the answers nor that of their random keys.
    for question_id, text in rows.order_by("text").values_list("question_id", "text"):
        if cleaned := text.strip():
            found[question_id].append(cleaned)
    return found


def _words(question: Question, texts: list[str], *, is_ready: bool, is_anonymous: bool) -> Words:
    shown = is_ready and (is_shown(len(texts)) or not is_anonymous)
    if not shown:
        return Words(question, len(texts), False, [], [], 0)
    found = by_topic(texts)
    said = {group.topic.code: distinct([texts[place] for place in group.places]) for group in found.groups}
    return Words(
        question,
        len(texts),
        True,
        [
            TopicLine(
                group.topic.code,
                group.topic.name,
                group.count,
                group.commonest,
                said[group.topic.code][:EXAMPLES],
                said[group.topic.code][EXAMPLES : EXAMPLES + REST],
            )
            for group in found.groups
        ],
        distinct([texts[place] for place in found.rest])[:REST],
        len(found.rest),
    )
