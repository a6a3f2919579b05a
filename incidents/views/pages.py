"""The list of cases, one case, and a new one."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from collaboration.selectors.linked import panel_of
from core import navigation, policies
from core.clock import now
from core.ids import uuid7
from core.listing import Empty, ListPage
from core.pages import FormPage
from incidents.filters import CaseFilter
from incidents.forms import CaseForm, site_instant
from incidents.models import Case, CaseSource
from incidents.origins import origin_of
from incidents.papers.forms import forms_of, title_of
from incidents.selectors.analysis import report_of
from incidents.selectors.reading import fact_lines, photos_of, timeline, whole_cases
from incidents.selectors.steps import acts_of, bar_of, state_of, steps_for
from incidents.selectors.thread import thread_of
from incidents.services import opening
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
    """A case: where it stands and what leads on, what, where, who, until when, how it went."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    is_overdue = case.resolved_at is None and case.due_at is not None and case.due_at < now()
    context = {
        "case": case,
        "state": state_of(case),
        "bar": [(step.label, step.state) for step in bar_of(case)],
        "steps": steps_for(request.user, case),
        "acts": acts_of(case),
        "facts": fact_lines(case),
        "photos": photos_of(case),
        "events": timeline(case),
        "is_overdue": is_overdue and not case.is_finished,
        "origin": origin_of(case),
        "panel": panel_of(request.user, case),
        "report": report_of(case),
        "papers": [(form, title_of(form)) for form in forms_of(case)],
        "may_see_reporter": policies.allowed(request.user, "reporter", case),
    }
    return render(request, "incidents/case_detail.html", context)


def case_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole thread of a matter, from finding to fix, across departments, with every photo."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    return render(
        request, "incidents/case_thread.html", {"case": case, "thread": thread_of(request.user, case)}
    )


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
            uploads=data["photos"],
        )
        return reverse("incidents:case", args=[opened.case.pk])
