"""The list of checklists, one checklist with its versions, its editor, and the checks made."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from checklists.forms import ChecklistForm, ItemFormSet, initial_of, texts
from checklists.models import Check, Checklist, ChecklistVersion, VersionState
from checklists.services import defaults, editing
from checklists.tables import ChecklistTable, CheckTable
from core import policies
from core.attachments import attachments_for
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.middleware import person_of
from organization.models import Company


class ChecklistList(ListPage):
    """Checklists."""

    model = Checklist
    table_class = ChecklistTable
    title = _("Checklists")
    icon = "card-checklist"
    search_fields = ("code", "basis")
    template_name = "checklists/checklist_list.html"
    empty = Empty(
        title=_("No checklists yet"),
        text=_(
            "A checklist is asked at a point; an abnormal answer opens a case. Start from those that are shipped."
        ),
        url_name="checklists:add",
        label=_("New checklist"),
    )


def company_of(request: HttpRequest) -> Company:
    """The user's company."""
    company: Company | None = request.user.company  # type: ignore[union-attr]
    if company is None:
        raise Http404
    return company


def checklist_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A checklist: what is asked now, and the versions before."""
    checklist = policies.get_visible_or_404(request.user, Checklist, pk=pk)
    versions = list(checklist.versions.select_related("published_by").order_by("-number"))
    current = next((one for one in versions if one.state == VersionState.PUBLISHED), None)
    draft = next((one for one in versions if one.state == VersionState.DRAFT), None)
    shown = current or draft
    context = {
        "checklist": checklist,
        "versions": versions,
        "current": current,
        "draft": draft,
        "items": list(shown.items.all()) if shown else [],
    }
    return render(request, "checklists/checklist_detail.html", context)


class ChecklistAdd(FormPage):
    """A new checklist."""

    form_class = ChecklistForm
    heading = _("New checklist")

    def setup_page(self) -> None:
        """Who writes checklists."""
        self.company = company_of(self.request)
        policies.require(self.request.user, "add", Checklist)

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("checklists:checklists")

    def save(self, form: Any) -> str:
        """Make it, and go on to its questions."""
        checklist = editing.create_checklist(
            user=person_of(self.request), company=self.company, **form.cleaned_data
        )
        return reverse("checklists:edit", args=[checklist.pk])


@once_per_form_key
def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the draft of a checklist: its questions in order."""
    checklist = policies.get_visible_or_404(request.user, Checklist, pk=pk)
    policies.require(request.user, "change", checklist)
    language = checklist.company.language
    with transaction.atomic():
        version = editing.draft_of(user=person_of(request), checklist=checklist)
    items = list(version.items.all())
    initial = [initial_of(item, language) for item in items]
    formset = ItemFormSet(request.POST or None, initial=initial, prefix="items")
    if request.method == "POST" and formset.is_valid():
        try:
            keep_items(request, version, drafts_of(formset, items, language))
        except ValidationError as problem:
            formset.non_form_errors().extend(problem.messages)
        else:
            return redirect("checklists:checklist", pk=pk)
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "checklists/edit.html",
        {"checklist": checklist, "version": version, "formset": formset},
        status=status,
    )


@transaction.atomic
def keep_items(request: HttpRequest, version: ChecklistVersion, drafts: list[editing.ItemDraft]) -> None:
    """Store the questions and, if asked, publish them: both or neither."""
    editing.set_items(user=person_of(request), version=version, items=drafts)
    if "publish" in request.POST:
        editing.publish(user=person_of(request), version=version)
        messages.success(request, _now("Published. Phones ask the new version from their next contact on."))


def drafts_of(formset: Any, items: list[Any], language: str) -> list[editing.ItemDraft]:
    """The questions in the order given, without deleted and blank ones."""
    drafts = []
    for form in formset.ordered_forms:
        if form.is_blank:
            continue
        data = form.cleaned_data
        index = formset.forms.index(form)
        old = items[index] if index < len(items) else None
        drafts.append(
            editing.ItemDraft(
                kind=data["kind"],
                label=texts(old.label if old else {}, language, data["label"]),
                help=texts(old.help if old else {}, language, data["help"]) if data["help"] else {},
                unit=data["unit"],
                low=data["low"],
                high=data["high"],
                choices=choices_of(data["choices"], old, language),
                is_required=data["is_required"],
                needs_photo=data["needs_photo"],
                opens=data["opens"],
                due_hours=data["due_hours"],
            )
        )
    return drafts


def choices_of(text: str, old: Any, language: str) -> list[dict[str, Any]]:
    """Choices from lines; values stay stable by position so that answers of two versions compare."""
    before = old.choices if old else []
    made = []
    for index, line in enumerate(line.strip() for line in text.splitlines() if line.strip()):
        known = before[index] if index < len(before) else {}
        words = line.removeprefix("!").strip()
        made.append(
            {
                "value": known.get("value", str(index + 1)),
                "label": texts(known.get("label"), language, words),
                "abnormal": line.startswith("!"),
            }
        )
    return made


@require_POST
def checklist_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft."""
    checklist = policies.get_visible_or_404(request.user, Checklist, pk=pk)
    version = ChecklistVersion.objects.filter(checklist=checklist, state=VersionState.DRAFT).first()
    if version is None:
        raise Http404
    try:
        editing.publish(user=person_of(request), version=version)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("checklists:checklist", pk=pk)


@require_POST
def install_defaults(request: HttpRequest) -> HttpResponse:
    """Add the checklists that are shipped."""
    company = company_of(request)
    policies.require(request.user, "add", Checklist)
    defaults.install(company)
    return redirect("checklists:checklists")


class CheckList(ListPage):
    """Checks made."""

    model = Check
    table_class = CheckTable
    title = _("Checks")
    icon = "clipboard2-check"
    site_path = "site"
    export_name = "checks"
    empty = Empty(title=_("No checks yet"), text=_("Checks made at points appear here."))

    def get_queryset(self) -> QuerySet[Check]:
        """With what the table shows."""
        return Check.objects.select_related("site", "person", "version__checklist")


def check_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """A check: every answer, with reading, photos and the case it opened."""
    checks = Check.objects.select_related("site", "person", "version__checklist")
    check = policies.get_visible_or_404(request.user, checks, pk=pk)
    answers = list(check.answers.select_related("item", "case").order_by("item__position"))
    photos = attachments_for(answers)
    lines = [
        (answer, shown_value(answer), photos.get(str(answer.pk), []), getattr(answer, "case", None))
        for answer in answers
    ]
    return render(request, "checklists/check_detail.html", {"check": check, "lines": lines})


def shown_value(answer: Any) -> str:
    """An answer in words."""
    if answer.number is not None:
        return f"{answer.number.normalize():f} {answer.item.unit}".strip()
    for choice in answer.item.choices:
        if choice["value"] == answer.value:
            return str(texts_of(choice["label"]))
    words = {"normal": _now("Normal"), "abnormal": _now("Abnormal"), "na": _now("Not applicable")}
    return str(words.get(answer.value, answer.value))


def texts_of(label: Any) -> str:
    """A translated text in the active language."""
    return str(Checklist._meta.get_field("name").to_python(label))
