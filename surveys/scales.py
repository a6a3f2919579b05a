"""The words of scales."""

from typing import Any

from django.utils.translation import pgettext_lazy

from surveys.models import Question, QuestionKind

#: The words of a scale of satisfaction without words of its own (R075).
SATISFACTION = {
    1: pgettext_lazy("scale of a survey", "Very dissatisfied"),
    2: pgettext_lazy("scale of a survey", "Dissatisfied"),
    3: pgettext_lazy("scale of a survey", "In between"),
    4: pgettext_lazy("scale of a survey", "Satisfied"),
    5: pgettext_lazy("scale of a survey", "Very satisfied"),
}
#: The words at the ends of a recommendation without words of its own.
RECOMMENDATION = (
    pgettext_lazy("recommendation, 0 of 10", "Certainly not"),
    pgettext_lazy("recommendation, 10 of 10", "Certainly"),
)


def steps(question: Question) -> list[tuple[int, Any]]:
    """The numbers of a scale with their words, upwards; "" where only the ends are named."""
    if question.kind == QuestionKind.NPS:
        own = (str(question.low_label), str(question.high_label))
        low, high = own if any(own) else RECOMMENDATION
        words: dict[int, Any] = {0: low, 10: high}
        return [(number, words.get(number, "")) for number in range(11)]
    if not question.low_label and not question.high_label:
        return list(SATISFACTION.items())
    words = {1: str(question.low_label), 5: str(question.high_label)}
    return [(number, words.get(number, "")) for number in range(1, 6)]


def ends(question: Question) -> tuple[Any, Any]:
    """The words at the low and at the high end."""
    scale = steps(question)
    return scale[0][1], scale[-1][1]
