"""The builder: a draft with its sections and questions, in order; without a script, and without dragging."""

from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from core.pages import FormPage
from organization.middleware import person_of
from surveys.forms.building import (
    FromBankForm,
    QuestionForm,
    SectionForm,
    TextsOfVersionForm,
    initial_of,
    wording_of,
)
from surveys.models import BankQuestion, Question, Questionnaire, QuestionnaireVersion, Section, VersionState
from surveys.selectors.drafts import findings_of
from surveys.services import building
from surveys.views.questionnaires import questions_of

P = TypeVar("P", Section, Question)


def build(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft, whole: sections, questions, what is missing."""
    questionnaire, draft = draft_for(request, pk)
    questions = questions_of(draft)
    sections = [
        (
            section,
            wording_of(section.condition, questions),
            [
                (one, wording_of(one.condition, questions))
                for one in questions
                if one.section_id == section.pk
            ],
        )
        for section in draft.sections.all()
    ]
    bank = BankQuestion.objects.filter(company=questionnaire.company, is_active=True)
    unused = list(bank.exclude(code__in=[one.code for one in questions]))
    context = {
        "questionnaire": questionnaire,
        "version": draft,
        "sections": sections,
        "findings": findings_of(draft, questions),
        "bank": unused,
        "count": len(questions),
    }
    return render(request, "surveys/build.html", context)


def draft_for(request: HttpRequest, pk: int) -> tuple[Questionnaire, QuestionnaireVersion]:
    """A questionnaire the person may change, with its draft. Raises Http404, PermissionDenied."""
    questionnaire = policies.get_visible_or_404(
        request.user, Questionnaire.objects.select_related("company"), pk=pk
    )
    draft = building.draft_of(user=person_of(request), questionnaire=questionnaire)
    draft.questionnaire = questionnaire
    return questionnaire, draft


def part_for(request: HttpRequest, model: type[P], pk: int) -> P:
    """A section or question of a draft the person may change. Raises Http404, PermissionDenied."""
    rows = model._default_manager.select_related("version__questionnaire__company")
    row = rows.filter(pk=pk, version__state=VersionState.DRAFT).first()
    if row is None:
        raise Http404
    questionnaire = policies.get_visible_or_404(request.user, Questionnaire, pk=row.version.questionnaire_id)
    policies.require(request.user, "change", questionnaire)
    return row


class BuilderPage(FormPage):
    """A form about the draft of a questionnaire, or about a `part` of it; it leads back to the builder."""

    template_name = "surveys/question_form.html"
    part: type[Any]
    #: the address names a part, not the questionnaire
    is_part = False

    def setup_page(self) -> None:
        """Those who build."""
        self.row: Any = None
        if self.is_part:
            self.row = part_for(self.request, self.part, self.kwargs["pk"])
            self.draft = self.row.version
            self.questionnaire = self.draft.questionnaire
        else:
            self.questionnaire, self.draft = draft_for(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it belongs to."""
        return {**super().get_context_data(**kwargs), "questionnaire": self.questionnaire}

    def cancel_url(self) -> str:
        """Back to the builder."""
        return reverse("surveys:build", args=[self.questionnaire.pk])


class TextsEdit(BuilderPage):
    """Title, introduction and thanks."""

    form_class = TextsOfVersionForm
    heading = _("Title, introduction, thanks")

    def get_initial(self) -> dict[str, Any]:
        """As they are."""
        return {
            "title": self.questionnaire.title,
            "intro": self.draft.intro,
            "thanks": self.draft.thanks,
        }

    def save(self, form: Any) -> str:
        """Keep them."""
        texts = {name: form.cleaned_data[name] for name in ("title", "intro", "thanks")}
        building.change_texts(user=person_of(self.request), version_id=self.draft.pk, **texts)
        return self.cancel_url()


class SectionEdit(BuilderPage):
    """One section, new or present."""

    form_class = SectionForm
    part = Section
    heading: Any = _("New section")

    def setup_page(self) -> None:
        """Of this draft."""
        super().setup_page()
        self.section: Section | None = self.row
        if self.section is not None:
            self.heading = _("Section")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Questions before it."""
        questions = questions_of(self.draft)
        place = self.section.position if self.section is not None else len(questions) + 1
        before = [one for one in questions if one.section.position < place]
        return {**super().get_form_kwargs(), "before": before}

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        if self.section is None:
            return {}
        return {"title": self.section.title, "condition": self.section.condition}

    def save(self, form: Any) -> str:
        """Keep it."""
        building.keep_section(
            user=person_of(self.request),
            version_id=self.draft.pk,
            section_id=self.section.pk if self.section else None,
            title=form.cleaned_data["title"],
            condition=form.cleaned_data["condition"],
        )
        return self.cancel_url()


class QuestionEdit(BuilderPage):
    """One question, new or present."""

    form_class = QuestionForm
    part = Question
    heading: Any = _("New question")

    def setup_page(self) -> None:
        """Of this draft."""
        super().setup_page()
        self.question: Question | None = self.row
        if self.question is not None:
            self.heading = _now("Question %(number)s") % {"number": self.question.position}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Questions before it, and the sections it may stand in."""
        questions = questions_of(self.draft)
        before = questions if self.question is None else questions[: self.question.position - 1]
        return {
            **super().get_form_kwargs(),
            "before": before,
            "question": self.question,
            "sections": self.draft.sections.order_by("position"),
        }

    def get_initial(self) -> dict[str, Any]:
        """As it is; a new one stands in the section it was added to."""
        if self.question is None:
            chosen = self.request.GET.get("section", "")
            return {"section": int(chosen)} if chosen.isascii() and chosen.isdigit() else {}
        return initial_of(self.question)

    def save(self, form: Any) -> str:
        """Keep it; or beside, in the bank."""
        question = building.keep_question(
            user=person_of(self.request),
            version_id=self.draft.pk,
            question_id=self.question.pk if self.question else None,
            section_id=form.cleaned_data["section"].pk,
            values=form.values(),
        )
        return f"{self.cancel_url()}#q{question.pk}"


@require_POST
@once_per_form_key
def question_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Up, down, away, or into the bank."""
    if act not in ("up", "down", "remove", "bank"):
        raise Http404
    row = part_for(request, Question, pk)
    draft, questionnaire = row.version, row.version.questionnaire
    user = person_of(request)
    if act == "remove":
        building.remove_question(user=user, version_id=draft.pk, question_id=row.pk)
    elif act == "bank":
        building.give_to_bank(user=user, question=row)
        messages.success(request, _now("Kept in the bank as “%(code)s”.") % {"code": row.code})
    else:
        building.move_question(user=user, version_id=draft.pk, question_id=row.pk, up=act == "up")
    return _back(questionnaire, f"#q{row.pk}" if act != "remove" else "")


@require_POST
@once_per_form_key
def section_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Away with a section and its questions."""
    row = part_for(request, Section, pk)
    draft, questionnaire = row.version, row.version.questionnaire
    try:
        building.remove_section(user=person_of(request), version_id=draft.pk, section_id=row.pk)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return _back(questionnaire)


@require_POST
@once_per_form_key
def from_bank(request: HttpRequest, pk: int) -> HttpResponse:
    """A question of the bank at the end of a section."""
    row = part_for(request, Section, pk)
    draft, questionnaire = row.version, row.version.questionnaire
    bank = BankQuestion.objects.filter(company=questionnaire.company, is_active=True)
    form = FromBankForm(request.POST, bank=bank)
    if not form.is_valid():
        return _back(questionnaire)
    try:
        question = building.take_from_bank(
            user=person_of(request),
            version_id=draft.pk,
            section_id=row.pk,
            bank_id=form.cleaned_data["bank"].pk,
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return _back(questionnaire)
    return _back(questionnaire, f"#q{question.pk}")


def _back(questionnaire: Questionnaire, anchor: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("surveys:build", args=[questionnaire.pk]) + anchor)
