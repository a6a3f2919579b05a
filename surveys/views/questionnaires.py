"""Questionnaires: the list, one with its versions, a new one, the bank, the shipped ones, a preview."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from core.translated import TranslatedText
from organization.middleware import person_of
from organization.models import Company
from surveys.forms.building import QuestionnaireForm, wording_of
from surveys.models import (
    BankQuestion,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Section,
    VersionState,
)
from surveys.selectors.drafts import findings_of
from surveys.services import building, defaults
from surveys.tables import BankTable, QuestionnaireTable


def may_build(user: Any) -> bool:
    """Those who build questionnaires."""
    return policies.allowed(user, "add", Questionnaire)


def company_of(request: HttpRequest) -> Company:
    """The user's company. Raises Http404 for the installation's administrator without one."""
    company: Company | None = person_of(request).company
    if company is None:
        raise Http404
    return company


class QuestionnaireList(ListPage):
    """Questionnaires."""

    model = Questionnaire
    table_class = QuestionnaireTable
    title = _("Questionnaires")
    icon = "card-checklist"
    search_fields = ("code", "title")
    template_name = "surveys/questionnaire_list.html"
    empty = Empty(
        title=_("No questionnaires yet"),
        text=_("Five are shipped, with a bank of questions in three languages. Add them, or write your own."),
        url_name="surveys:questionnaire_add",
        label=_("New questionnaire"),
        permission=may_build,
    )

    def may_open(self) -> bool:
        """Those who see surveys."""
        return policies.allowed(self.request.user, "view", Questionnaire)

    def get_queryset(self) -> QuerySet[Questionnaire]:
        """With the version asked now and the number of waves."""
        published = QuestionnaireVersion.objects.filter(
            questionnaire=OuterRef("pk"), state=VersionState.PUBLISHED
        )
        return Questionnaire.objects.annotate(
            published_number=Subquery(published.values("number")[:1]),
            wave_count=Count("versions__waves", distinct=True),
        )

    def get_context(self) -> dict[str, Any]:
        """Whether the person may write any."""
        return {"may_build": may_build(self.request.user)}


class BankList(ListPage):
    """The question bank."""

    model = BankQuestion
    table_class = BankTable
    title = _("Question bank")
    icon = "stack"
    search_fields = ("code", "text")
    template_name = "surveys/bank_list.html"
    empty = Empty(
        title=pgettext_lazy("survey", "No questions yet"),
        text=_("Add the shipped ones on the page of questionnaires."),
    )

    def may_open(self) -> bool:
        """Those who see surveys."""
        return policies.allowed(self.request.user, "view", BankQuestion)

    def get_queryset(self) -> QuerySet[BankQuestion]:
        """Those in use."""
        return BankQuestion.objects.filter(is_active=True)


def questionnaire_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it asks now, its versions, and what may be done with it."""
    questionnaire = policies.get_visible_or_404(request.user, Questionnaire, pk=pk)
    versions = list(questionnaire.versions.select_related("published_by").annotate(used=Count("waves")))
    current = next((one for one in versions if one.state == VersionState.PUBLISHED), None)
    draft = next((one for one in versions if one.state == VersionState.DRAFT), None)
    shown = current or draft or next(iter(versions), None)
    context = {
        "questionnaire": questionnaire,
        "versions": versions,
        "current": current,
        "draft": draft,
        "shown": shown,
        "parts": listed_parts(questions_of(shown)) if shown else [],
        "may_build": policies.allowed(request.user, "change", questionnaire),
    }
    return render(request, "surveys/questionnaire_detail.html", context)


@dataclass(frozen=True, slots=True)
class Listed:
    """A question as the page lists it: with its choices or rows, and its condition in words ("" for none)."""

    question: Question
    choices: tuple[str, ...]
    only_if: str


def listed_parts(questions: list[Question]) -> list[tuple[Section, str, list[Listed]]]:
    """The sections of questions in order (with their sections), each with its condition in words; no query."""
    found: dict[int, tuple[Section, str, list[Listed]]] = {}
    for one in questions:
        choices = tuple(str(TranslatedText(each["text"])) for each in (*one.options, *one.rows))
        section = (one.section, wording_of(one.section.condition, questions), list[Listed]())
        listed = found.setdefault(one.section_id, section)[2]
        listed.append(Listed(one, choices, wording_of(one.condition, questions)))
    return list(found.values())


class QuestionnaireAdd(FormPage):
    """A new questionnaire."""

    form_class = QuestionnaireForm
    heading = _("New questionnaire")

    def setup_page(self) -> None:
        """Those who build."""
        policies.require(self.request.user, "add", Questionnaire)
        self.company = company_of(self.request)

    def get_form_kwargs(self) -> dict[str, Any]:
        """What it may begin as."""
        versions = QuestionnaireVersion.objects.filter(
            questionnaire__company=self.company, state=VersionState.PUBLISHED
        )
        return {**super().get_form_kwargs(), "versions": versions.select_related("questionnaire")}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("surveys:questionnaires")

    def save(self, form: Any) -> str:
        """Make it, and go on to its questions."""
        data = form.cleaned_data
        names = ("code", "title", "purpose", "like")
        questionnaire = building.create_questionnaire(
            user=person_of(self.request), company=self.company, **{name: data[name] for name in names}
        )
        return reverse("surveys:build", args=[questionnaire.pk])


@require_POST
def install_shipped(request: HttpRequest) -> HttpResponse:
    """Add the shipped bank and questionnaires the company lacks."""
    policies.require(request.user, "add", Questionnaire)
    defaults.install(company_of(request))
    return redirect("surveys:questionnaires")


@require_POST
@once_per_form_key
def questionnaire_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft; what stands in its way is said on its page."""
    questionnaire = policies.get_visible_or_404(request.user, Questionnaire, pk=pk)
    policies.require(request.user, "publish", questionnaire)
    draft = questionnaire.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        return redirect("surveys:questionnaire", pk=pk)
    try:
        building.publish(user=person_of(request), version_id=draft.pk)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("surveys:build", pk=pk)
    messages.success(request, _now("Published. New waves ask this version; running ones keep theirs."))
    return HttpResponseRedirect(reverse("surveys:questionnaire", args=[pk]))


@require_POST
@once_per_form_key
def questionnaire_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    questionnaire = policies.get_visible_or_404(request.user, Questionnaire, pk=pk)
    try:
        building.discard_draft(user=person_of(request), questionnaire=questionnaire)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _now("The draft is gone."))
    return redirect("surveys:questionnaire", pk=pk)


@require_POST
@once_per_form_key
def questionnaire_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it no more."""
    questionnaire = policies.get_visible_or_404(request.user, Questionnaire, pk=pk)
    building.retire(user=person_of(request), questionnaire=questionnaire)
    return redirect("surveys:questionnaire", pk=pk)


def version_of(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    """A version the person may see. Raises Http404."""
    versions = QuestionnaireVersion.objects.select_related("questionnaire__company")
    return policies.get_visible_or_404(request.user, versions, pk=pk)


def questions_of(version: QuestionnaireVersion) -> list[Any]:
    """Its questions in order, with their sections."""
    return list(version.questions.select_related("section").order_by("position"))


def findings_for(version: QuestionnaireVersion) -> Any:
    """What stands in the way of publishing it."""
    return findings_of(version, questions_of(version))
