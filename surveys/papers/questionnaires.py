"""满意度调查问卷 on paper, A4, in the site's language: boxes to tick, and the code of each form as text and as QR."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core.reports.pdf import print_sheet
from surveys.models import Evidence, PaperSheet, Question, QuestionKind, Wave
from surveys.scales import ends
from surveys.selectors.results import words

#: Lines to write on for words.
LINES = 3


@dataclass(frozen=True, slots=True)
class Form:
    """One form to print: its code, and the picture of it; both empty on a specimen.

    `unit` is who is asked where the survey is not anonymous, `part` the part of the sample where it is: so that whoever
    carries the forms round knows the door, or the building. Forms that lie open (`is_open`) have neither.
    """

    code: str = ""
    picture: str = ""
    unit: str = ""
    part: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """A question as the template shows it; `only` says when it is to be answered."""

    number: int
    question: Question
    only: str

    @property
    def low(self) -> str:
        """The word at the low end."""
        return str(ends(self.question)[0])

    @property
    def high(self) -> str:
        """The word at the high end."""
        return str(ends(self.question)[1])

    @property
    def rows(self) -> list[str]:
        """Rows of a matrix."""
        return [words(row) for row in self.question.rows]

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Choices with their numbers."""
        return [(number, words(option)) for number, option in enumerate(self.question.options, start=1)]


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A section as the template shows it."""

    title: str
    only: str
    questions: list[PrintedQuestion]


def paper_forms(wave: Wave, sheets: Sequence[PaperSheet]) -> bytes:
    """A PDF of a form per sheet, or of one specimen without a code when there is none.

    Raises core.reports.pdf.PdfUnavailable.
    """
    site = wave.site
    with translation.override(site.language):
        html = render_to_string(
            "surveys/paper_form.html",
            {
                "site": site,
                "wave": wave,
                "language": site.language,
                "forms": [_form(sheet) for sheet in sheets] or [Form()],
                "sections": printed_sections(wave),
                "intro": str(wave.version.intro),
                "thanks": str(wave.version.thanks),
                "scale": range(1, 6),
                "recommendation": range(11),
                "lines": range(LINES),
            },
        )
    css = (Path(settings.BASE_DIR) / "templates/surveys/paper_form.css").read_text("utf-8")
    file = BytesIO()
    print_sheet(html, css, file, language=site.language)
    return file.getvalue()


def printed_sections(wave: Wave) -> list[PrintedSection]:
    """The questionnaire in its order, numbered through; questions for photos are left out on paper."""
    questions = [one for one in wave.version.questions.order_by("position") if one.kind != QuestionKind.PHOTO]
    numbered = {one.code: (number, one) for number, one in enumerate(questions, start=1)}
    return [
        PrintedSection(
            str(section.title),
            _only(section.condition, numbered),
            [
                PrintedQuestion(number, question, _only(question.condition, numbered))
                for number, question in numbered.values()
                if question.section_id == section.pk
            ],
        )
        for section in wave.version.sections.order_by("position")
    ]


def asked_only_if(wave: Wave) -> dict[str, str]:
    """By the code of a question when it is to be answered, by its own condition and that of its section; "" for always."""
    return {
        one.question.code: " ".join(filter(None, (section.only, one.only)))
        for section in printed_sections(wave)
        for one in section.questions
    }


def _only(condition: dict[str, Any], numbered: dict[str, tuple[int, Question]]) -> str:
    """ "Only if question 3 is answered with 1, 2", or ""."""
    asked = numbered.get(condition.get("question", ""))
    if asked is None:
        return ""
    number, question = asked
    texts = {option["code"]: words(option) for option in question.options}
    answers = ", ".join(texts.get(str(one), str(one)) for one in condition.get("any", []))
    return _("Only if question %(number)d is answered with: %(answers)s") % {
        "number": number,
        "answers": answers,
    }


def _form(sheet: PaperSheet) -> Form:
    picture = segno.make(sheet.code, error="m", micro=False).svg_data_uri(border=1, omitsize=True)
    invitation = sheet.invitation
    unit = str(invitation.household or invitation.person) if invitation is not None else ""
    part = sheet.stratum.label if sheet.stratum is not None else ""
    return Form(sheet.code, picture, unit, part, is_open=sheet.evidence == Evidence.OPEN)
