"""The heat map: where and when cases gather."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from incidents.models import CaseKind
from kpi.reports.heat import heat_sheets
from kpi.selectors.heat import HOURS, Wanted, categories_of, heat_of
from kpi.selectors.spans import Span
from kpi.views.choice import overseen_site
from kpi.views.exporting import export, form_asked


@require_GET
def heat(request: HttpRequest) -> HttpResponseBase:
    """Zones by hour of the day, and days of the week by hour (R076)."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/heat.html", {"site": None})
    span = Span.parse(request.GET.get("first", ""), request.GET.get("last", ""), site)
    wanted = Wanted.parse(site, span, request.GET.get("kind", ""), request.GET.get("category", ""))
    view = heat_of(wanted)
    sheets = heat_sheets(view)
    if form_asked(request):
        return export(request, site, sheets, name="heat", title=_("Where and when"))
    context = {
        "site": site,
        "view": view,
        "wanted": wanted,
        "kinds": CaseKind.choices,
        "categories": categories_of(wanted.kind),
        "hours": HOURS,
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
    }
    return render(request, "kpi/heat.html", context)
