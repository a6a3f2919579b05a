"""Writing questionnaires: drafts are edited, published versions never change.

Every act on a draft locks its version first, so that two people at the desk do not number questions twice.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.clock import now
from core.policies import require
from organization.models import Company, Person
from surveys import actions
from surveys.models import (
    BankQuestion,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Section,
    VersionState,
)
from surveys.selectors.drafts import findings_of
from surveys.services.defaults import ASKED

#: Columns a copied question keeps.
COPIED = (*ASKED, "code", "text", "position", "is_required", "condition")


@transaction.atomic
def create_questionnaire(
    *,
    user: Person,
    company: Company,
    code: str,
    title: Any,
    purpose: str,
    like: QuestionnaireVersion | None = None,
) -> Questionnaire:
    """A questionnaire with a draft: a copy of `like`, or an empty one with one section.

    Raises PermissionDenied, ValidationError.
    """
    require(user, "add", Questionnaire, parent=company)
    if like is not None and like.questionnaire.company_id != company.pk:
        raise ValidationError(_("This questionnaire belongs to another company."))
    questionnaire = Questionnaire(company=company, code=code.strip(), title=title, purpose=purpose)
    questionnaire.full_clean()
    questionnaire.save()
    draft = QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=1)
    if like is None:
        Section.objects.create(version=draft, position=1)
    else:
        _copy(like, draft)
    return questionnaire


@transaction.atomic
def draft_of(*, user: Person, questionnaire: Questionnaire) -> QuestionnaireVersion:
    """The draft; a new one, copied from the latest version, when there is none. Raises PermissionDenied."""
    require(user, "change", questionnaire)
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    versions = questionnaire.versions.order_by("-number")
    last = versions.first()
    if last is not None and last.state == VersionState.DRAFT:
        return last
    draft = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=last.number + 1 if last else 1
    )
    if last is None:
        Section.objects.create(version=draft, position=1)
    else:
        _copy(last, draft)
    return draft


@transaction.atomic
def change_texts(*, user: Person, version_id: int, title: Any, intro: Any, thanks: Any) -> None:
    """Title, introduction and thanks. Raises PermissionDenied, ValidationError."""
    version = _draft(user, version_id)
    version.questionnaire.title, version.intro, version.thanks = title, intro, thanks
    version.questionnaire.full_clean()
    version.questionnaire.save()
    version.save()


@transaction.atomic
def keep_section(
    *, user: Person, version_id: int, section_id: int | None, title: Any, condition: Mapping[str, Any]
) -> Section:
    """Add a section at the end, or change one. Raises PermissionDenied, ValidationError."""
    version = _draft(user, version_id)
    last = version.sections.order_by("-position").first()
    section = (
        Section(version=version, position=last.position + 1 if last else 1)
        if section_id is None
        else version.sections.get(pk=section_id)
    )
    section.title, section.condition = title, dict(condition)
    section.save()
    return section


@transaction.atomic
def remove_section(*, user: Person, version_id: int, section_id: int) -> None:
    """Take a section away with its questions. Raises PermissionDenied, ValidationError for the last one."""
    version = _draft(user, version_id)
    if version.sections.count() < 2:
        raise ValidationError(_("A questionnaire has one section at least."))
    version.sections.filter(pk=section_id).delete()
    _renumber(version)


@transaction.atomic
def keep_question(
    *, user: Person, version_id: int, question_id: int | None, section_id: int, values: Mapping[str, Any]
) -> Question:
    """Add a question at the end of a section, or change one; a moved one goes to the end of its new section.

    Raises PermissionDenied, ValidationError.
    """
    version = _draft(user, version_id)
    section = version.sections.get(pk=section_id)
    last = version.questions.order_by("-position").first()
    end = last.position + 1 if last else 1
    if question_id is None:
        question = Question(version=version, section=section, position=end, code=fresh_code(version))
    else:
        question = version.questions.get(pk=question_id)
        if question.section_id != section.pk:
            question.section, question.position = section, end
    for name, value in values.items():
        setattr(question, name, value)
    question.full_clean(exclude=["version", "section"])
    question.save()
    _renumber(version)
    return question


@transaction.atomic
def take_from_bank(*, user: Person, version_id: int, section_id: int, bank_id: int) -> Question:
    """Add a question of the bank; its code stays, so that its answers compare. Raises as `keep_question`."""
    version = _draft(user, version_id)
    row = BankQuestion.objects.get(pk=bank_id, company_id=version.questionnaire.company_id)
    if version.questions.filter(code=row.code).exists():
        raise ValidationError(_("This question is in the questionnaire already."))
    values = {name: getattr(row, name) for name in (*ASKED, "code", "text")}
    return keep_question(
        user=user, version_id=version_id, question_id=None, section_id=section_id, values=values
    )


@transaction.atomic
def give_to_bank(*, user: Person, question: Question) -> BankQuestion:
    """Keep a question's wording in the company's bank, in place of one with the same code. Raises PermissionDenied."""
    company = question.version.questionnaire.company
    require(user, "add", BankQuestion, parent=company)
    values = {name: getattr(question, name) for name in (*ASKED, "text")}
    row, _created = BankQuestion.objects.update_or_create(
        company=company, code=question.code, defaults={**values, "is_active": True}
    )
    return row


@transaction.atomic
def remove_question(*, user: Person, version_id: int, question_id: int) -> None:
    """Take a question away. Raises PermissionDenied, ValidationError."""
    version = _draft(user, version_id)
    version.questions.filter(pk=question_id).delete()
    _renumber(version)


@transaction.atomic
def move_question(*, user: Person, version_id: int, question_id: int, up: bool) -> None:
    """One place up or down, over the edge of its section into the next one. Raises PermissionDenied, ValidationError."""
    version = _draft(user, version_id)
    sections = {
        section.pk: list(section.questions.order_by("position")) for section in version.sections.all()
    }
    keys = list(sections)
    question = version.questions.get(pk=question_id)
    row = sections[question.section_id]
    place = row.index(question)
    target = place + (-1 if up else 1)
    row.remove(question)
    if 0 <= target <= len(row):
        row.insert(target, question)
    else:
        neighbour = keys.index(question.section_id) + (-1 if up else 1)
        if 0 <= neighbour < len(keys):
            question.section_id = keys[neighbour]
            sections[keys[neighbour]].insert(len(sections[keys[neighbour]]) if up else 0, question)
        else:
            row.insert(place, question)
    ordered = [one for rows in sections.values() for one in rows]
    for position, one in enumerate(ordered, start=1):
        one.position = position
    Question.objects.bulk_update(ordered, ["position", "section"])


@transaction.atomic
def publish(*, user: Person, version_id: int) -> QuestionnaireVersion:
    """Make the draft what is asked from now on; the version before it is retired. Raises PermissionDenied, ValidationError.

    Waves keep the version they were prepared with.
    """
    version = _draft(user, version_id)
    require(user, "publish", version.questionnaire)
    found = findings_of(version, list(version.questions.select_related("section")))
    if found.faults:
        raise ValidationError(list(found.faults))
    version.questionnaire.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    version.state, version.published_at, version.published_by = VersionState.PUBLISHED, now(), user
    version.save()
    details = {"number": version.number, "code": version.questionnaire.code}
    audit.record(
        actions.PUBLISHED,
        actor=user,
        company=version.questionnaire.company,
        target=version.questionnaire,
        details=details,
    )
    return version


@transaction.atomic
def discard_draft(*, user: Person, questionnaire: Questionnaire) -> None:
    """Throw the draft away; the version asked now stays. Raises PermissionDenied, ValidationError without an earlier one."""
    require(user, "change", questionnaire)
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    draft = questionnaire.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        return
    if not questionnaire.versions.exclude(pk=draft.pk).exists():
        raise ValidationError(_("This is the only version there is; change it instead."))
    details = {"number": draft.number, "code": questionnaire.code}
    draft.delete()
    audit.record(
        actions.DISCARDED, actor=user, company=questionnaire.company, target=questionnaire, details=details
    )


@transaction.atomic
def retire(*, user: Person, questionnaire: Questionnaire) -> None:
    """Ask it no more: no new wave takes it. Running waves go on. Raises PermissionDenied."""
    require(user, "publish", questionnaire)
    questionnaire.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    details = {"code": questionnaire.code}
    audit.record(
        actions.RETIRED, actor=user, company=questionnaire.company, target=questionnaire, details=details
    )


def fresh_code(version: QuestionnaireVersion) -> str:
    """A code no version of the questionnaire has used, and no other questionnaire gives: the bank of the company keeps
    questions by it.
    """
    begin = f"q{version.questionnaire_id}-"
    asked = Question.objects.filter(
        version__questionnaire_id=version.questionnaire_id, code__startswith=begin
    )
    used = set(asked.values_list("code", flat=True))
    number = len(used) + 1
    while f"{begin}{number}" in used:
        number += 1
    return f"{begin}{number}"


def _draft(user: Person, version_id: int) -> QuestionnaireVersion:
    """The locked version, if it is a draft `user` may change."""
    versions = QuestionnaireVersion.objects.select_for_update(of=("self",))
    version = versions.select_related("questionnaire__company").get(pk=version_id)
    require(user, "change", version.questionnaire)
    if version.state != VersionState.DRAFT:
        raise ValidationError(_("A published version never changes; edit a draft."))
    return version


def _renumber(version: QuestionnaireVersion) -> None:
    ordered = list(version.questions.order_by("section__position", "position"))
    for position, question in enumerate(ordered, start=1):
        question.position = position
    Question.objects.bulk_update(ordered, ["position"])


def _copy(source: QuestionnaireVersion, draft: QuestionnaireVersion) -> None:
    draft.intro, draft.thanks = source.intro, source.thanks
    draft.save()
    sections = {
        section.pk: Section.objects.create(
            version=draft, position=section.position, title=section.title, condition=section.condition
        )
        for section in source.sections.all()
    }
    Question.objects.bulk_create(
        Question(
            version=draft,
            section=sections[question.section_id],
            **{name: getattr(question, name) for name in COPIED},
        )
        for question in source.questions.all()
    )
