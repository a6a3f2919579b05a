"""What is counted of surveys, by code: the names and definitions the figures and their lists share (K38–K42).

A wave counts wholly on the site's day it was closed on. Only satisfaction surveys of households count, and only personal
answers; a question counts in a wave when five or more answered it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from surveys.models import Dimension

#: Items counted for their own: K38, K39, K40.
ITEMS = tuple(item for item in Dimension if item != Dimension.OTHER)


@dataclass(frozen=True, slots=True)
class About:
    """A counted number."""

    name: Any
    definition: Any
    tone: str = "info"


def answers_code(item: str) -> str:
    """The code of how many answered the question about an item."""
    return f"survey_{item}_answers"


def satisfied_code(item: str) -> str:
    """The code of how many of them gave 4 or 5."""
    return f"survey_{item}_satisfied"


def _of_item(item: Dimension) -> dict[str, About]:
    return {
        answers_code(item): About(
            format_lazy(_("Answers: {item}"), item=item.label),
            _("Valid personal answers to the question, in waves closed on the day in which five or more answered it."),
        ),
        satisfied_code(item): About(
            format_lazy(_("Satisfied: {item}"), item=item.label), _("Of these, answers of 4 or 5."), "ok"
        ),
    }  # fmt: skip


COUNTED: dict[str, About] = {
    "survey_population": About(
        _("Households that could be asked"), _("Of satisfaction surveys, by the day the wave was closed.")
    ),
    "survey_invited": About(
        _("Households invited"), _("Of satisfaction surveys, by the day the wave was closed.")
    ),
    "survey_valid": About(
        _("Valid answers"), _("Questionnaires answered by personal invitation that count."), "ok"
    ),
    **{code: about for item in ITEMS for code, about in _of_item(item).items()},
    "survey_net_answers": About(
        _("Answers: recommendation"),
        _("Valid personal answers from 0 to 10, in waves in which five or more gave one."),
    ),
    "survey_promoters": About(_("Promoters"), _("Of these, answers of 9 or 10."), "ok"),
    "survey_detractors": About(_("Detractors"), _("Of these, answers of 0 to 6."), "danger"),
}
