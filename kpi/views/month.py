"""The month of a site, or of one of its zones."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import policies
from kpi import charts
from kpi.indicators.patrols import rounds_gone_wrong_page
from kpi.models import ClosedMonth, DayFigure, FigureCheck, Improvement
from kpi.reports.month_page import month_sheets
from kpi.selectors.months import month_of, rounds_gone_wrong
from kpi.selectors.periods import Month
from kpi.services.closing import checklist
from kpi.views.choice import months_offered, overseen_site, zone_choice
from kpi.views.exporting import export, form_asked, month_told

#: Indicators off their target named in the first sentence.
OFF_TARGET = 5
#: Missed and partial rounds listed on the page; all of them are one click away.
WRONG_ROUNDS = 12


@require_GET
def month(request: HttpRequest) -> HttpResponseBase:
    """The figures of one month of one site, or with ?zone= of one zone; ?export=xlsx or csv gives its tables."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/month.html", {"site": None})
    current = Month.current(site)
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    choice = zone_choice(request, site)
    view = month_of(site, shown, zone=choice.zone)
    sheets = month_sheets(view)
    if form_asked(request):
        told = month_told(site, shown, view.closed)
        return export(
            request, site, sheets, name="month", title=_("Figures"), subtitle=told, zone=choice.zone
        )
    wrong = list(rounds_gone_wrong(view.scope)[: WRONG_ROUNDS + 1]) if view.has_rounds else []
    may_close = choice.zone is None and policies.allowed(request.user, "add", ClosedMonth, parent=site)
    closing = checklist(site, shown) if view.closed is None and shown < current and may_close else []
    context = {
        "site": site,
        "view": view,
        "choice": choice,
        "shown": shown,
        "is_current": shown == current,
        "months": months_offered(site, current, shown),
        "wrong": wrong[:WRONG_ROUNDS],
        "more_wrong": len(wrong) > WRONG_ROUNDS,
        "wrong_page": rounds_gone_wrong_page(view.scope),
        "trend": charts.share_by_day(view),
        "rounds_chart": charts.rounds_by_day(view),
        "scans_chart": charts.scans_by_day(view),
        "off_target": view.off_target[:OFF_TARGET],
        "more_off_target": max(len(view.off_target) - OFF_TARGET, 0),
        "check": FigureCheck.objects.filter(site=site).first(),
        "may_add_measure": policies.allowed(request.user, "add", Improvement, parent=site),
        "closing": closing,
        "may_close_now": may_close and all(point.is_ok for point in closing if point.must),
        "may_export": policies.allowed(request.user, "export", DayFigure, parent=site),
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
    }
    return render(request, "kpi/month.html", context)
