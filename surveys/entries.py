"""What is typed from paper or at the telephone: a number per question, checked; and where two entries differ.

Keys are those of `fields_of`: the question's code, with the row's for a matrix. A choice is typed by its place on the form,
several as "1 3" or "13". What was left blank on the form is left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.models import Question, QuestionKind
from surveys.selectors.results import words

#: The longest text that is typed from a form.
LONGEST = 2000
_RANGES = {QuestionKind.SCALE: (1, 5), QuestionKind.MATRIX: (1, 5), QuestionKind.NPS: (0, 10)}
#: Up to so many choices each is one digit, so that "13" are two of them.
ONE_DIGIT = 9


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to type: `number` counts the questions on the form, `choices` are numbered from 1."""

    key: str
    number: int
    question: Question
    row: str
    label: str
    choices: tuple[tuple[int, str], ...] = ()

    @property
    def is_text(self) -> bool:
        """Are words typed, not numbers?"""
        return self.question.kind == QuestionKind.TEXT

    @property
    def hint(self) -> str:
        """What may be typed."""
        if self.question.kind in _RANGES:
            lowest, highest = _RANGES[QuestionKind(self.question.kind)]
            return f"{lowest}–{highest}"
        return " · ".join(f"{number} {text}" for number, text in self.choices)


def fields_of(questions: Sequence[Question]) -> list[Field]:
    """What is typed of a form, in its order. Photos are not typed."""
    found = []
    for number, question in enumerate((one for one in questions if one.kind != QuestionKind.PHOTO), start=1):
        if question.kind == QuestionKind.MATRIX:
            found += [
                Field(f"{question.code}.{row['code']}", number, question, row["code"], words(row))
                for row in question.rows
            ]
        else:
            choices = tuple((place, words(option)) for place, option in enumerate(question.options, start=1))
            found.append(Field(question.code, number, question, "", str(question.text), choices))
    return found


def checked(fields: Sequence[Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as kept: numbers, lists of option codes, texts. Raises ValidationError naming the fields."""
    kept: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for field in fields:
        text = str(typed.get(field.key) or "").strip()
        if not text:
            continue
        try:
            kept[field.key] = _read(field, text)
        except ValueError:
            wrong[field.key] = [_("Type %(hint)s, or nothing.") % {"hint": field.hint}]
    if wrong:
        raise ValidationError(wrong)
    return kept


def differing(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """The keys in which two entries differ, blanks too; blanks and line ends within texts do not matter."""
    return [key for key in sorted({*first, *second}) if _plain(first.get(key)) != _plain(second.get(key))]


def as_typed(field: Field, value: Any) -> str:
    """A kept value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, list):
        places = {option["code"]: place for place, option in enumerate(field.question.options, start=1)}
        return " ".join(str(places[code]) for code in value if code in places)
    return str(value)


def _read(field: Field, text: str) -> Any:
    kind = QuestionKind(field.question.kind)
    if kind == QuestionKind.TEXT:
        return text[:LONGEST]
    if kind in _RANGES:
        lowest, highest = _RANGES[kind]
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError(text)
        return number
    codes = [option["code"] for option in field.question.options]
    places = _places(text, len(codes))
    if kind == QuestionKind.SINGLE and len(places) != 1:
        raise ValueError(text)
    if any(not 1 <= place <= len(codes) for place in places):
        raise ValueError(text)
    return [codes[place - 1] for place in sorted(set(places))]


def _places(text: str, choices: int) -> list[int]:
    if re.fullmatch(r"\d+", text, re.ASCII) and choices <= ONE_DIGIT:
        return [int(digit) for digit in text]
    parts = re.split(r"[\s,,、;]+", text)
    return [int(part) for part in parts if part]


def _plain(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value
