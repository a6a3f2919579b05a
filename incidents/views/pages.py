"""The list of cases, one case, and what can be done with it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import navigation, policies
from core.attachments import attach, attachments_for, attachments_of
from core.clock import now
from core.ids import uuid7
from core.listing import Empty, ListPage
from core.models import Attachment
from core.pages import FormPage
from core.recurrence import instant_of
from incidents.filters import CaseFilter
from incidents.forms import AssignForm, CaseForm, NoteForm, ReopenForm, ResolveForm
from incidents.models import Case, CaseSource
from incidents.origins import origin_of
from incidents.services import handling, opening
from incidents.tables import CaseTable
from organization.middleware import person_of
from organization.models import Site


class CaseList(ListPage):
    """Cases."""

    model = Case
    table_class = CaseTable
    filterset_class = CaseFilter
    title = gettext_lazy("Cases")
    icon = "inbox"
    site_path = "site"
    search_fields = ("number", "title", "place", "description")
    export_name = "cases"
    template_name = "incidents/case_list.html"
    empty = Empty(
        title=gettext_lazy("No cases yet"),
        text=gettext_lazy(
            "What guards report, what checks find and what is entered at the desk appears here."
        ),
        url_name="incidents:case_add",
        label=gettext_lazy("New case"),
    )

    def get_queryset(self) -> QuerySet[Case]:
        """With what the table shows."""
        return Case.objects.select_related("site", "assigned_to")


def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A case: what, where, who, until when, how it went, with photos and the check it came from."""
    cases = Case.objects.select_related(
        "site",
        "zone",
        "reported_by",
        "assigned_to",
        "resolved_by",
        "answer__item",
        "answer__check_made__version__checklist",
    )
    case = policies.get_visible_or_404(request.user, cases, pk=pk)
    photos = photos_of(case)
    entries = case.entries.select_related("actor").order_by("at", "pk")
    events = [
        {
            "at": entry.at,
            "title": entry.get_kind_display(),
            "who": entry.actor.name if entry.actor else "",
            "text": entry.text,
            "tone": "ok" if entry.kind == "resolved" else "info",
            "url": "",
        }
        for entry in entries
    ]
    is_overdue = case.resolved_at is None and case.due_at is not None and case.due_at < now()
    context = {
        "case": case,
        "photos": photos,
        "events": events,
        "is_overdue": is_overdue,
        "origin": origin_of(case),
    }
    return render(request, "incidents/case_detail.html", context)


def photos_of(case: Case) -> list[Attachment]:
    """Photos of the case and of the answer it came from, each picture once."""
    photos = attachments_of(case)
    if case.answer is not None:
        known = {photo.blob_id for photo in photos}
        from_answer = attachments_for([case.answer]).get(str(case.answer.pk), [])
        photos = [*photos, *(photo for photo in from_answer if photo.blob_id not in known)]
    return photos


class CaseAdd(FormPage):
    """A new case at the desk."""

    form_class = CaseForm
    heading = gettext_lazy("New case")

    def setup_page(self) -> None:
        """People of the site."""
        policies.require(self.request.user, "add", Case)
        chosen = navigation.current_site(self.request)
        sites = Site.objects.visible_to(self.request.user).filter(is_active=True)
        first = chosen or sites.order_by("company_id", "code").first()
        self.site = policies.get_visible_or_404(self.request.user, Site, pk=first.pk if first else 0)
        policies.require(self.request.user, "add", Case, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Zones of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say at which site."""
        return {**super().get_context_data(**kwargs), "intro": self.site.name}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("incidents:cases")

    def save(self, form: Any) -> str:
        """Open it."""
        data = form.cleaned_data
        opened = opening.open_from_desk(
            user=person_of(self.request),
            operation_id=uuid7(),
            site=self.site,
            kind=data["kind"],
            title=data["title"],
            description=data["description"],
            source=CaseSource.DESK,
            priority=data["priority"],
            zone=data["zone"],
            place=data["place"],
            occurred_at=site_instant(data["occurred_at"], self.site) or now(),
            due_at=site_instant(data["due_at"], self.site),
        )
        keep_photos(self.request, opened.case, data["photos"])
        return reverse("incidents:case", args=[opened.case.pk])


class CaseAct(FormPage):
    """Something done with a case. Subclasses name the action of the policy."""

    action = "change"

    def setup_page(self) -> None:
        """The case and the right to act on it."""
        self.case = policies.get_visible_or_404(
            self.request.user, Case.objects.select_related("site"), pk=self.kwargs["pk"]
        )
        policies.require(self.request.user, self.action, self.case)

    def get_initial(self) -> dict[str, Any]:
        """The version looked at."""
        return {"version": self.case.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which case."""
        return {**super().get_context_data(**kwargs), "intro": f"{self.case.number} {self.case.title}"}

    def cancel_url(self) -> str:
        """Back to the case."""
        return reverse("incidents:case", args=[self.case.pk])

    def save(self, form: Any) -> str:
        """Act; somebody faster is told of, with what is now stored (F46)."""
        try:
            self.act(form)
        except handling.StaleCase as stale:
            raise ValidationError(stale_text(stale.case)) from stale
        return self.cancel_url()

    def act(self, form: Any) -> None:
        """Call the service."""
        raise NotImplementedError


class CaseResolve(CaseAct):
    """Settle a case."""

    form_class = ResolveForm
    action = "resolve"
    heading = gettext_lazy("Settle the case")

    def act(self, form: Any) -> None:
        """Resolve."""
        data = form.cleaned_data
        handling.resolve_case(
            user=person_of(self.request),
            case_id=self.case.pk,
            version=data["version"],
            resolution=data["resolution"],
        )
        keep_photos(self.request, self.case, data["photos"])


class CaseReopen(CaseAct):
    """Open a settled case again."""

    form_class = ReopenForm
    action = "reopen"
    heading = gettext_lazy("Open again")

    def act(self, form: Any) -> None:
        """Reopen."""
        handling.reopen_case(user=person_of(self.request), case_id=self.case.pk, **form.cleaned_data)


class CaseAssign(CaseAct):
    """Say who settles a case and until when."""

    form_class = AssignForm
    heading = gettext_lazy("Assign")

    def get_form_kwargs(self) -> dict[str, Any]:
        """People of the company."""
        return {**super().get_form_kwargs(), "site": self.case.site, "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        zone = self.case.site.zone_info
        due = self.case.due_at.astimezone(zone) if self.case.due_at else None
        return {**super().get_initial(), "person": self.case.assigned_to_id, "due_at": due}

    def act(self, form: Any) -> None:
        """Assign."""
        data = form.cleaned_data
        handling.assign_case(
            user=person_of(self.request),
            case_id=self.case.pk,
            version=data["version"],
            person=data["person"],
            due_at=site_instant(data["due_at"], self.case.site),
        )


class CaseNote(CaseAct):
    """Add a line to the timeline."""

    form_class = NoteForm
    action = "note"
    heading = gettext_lazy("New note")

    def get_initial(self) -> dict[str, Any]:
        """A note adds; it never overwrites, so it needs no version."""
        return {}

    def act(self, form: Any) -> None:
        """Note."""
        handling.add_note(user=person_of(self.request), case_id=self.case.pk, text=form.cleaned_data["text"])
        keep_photos(self.request, self.case, form.cleaned_data["photos"])


def stale_text(case: Case) -> str:
    """What somebody faster has stored meanwhile."""
    return _(
        "Somebody changed this case meanwhile. It is now: %(status)s, assigned to %(person)s. %(resolution)s"
    ) % {
        "status": case.get_status_display(),
        "person": case.assigned_to.name if case.assigned_to else _("nobody"),
        "resolution": case.resolution,
    }


def site_instant(moment: datetime | None, site: Site) -> datetime | None:
    """A time typed as the site's wall clock shows it, as an instant. Forms read it in the server's zone (UTC)."""
    if moment is None:
        return None
    return instant_of(timezone.make_naive(moment, timezone.get_current_timezone()), site.zone_info)


def keep_photos(request: HttpRequest, case: Case, photos: list[Any]) -> None:
    """Attach what was uploaded at the desk."""
    for photo in photos:
        attach(case, upload=photo, made_by=person_of(request))
