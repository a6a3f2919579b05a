"""Forms of the builder: a questionnaire, its texts, a section, a question."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.translated import TranslatedText
from surveys.conditions import LOOKED_AT
from surveys.forms.texts import Text, TextsForm, lines_of, rows_of
from surveys.models import (
    BankQuestion,
    Dimension,
    Purpose,
    Question,
    QuestionKind,
    QuestionnaireVersion,
    Section,
)

#: Answers a condition may name, by kind: as they are offered.
_OFFERED = {
    QuestionKind.SCALE: (["1", "2"], ["1", "2", "3"], ["3"], ["4", "5"]),
    QuestionKind.NPS: (
        [str(number) for number in range(7)],
        ["7", "8"],
        ["9", "10"],
    ),
}
#: Kinds with words at their ends.
SCALES = (QuestionKind.SCALE, QuestionKind.NPS, QuestionKind.MATRIX)


class QuestionnaireForm(TextsForm):
    """A new questionnaire, empty or like another."""

    texts = {"title": Text(_("Title"), required=True)}
    code = forms.CharField(
        label=_("Code"), max_length=30, help_text=_("Short, such as SAT-Q; stands in lists and files.")
    )
    purpose = forms.ChoiceField(label=pgettext_lazy("of a questionnaire", "Purpose"), choices=Purpose)
    like = forms.ModelChoiceField(
        label=_("Begin with a copy of"),
        queryset=QuestionnaireVersion.objects.none(),
        required=False,
        empty_label=_("nothing: an empty questionnaire"),
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["like"].queryset = versions  # type: ignore[attr-defined]


class TextsOfVersionForm(TextsForm):
    """What stands above and below the questions."""

    texts = {
        "title": Text(_("Title"), required=True),
        "intro": Text(_("Introduction"), rows=3, help=_("Why you ask and what becomes of it.")),
        "thanks": Text(_("Words of thanks"), rows=3),
    }


class ConditionForm(TextsForm):
    """A form with a condition that looks back at the questions `before`."""

    condition = forms.ChoiceField(label=_("Asked only if"), required=False)

    def __init__(self, *args: Any, before: Iterable[Question], **kwargs: Any) -> None:
        self.before = list(before)
        super().__init__(*args, **kwargs)
        present = self.initial.get("condition") or {}
        choices = _condition_choices(self.before, present)
        self.fields["condition"].choices = choices  # type: ignore[attr-defined]
        self.initial["condition"] = _as_text(present)

    def clean_condition(self) -> dict[str, Any]:
        """As the models keep it."""
        question, _equals, answers = self.cleaned_data["condition"].partition("=")
        return {"question": question, "any": answers.split(",")} if question else {}


class SectionForm(ConditionForm):
    """A part of a questionnaire."""

    texts = {"title": Text(_("Heading"))}


class QuestionForm(ConditionForm):
    """A question. The n-th lines of the three languages are one choice, or one row."""

    texts = {
        "text": Text(pgettext_lazy("of a questionnaire", "Question"), rows=2, required=True),
        "help": Text(_("Explanation"), help=_("Small, below the question.")),
        "options": Text(
            pgettext_lazy("of a question", "Choices"),
            rows=5,
            help=_("For one or several of several. One in each line, in the same order in every language."),
            kinds=(QuestionKind.SINGLE, QuestionKind.MULTIPLE),
        ),
        "rows": Text(
            pgettext_lazy("of a question", "Rows"),
            rows=4,
            help=_("For a scale with several rows. One in each line, in the same order in every language."),
            kinds=(QuestionKind.MATRIX,),
        ),
        "low_label": Text(
            _("Word at the low end"),
            help=_(
                "For scales. Without words a scale runs from very dissatisfied to very satisfied, a recommendation from certainly not to certainly."
            ),
            kinds=SCALES,
        ),
        "high_label": Text(_("Word at the high end"), kinds=SCALES),
    }
    kind = forms.ChoiceField(label=_("Answered by"), choices=QuestionKind)
    item = forms.ChoiceField(
        label=pgettext_lazy("of a question", "Measures"),
        choices=[("", _("nothing that is counted as satisfaction")), *Dimension.choices],
        required=False,
        help_text=_("Only questions that measure something are counted in the figures of satisfaction."),
    )
    section = forms.ModelChoiceField(label=_("Section"), queryset=Section.objects.none(), empty_label=None)
    is_required = forms.BooleanField(
        label=_("Must be answered"),
        required=False,
        help_text=_("Sparingly: who may leave something out answers the rest."),
    )

    def __init__(self, *args: Any, sections: Any, question: Question | None = None, **kwargs: Any) -> None:
        self.question = question
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = sections  # type: ignore[attr-defined]
        self.fields["section"].label_from_instance = name_of_section  # type: ignore[attr-defined]

    def layout(self) -> list[Any]:
        """What is asked first; then how; languages side by side."""
        item = Div("item", data_kinds=f"{QuestionKind.SCALE} {QuestionKind.MATRIX}")
        first = [self.side_by_side("text"), "kind", item, "section", "is_required", "condition"]
        return [*first, *(self.side_by_side(name) for name in self.texts if name != "text")]

    def clean(self) -> dict[str, Any]:
        """Choices and rows as lists; only what the kind uses is kept."""
        data = super().clean()
        kind = data.get("kind")
        before = self.question
        data["options"] = rows_of(data["options"], before.options if before else [])
        data["rows"] = rows_of(data["rows"], before.rows if before else [])
        if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
            if len(data["options"]) < 2:
                self.add_error("options_zh-hans", ValidationError(_("Give at least two choices.")))
        else:
            data["options"] = []
        if kind != QuestionKind.MATRIX:
            data["rows"] = []
        elif not data["rows"]:
            self.add_error("rows_zh-hans", ValidationError(_("Give at least one row.")))
        if kind not in (QuestionKind.SCALE, QuestionKind.MATRIX):
            data["item"] = ""
        return data

    def values(self) -> dict[str, Any]:
        """Columns of the question."""
        names = (*self.texts, "kind", "item", "is_required", "condition")
        return {name: self.cleaned_data[name] for name in names}


class FromBankForm(forms.Form):
    """A question of the bank, and where it goes."""

    bank = forms.ModelChoiceField(
        label=_("Question of the bank"), queryset=BankQuestion.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, bank: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = bank  # type: ignore[attr-defined]


def initial_of(question: Question) -> dict[str, Any]:
    """What the form shows of a question."""
    plain = ("text", "help", "low_label", "high_label", "kind", "item", "section", "is_required", "condition")
    return {
        **{name: getattr(question, name) for name in plain},
        "options": lines_of(question.options),
        "rows": lines_of(question.rows),
    }


def name_of_section(section: Section) -> str:
    """Its heading, else its place."""
    return str(section.title) or str(_("Section %(number)s") % {"number": section.position})


def wording_of(condition: dict[str, Any], questions: Iterable[Question]) -> str:
    """A condition in words; "" for none."""
    question = next((one for one in questions if one.code == condition.get("question")), None)
    if not condition:
        return ""
    if question is None:
        return str(_("a question that is no longer there"))
    return f"{Truncator(str(question.text)).chars(40)} → {_answers_in_words(question, condition['any'])}"


def _condition_choices(before: list[Question], present: dict[str, Any]) -> list[Any]:
    """Grouped by the question looked at."""
    groups: list[Any] = [("", _("always"))]
    for question in before:
        kind = QuestionKind(question.kind)
        if kind not in LOOKED_AT:
            continue
        offered = list(_OFFERED.get(kind, ())) or [[one["code"]] for one in question.options]
        if present.get("question") == question.code and present["any"] not in offered:
            offered.append(present["any"])
        rows = [
            (
                _as_text({"question": question.code, "any": answers}),
                _("Question %(number)s: %(answers)s")
                % {"number": question.position, "answers": _answers_in_words(question, answers)},
            )
            for answers in offered
        ]
        groups.append((Truncator(str(question.text)).chars(60), rows))
    return groups


def _as_text(condition: dict[str, Any]) -> str:
    return f"{condition['question']}={','.join(condition['any'])}" if condition else ""


def _answers_in_words(question: Question, answers: list[str]) -> str:
    texts = {one["code"]: str(TranslatedText(one["text"])) for one in question.options}
    if texts:
        return ", ".join(texts.get(answer, answer) for answer in answers)
    return answers[0] if len(answers) == 1 else f"{answers[0]}–{answers[-1]}"
