"""The types of cases of a month of a site."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from incidents.counted import COUNTED
from kpi import charts
from kpi.reports.events import event_sheets
from kpi.selectors.closed import closed_of
from kpi.selectors.events import events_of
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from kpi.views.choice import months_offered, overseen_site, zone_choice
from kpi.views.exporting import export, form_asked


@require_GET
def events(request: HttpRequest) -> HttpResponseBase:
    """The types of cases of one month of a site, or with ?zone= of one zone: how often, with what impact (R016)."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/events.html", {"site": None})
    current = Month.current(site)
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    choice = zone_choice(request, site)
    with one_snapshot():
        view = events_of(site, shown, choice.zone)
        closed = closed_of(site, shown)
    sheets = event_sheets(view)
    if form_asked(request):
        title = _("Events by type")
        return export(
            request, site, sheets, name="events", title=title, subtitle=str(shown), zone=choice.zone
        )
    context = {
        "site": site,
        "view": view,
        "choice": choice,
        "closed": closed,
        "shown": shown,
        "is_current": shown == current,
        "months": months_offered(site, current, shown),
        "chart": charts.events_by_month(view),
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
        "left_out": [(COUNTED[code].name, address) for code, address in view.left_out],
    }
    return render(request, "kpi/events.html", context)
