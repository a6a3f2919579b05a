"""Sites side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import policies
from kpi.indicators import Group
from kpi.models import DayFigure
from kpi.selectors.periods import Month
from kpi.selectors.sites import site_months
from organization.access import OVERSIGHT, sites_of


@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """The same month of all sites the person oversees, side by side."""
    found = sites_of(request.user, OVERSIGHT)
    if not found:
        policies.require(request.user, "view", DayFigure)
    asked = Month.parse(request.GET.get("month", ""))
    current = Month.current(found[0]) if found else None
    shown = min(asked, current) if asked and current else current
    asked_group = request.GET.get("group", "")
    group = Group(asked_group) if asked_group in Group.values else Group.PATROLS
    lines = site_months(found, shown, group) if shown else []
    context = {
        "lines": lines,
        "group": group,
        "groups": Group.choices,
        "shown": shown,
        "is_current": shown == current,
        "names": [one.indicator for one in lines[0].standings] if lines else [],
    }
    return render(request, "kpi/sites.html", context)
