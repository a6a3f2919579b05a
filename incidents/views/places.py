"""Cases on the plan of a site: what is open now, and where and when there was most."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.clock import now
from incidents.models import CaseKind
from incidents.selectors import places
from incidents.views.intake import any_site_of

PERIODS = (7, 30, 90, 365)


def case_map(request: HttpRequest) -> HttpResponse:
    """The plan with the open cases; below it the zones against the hours of the day."""
    site = any_site_of(request)
    days, kind = request.GET.get("days", ""), request.GET.get("kind", "")
    period = int(days) if days in map(str, PERIODS) else 30
    kind = kind if kind in CaseKind.values else ""
    context = {
        "site": site,
        "placed": places.open_on_plan(request.user, site),
        "heat": places.heat(request.user, site, period, kind=kind),
        "period": period,
        "periods": PERIODS,
        "kind": kind,
        "kinds": CaseKind.choices,
        "hours": range(24),
        "moment": now(),
    }
    return render(request, "incidents/map.html", context)
