"""Which questions are asked: a condition is {"question": code, "any": [answers as text]}, or empty for always.

Conditions look back only: at a question asked before, whose answer is known by then.
"""

from collections.abc import Iterable, Mapping, Sequence

from surveys.models import Question, QuestionKind

#: Kinds whose answers a condition can look at.
LOOKED_AT = frozenset({QuestionKind.SCALE, QuestionKind.NPS, QuestionKind.SINGLE, QuestionKind.MULTIPLE})

#: Answers by code of the question: numbers as text, codes of options.
Values = Mapping[str, Sequence[str]]


def holds(condition: Mapping[str, object], values: Values) -> bool:
    """Is the condition met by these answers? An empty one always is."""
    if not condition:
        return True
    wanted = condition.get("any")
    given = values.get(str(condition.get("question", "")), ())
    return isinstance(wanted, list) and any(str(one) in given for one in wanted)


def asked(questions: Iterable[Question], values: Values) -> list[Question]:
    """The questions (in order, with their sections) that are asked of somebody who answered so.

    Answers to questions that are not asked do not count for the conditions after them.
    """
    counted: dict[str, Sequence[str]] = {}
    found = []
    for question in questions:
        if holds(question.section.condition, counted) and holds(question.condition, counted):
            found.append(question)
            counted[question.code] = values.get(question.code, ())
    return found
