"""Pages of on-site observations and residents' forums."""

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from collaboration.selectors.linked import panel_of
from core import policies
from core.attachments import attachments_of
from core.clock import now
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.middleware import person_of
from organization.views.publishing import site_for
from surveys.forms.meetings import ForumForm, ObservationForm
from surveys.models import Forum, Observation, ObservationFinding
from surveys.papers.minutes import minutes_pdf
from surveys.services import meetings
from surveys.tables_meetings import ForumTable, ObservationTable


class ObservationFilter(django_filters.FilterSet):
    """Spot checks nobody knew of, and others."""

    class Meta:
        model = Observation
        fields = ("is_unannounced",)


class ObservationList(ListPage):
    """On-site observations."""

    model = Observation
    table_class = ObservationTable
    filterset_class = ObservationFilter
    title = _("On-site observations")
    icon = "binoculars"
    site_path = "site"
    search_fields = ("what_was_seen", "zone__name")
    export_name = "observations"
    template_name = "surveys/observation_list.html"
    empty = Empty(
        title=_("No observations yet"),
        text=_("Once a month somebody watches the service where it happens, without notice: gate, patrols, control room."),
        url_name="surveys:observation_add",
        label=_("New observation"),
        permission=lambda user: policies.allowed(user, "add", Observation),
    )  # fmt: skip

    def may_open(self) -> bool:
        """Those who learn the results."""
        return policies.allowed(self.request.user, "view", Observation)

    def get_queryset(self) -> QuerySet[Observation]:
        """With the number of findings."""
        rows = Observation.objects.select_related("site", "zone", "observer")
        return rows.annotate(finding_count=Count("findings")).order_by("-observed_at", "-pk")

    def get_context(self) -> dict[str, Any]:
        """Who may add one."""
        return {"may_add": policies.allowed(self.request.user, "add", Observation)}


@require_GET
def observation(request: HttpRequest, pk: int) -> HttpResponse:
    """One observation: what was seen, what is to be put right, what came of it."""
    row = _observation(request, pk)
    context = {
        "row": row,
        "findings": list(row.findings.select_related("case")),
        "photos": attachments_of(row),
        "kinds": meetings.may_open_kinds(),
        "panel": panel_of(request.user, row),
        "may_change": policies.allowed(request.user, "change", row),
    }
    return render(request, "surveys/observation.html", context)


class ObservationEdit(FormPage):
    """One observation, new or present."""

    form_class = ObservationForm
    heading: Any = _("New observation")

    def setup_page(self) -> None:
        """Those who collect opinions at the site."""
        key = self.kwargs.get("pk")
        if key is None:
            self.instance = Observation(site=site_for(self.request, Observation), observed_at=now())
            return
        self.instance = _observation(self.request, key)
        policies.require(self.request.user, "change", self.instance)
        self.heading = _("Change the observation")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Zones, checks and clock of the site."""
        return {**super().get_form_kwargs(), "site": self.instance.site}

    def cancel_url(self) -> str:
        """Back to it, or to the list."""
        if "pk" not in self.kwargs:
            return reverse("surveys:observations")
        return reverse("surveys:observation", args=[self.instance.pk])

    def save(self, form: Any) -> str:
        """Keep it."""
        row = meetings.save_observation(
            user=person_of(self.request),
            observation=form.instance,
            findings=form.cleaned_data["findings"].splitlines(),
            uploads=form.cleaned_data["photos"],
        )
        return reverse("surveys:observation", args=[row.pk])


@require_POST
@once_per_form_key
def finding_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case for a finding."""
    found = ObservationFinding.objects.filter(pk=pk).values_list("observation_id", flat=True).first()
    row = _observation(request, found or 0)
    try:
        case = meetings.open_case_of_finding(
            user=person_of(request), finding_id=pk, kind=request.POST.get("kind", "")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:observation", pk=row.pk)
    return redirect("incidents:case", pk=case.pk)


class ForumList(ListPage):
    """Residents' forums."""

    model = Forum
    table_class = ForumTable
    title = _("Residents' forums")
    icon = "people"
    site_path = "site"
    search_fields = ("topics", "place", "minutes")
    export_name = "forums"
    template_name = "surveys/forum_list.html"
    empty = Empty(
        title=_("No forums yet"),
        text=_("Twice a year residents and the service sit together: topics, minutes, and who does what until when."),
        url_name="surveys:forum_add",
        label=_("New forum"),
        permission=lambda user: policies.allowed(user, "add", Forum),
    )  # fmt: skip

    def may_open(self) -> bool:
        """Those who learn the results."""
        return policies.allowed(self.request.user, "view", Forum)

    def get_queryset(self) -> QuerySet[Forum]:
        """With their sites."""
        return Forum.objects.select_related("site")

    def get_context(self) -> dict[str, Any]:
        """Who may add one."""
        return {"may_add": policies.allowed(self.request.user, "add", Forum)}


@require_GET
def forum(request: HttpRequest, pk: int) -> HttpResponse:
    """One forum: topics, minutes, who does what."""
    row = _forum(request, pk)
    context = {
        "row": row,
        "panel": panel_of(request.user, row),
        "may_change": policies.allowed(request.user, "change", row),
    }
    return render(request, "surveys/forum.html", context)


class ForumEdit(FormPage):
    """One forum, new or present."""

    form_class = ForumForm
    heading: Any = _("New forum")

    def setup_page(self) -> None:
        """Those who collect opinions at the site."""
        key = self.kwargs.get("pk")
        if key is None:
            self.instance = Forum(site=site_for(self.request, Forum))
            return
        self.instance = _forum(self.request, key)
        policies.require(self.request.user, "change", self.instance)
        self.heading = _("Change the forum")

    def get_form_kwargs(self) -> dict[str, Any]:
        """People and clock of the site."""
        return {**super().get_form_kwargs(), "site": self.instance.site}

    def cancel_url(self) -> str:
        """Back to it, or to the list."""
        if "pk" not in self.kwargs:
            return reverse("surveys:forums")
        return reverse("surveys:forum", args=[self.instance.pk])

    def save(self, form: Any) -> str:
        """Keep it."""
        row = meetings.save_forum(user=person_of(self.request), forum=form.instance)
        return reverse("surveys:forum", args=[row.pk])


@require_GET
def forum_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """会议纪要 as PDF."""
    row = _forum(request, pk)
    actions = panel_of(request.user, row).actions
    response = HttpResponse(minutes_pdf(row, actions), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="minutes-{row.pk}.pdf"'
    return response


def _observation(request: HttpRequest, pk: int) -> Observation:
    rows = Observation.objects.select_related(
        "site__company", "zone", "observer", "occasion", "check_made__version__checklist"
    )
    return policies.get_visible_or_404(request.user, rows, pk=pk)


def _forum(request: HttpRequest, pk: int) -> Forum:
    rows = Forum.objects.select_related("site__company", "chair", "occasion")
    return policies.get_visible_or_404(request.user, rows, pk=pk)
