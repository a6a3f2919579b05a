"""The list of cases and one case."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from collaboration.selectors.linked import panel_of
from core import policies
from core.clock import now
from core.listing import Empty, ListPage
from core.listing.keyset import Latest
from incidents.chips import figure_chip
from incidents.filters import CaseFilter
from incidents.models import Case
from incidents.origins import origin_of
from incidents.papers.forms import forms_of, title_of
from incidents.selectors.alarms import alarms_of
from incidents.selectors.analysis import report_of
from incidents.selectors.dispatching import dispatch_panel, with_lead_state
from incidents.selectors.panel import clock_panel_of
from incidents.selectors.reading import fact_lines, photos_of, timeline, whole_cases
from incidents.selectors.resembling import happened_before
from incidents.selectors.resident_card import resident_card
from incidents.selectors.searching import containing
from incidents.selectors.steps import acts_of, bar_of, state_of, steps_for
from incidents.selectors.thread import thread_of
from incidents.services.bulk import BulkAct
from incidents.tables import CaseTable
from incidents.views.clock_rules import storm_at


class CaseList(ListPage):
    """Cases."""

    model = Case
    table_class = CaseTable
    filterset_class = CaseFilter
    title = gettext_lazy("Cases")
    icon = "inbox"
    site_path = "site"
    search_fields = ("number", "title", "place", "description")
    keyset = Latest("reported_at")
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
        return with_lead_state(Case.objects.select_related("site", "assigned_to"))

    def get_context(self) -> dict[str, Any]:
        """What can be done with several, and the storm at the chosen site."""
        may_act = policies.allowed(self.request.user, "change", Case)
        return {
            "bulk_acts": BulkAct.choices if may_act else (),
            "figure": figure_chip(self.request),
            **storm_at(self.request),
        }

    def _searched(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return containing(rows, self._search_text())


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
        "clocks": clock_panel_of(case),
        "before": happened_before(case) if not case.is_finished else None,
        "panel": panel_of(request.user, case),
        "sending": dispatch_panel(request.user, case),
        "alarms": alarms_of(case),
        "report": report_of(case),
        "papers": [(form, title_of(form)) for form in forms_of(case)],
        "resident": resident_card(request.user, case),
        "may_see_reporter": policies.allowed(request.user, "reporter", case),
    }
    return render(request, "incidents/case_detail.html", context)


def case_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole thread of a matter, from finding to fix, across departments, with every photo."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    return render(
        request, "incidents/case_thread.html", {"case": case, "thread": thread_of(request.user, case)}
    )
