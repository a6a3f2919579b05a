"""The table of evaluation (R012), and efficiency from its three inputs (R058)."""

from datetime import timedelta

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import audit, policies
from core.clock import now
from core.recurrence import begin_of
from incidents.models import CaseKind
from incidents.selectors.waiting import time_in_states
from kpi.models import DayFigure, Improvement
from kpi.reports.efficiency import efficiency_sheets
from kpi.reports.evaluation import evaluation_report
from kpi.selectors.evaluation import SPANS, Evaluation, efficiency_of, evaluate
from kpi.selectors.events import events_of
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from kpi.views.choice import months_offered, overseen_site, zone_choice
from kpi.views.exporting import export, form_asked, month_told
from kpi.views.papers import file_of
from organization.models import Site

EXPORTED = audit.register_action(
    "kpi.evaluation_exported", _("Exported the evaluation of %(month)s (%(form)s)")
)
#: Kinds of work whose waiting is shown, and how many types of events.
KINDS = (CaseKind.SERVICE_REQUEST, CaseKind.HAZARD, CaseKind.COMPLAINT)
MOST_FREQUENT = 8


def _asked(request: HttpRequest, site: Site) -> tuple[Month, int]:
    """The last month of the period, not after the current one, and how many months it has."""
    current = Month.current(site)
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    months = request.GET.get("months", "")
    return shown, int(months) if months in map(str, SPANS) else 1


@require_GET
def evaluation(request: HttpRequest) -> HttpResponseBase:
    """Indicator, target, actual value, measure, with ?zone= of one zone; ?export=xlsx, csv or pdf gives the file."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/evaluation.html", {"site": None})
    shown, months = _asked(request, site)
    choice = zone_choice(request, site)
    with one_snapshot():
        found = evaluate(site, shown, months, choice.zone)
    form = request.GET.get("export", "")
    if form:
        return _file(request, site, form, found)
    context = {
        "site": site,
        "view": found,
        "choice": choice,
        "shown": shown,
        "span": months,
        "spans": SPANS,
        "is_current": shown == Month.current(site),
        "months": months_offered(site, Month.current(site), shown),
        "closed": found.closed[0] if found.closed and months == 1 else None,
        "may_add": policies.allowed(request.user, "add", Improvement, parent=site),
        "may_export": policies.allowed(request.user, "export", DayFigure, parent=site),
    }
    return render(request, "kpi/evaluation.html", context)


def _file(request: HttpRequest, site: Site, form: str, found: Evaluation) -> HttpResponseBase:
    report = evaluation_report(found)
    if form == "csv":
        return export(
            request,
            site,
            report.sheets,
            name="evaluation",
            title=report.title,
            subtitle=str(found.last),
            zone=found.zone,
        )
    policies.require(request.user, "export", DayFigure, parent=site)
    if form not in ("xlsx", "pdf"):
        raise Http404
    answer = file_of(report, form)
    details = {"month": str(found.last), "form": form, **({"zone": found.zone.pk} if found.zone else {})}
    audit.record(EXPORTED, actor=request.user, site=site, details=details)
    return answer


@require_GET
def efficiency(request: HttpRequest) -> HttpResponseBase:
    """Patrol records, survey and work log of a month side by side, each with the way to its rows."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/efficiency.html", {"site": None})
    shown, _months = _asked(request, site)
    begin = begin_of(shown.first, site.zone_info)
    end = min(begin_of(shown.next.first, site.zone_info), now())
    with one_snapshot():
        found = evaluate(site, shown)
        view = efficiency_of(found)
        events = events_of(site, shown)
        states = time_in_states([site.pk], KINDS, begin, end)
    kinds = [line for line in [*events.incidents, *events.others] if line.count and line.depth]
    flat = [line for line in events.others if line.count and not line.code]
    frequent = sorted([*kinds, *flat], key=lambda line: -line.count)[:MOST_FREQUENT]
    waits = [one for one in states if one.left and one.p90]
    waits = sorted(waits, key=lambda one: one.p90 or timedelta(), reverse=True)[:MOST_FREQUENT]
    closed = found.closed[0] if found.closed else None
    sheets = efficiency_sheets(view, frequent, waits)
    if form_asked(request):
        told = month_told(site, shown, closed)
        return export(request, site, sheets, name="efficiency", title=_("Efficiency"), subtitle=told)
    context = {
        "site": site,
        "view": view,
        "shown": shown,
        "is_current": shown == Month.current(site),
        "months": months_offered(site, Month.current(site), shown),
        "closed": closed,
        "frequent": frequent,
        "waits": waits,
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
    }
    return render(request, "kpi/efficiency.html", context)
