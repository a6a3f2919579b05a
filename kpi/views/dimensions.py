"""The month by dimension."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kpi.reports.dimensions import dimension_sheets
from kpi.selectors.dimensions import dimensions_of
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from kpi.views.choice import months_offered, overseen_site, zone_choice
from kpi.views.exporting import export, form_asked, month_told


@require_GET
def dimensions(request: HttpRequest) -> HttpResponseBase:
    """Efficiency, quality, safety, equipment and internal management: what meets its target, the worst first (R068)."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/dimensions.html", {"site": None})
    current = Month.current(site)
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    choice = zone_choice(request, site)
    with one_snapshot():
        found, closed = dimensions_of(site, shown, choice.zone)
    sheets = dimension_sheets(found)
    if form_asked(request):
        return export(
            request,
            site,
            sheets,
            name="dimensions",
            title=_("Dimensions"),
            subtitle=month_told(site, shown, closed),
            zone=choice.zone,
        )
    context = {
        "site": site,
        "dimensions": found,
        "closed": closed,
        "apart": [line.standing.indicator for group in found for line in group.apart],
        "choice": choice,
        "shown": shown,
        "is_current": shown == current,
        "months": months_offered(site, current, shown),
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
    }
    return render(request, "kpi/dimensions.html", context)
