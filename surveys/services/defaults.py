"""The shipped bank and questionnaires, in three languages: given to a company that lacks them (R075)."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from core.clock import now
from organization.models import Company
from surveys.models import (
    BankQuestion,
    Question,
    QuestionKind,
    Questionnaire,
    QuestionnaireVersion,
    Section,
    VersionState,
)

FOLDER = Path(__file__).resolve().parent.parent / "defaults"
#: Columns that say how something is asked, with what they are when a file leaves them out.
ASKED: dict[str, Any] = {
    "kind": QuestionKind.SCALE.value,
    "item": "",
    "help": {},
    "options": [],
    "rows": [],
    "low_label": {},
    "high_label": {},
}


@cache
def shipped_bank() -> dict[str, dict[str, Any]]:
    """The shipped questions by code, as read from defaults/bank.yaml."""
    rows = yaml.safe_load((FOLDER / "bank.yaml").read_text(encoding="utf-8"))
    return {row["code"]: row for row in rows}


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    """The shipped questionnaires, by file name; questions of the bank stand in their place."""
    files = sorted((FOLDER / "questionnaires").glob("*.yaml"))
    found = tuple(yaml.safe_load(path.read_text(encoding="utf-8")) for path in files)
    for row in found:
        for section in row["sections"]:
            section["questions"] = [_from_bank(one) for one in section["questions"]]
    return found


@transaction.atomic
def install(company: Company) -> list[Questionnaire]:
    """Give `company` what it lacks of the bank and the questionnaires; the new questionnaires.

    What it has, edited or not, stays. Checks no policy: founding a company and the page of questionnaires do.
    """
    Company.objects.select_for_update().get(pk=company.pk)
    known = set(BankQuestion.objects.filter(company=company).values_list("code", flat=True))
    fresh = [row for code, row in shipped_bank().items() if code not in known]
    BankQuestion.objects.bulk_create(
        BankQuestion(company=company, code=row["code"], text=row["text"], **_asked(row)) for row in fresh
    )
    there = set(Questionnaire.objects.filter(company=company).values_list("code", flat=True))
    return [_install(company, row) for row in shipped() if row["code"] not in there]


def _install(company: Company, row: dict[str, Any]) -> Questionnaire:
    questionnaire = Questionnaire.objects.create(
        company=company, code=row["code"], title=row["title"], purpose=row["purpose"]
    )
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=1,
        state=VersionState.PUBLISHED,
        published_at=now(),
        intro=row["intro"],
        thanks=row["thanks"],
    )
    questions: list[Question] = []
    for place, part in enumerate(row["sections"], start=1):
        section = Section.objects.create(
            version=version, position=place, title=part["title"], condition=part.get("if", {})
        )
        questions += [
            Question(
                version=version,
                section=section,
                position=len(questions) + number,
                code=one["code"],
                text=one["text"],
                is_required=one.get("required", False),
                condition=one.get("if", {}),
                **_asked(one),
            )
            for number, one in enumerate(part["questions"], start=1)
        ]
    Question.objects.bulk_create(questions)
    return questionnaire


def _from_bank(row: dict[str, Any]) -> dict[str, Any]:
    return {**shipped_bank()[row["bank"]], **row} if "bank" in row else row


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name, usual) for name, usual in ASKED.items()}
