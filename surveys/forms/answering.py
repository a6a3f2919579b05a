"""The form of a questionnaire: for whoever answers it, and for whoever types in an answer given on paper or by telephone.

It needs no script. Conditions are judged by the server: questions that come up by the answers given are shown when the
form comes back, and it is kept only when everything that is asked had been shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from core.translated import TranslatedText
from surveys.conditions import Values, asked
from surveys.models import Question, QuestionKind, Section
from surveys.scales import ends, steps
from surveys.services.answering import LONGEST, Given, checked

#: Names of the fields begin so; a row of a matrix follows after a full stop.
PREFIX = "a_"
_NUMBERS = frozenset({QuestionKind.SCALE, QuestionKind.MATRIX, QuestionKind.NPS})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is drawn: `fields` holds (label of the row or "", field); a photo question has none."""

    question: Question
    fields: tuple[tuple[str, Any], ...]
    is_new: bool

    @property
    def ends(self) -> tuple[Any, Any]:
        """The words at the ends of a scale."""
        return ends(self.question)

    @property
    def errors(self) -> list[str]:
        """Messages of all its fields, each once."""
        return list(dict.fromkeys(str(error) for _label, field in self.fields for error in field.errors))


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is drawn."""

    section: Section
    asked: tuple[Asked, ...]


class AnswerForm(forms.Form):
    """`questions` are those of a version in order, with their sections. `answers()` are what was given.

    `everything` shows also what a condition would hide: for paper, where everything stands on the sheet.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8_000)

    def __init__(
        self, *args: Any, questions: Sequence[Question], everything: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())
        self.questions = list(questions)
        for question in self.questions:
            for name, field in _fields(question):
                self.fields[name] = field
        self.asked = self.questions if everything else asked(self.questions, self._values())
        self.was_shown = set(str(self.data.get("shown", "")).split())
        #: questions that came up by the answers given and have not been seen yet
        self.came_up = [
            one for one in self.asked if self.is_bound and not everything and one.code not in self.was_shown
        ]

    def _values(self) -> Values:
        return {one.code: self._raw(one) for one in self.questions} if self.is_bound else {}

    def _raw(self, question: Question) -> list[str]:
        name = f"{PREFIX}{question.code}"
        values = self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name, "")]
        return [str(value) for value in values if value not in ("", None)]

    def clean(self) -> dict[str, Any]:
        """What the service would refuse stands beside its question; nothing more is asked while questions came up."""
        data = super().clean() or {}
        if self.came_up or self.errors:
            return data
        try:
            checked(self.questions, self.answers())
        except ValidationError as error:
            for code, messages in error.message_dict.items():
                self.add_error(self._first_field(code, messages), messages)
        return data

    def _first_field(self, code: str, _messages: Any) -> str | None:
        question = next(one for one in self.questions if one.code == code)
        names = [name for name, _field in _fields(question)]
        empty = [name for name in names if not self.cleaned_data.get(name)]
        return next(iter(empty or names), None)

    def is_complete(self) -> bool:
        """Valid, and everything that is asked had been shown."""
        return self.is_valid() and not self.came_up

    def answers(self) -> list[Given]:
        """What was given; empty answers left out. Photos are not among them."""
        return [one for question in self.questions for one in self._given(question) if not one.is_empty]

    def _given(self, question: Question) -> Iterator[Given]:
        for name, _field in _fields(question):
            value = self.cleaned_data.get(name)
            row = name.partition(".")[2]
            if question.kind in _NUMBERS:
                yield Given(question.code, row=row, number=int(value) if value else None)
            elif question.kind == QuestionKind.SINGLE:
                yield Given(question.code, choices=[value] if value else [])
            elif question.kind == QuestionKind.MULTIPLE:
                yield Given(question.code, choices=value or [])
            else:
                yield Given(question.code, text=value or "")

    def shown_codes(self) -> str:
        """What is drawn now: sent back with the form."""
        return " ".join(one.code for one in self.asked)

    def parts(self) -> list[Part]:
        """Sections with what is asked of each, in order; sections without a question are left out."""
        found: dict[int, tuple[Section, list[Asked]]] = {}
        new = {one.code for one in self.came_up}
        for question in self.asked:
            drawn = Asked(question, tuple(self._drawn(question)), question.code in new)
            found.setdefault(question.section_id, (question.section, []))[1].append(drawn)
        return [Part(section, tuple(rows)) for section, rows in found.values()]

    def _drawn(self, question: Question) -> Iterator[tuple[str, Any]]:
        labels = {row["code"]: str(TranslatedText(row["text"])) for row in question.rows}
        for name, _field in _fields(question):
            yield labels.get(name.partition(".")[2], ""), self[name]

    def first_wrong(self) -> Asked | None:
        """The first question with a message, to lead the reader there; None when nothing is wrong with any."""
        return next((one for part in self.parts() for one in part.asked if one.errors), None)

    def photo_questions(self) -> list[Question]:
        """Questions asked that want a photo."""
        return [one for one in self.asked if one.kind == QuestionKind.PHOTO]


def _fields(question: Question) -> list[tuple[str, forms.Field]]:
    name, kind = f"{PREFIX}{question.code}", QuestionKind(question.kind)
    if kind == QuestionKind.MATRIX:
        return [(f"{name}.{row['code']}", _scale(question)) for row in question.rows]
    if kind in _NUMBERS:
        return [(name, _scale(question))]
    if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        return [(name, _choice(question, several=kind == QuestionKind.MULTIPLE))]
    if kind == QuestionKind.TEXT:
        area = forms.Textarea(attrs={"rows": 3})
        return [(name, forms.CharField(required=False, max_length=LONGEST, widget=area))]
    return []


def _scale(question: Question) -> forms.ChoiceField:
    choices = [(str(number), str(words)) for number, words in steps(question)]
    return forms.ChoiceField(choices=choices, required=False, widget=forms.RadioSelect)


def _choice(question: Question, *, several: bool) -> forms.Field:
    choices = [(one["code"], str(TranslatedText(one["text"]))) for one in question.options]
    if several:
        return forms.MultipleChoiceField(choices=choices, required=False, widget=forms.CheckboxSelectMultiple)
    return forms.ChoiceField(choices=choices, required=False, widget=forms.RadioSelect)
