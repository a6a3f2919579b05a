"""Sites side by side."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import policies
from kpi.drawings import draw
from kpi.indicators import Group
from kpi.models import DayFigure
from kpi.reports.sites import site_sheets
from kpi.selectors.funnel import Funnel, can_be_compared, funnel_of
from kpi.selectors.periods import Month
from kpi.selectors.sites import SiteLine, site_months
from kpi.views.exporting import export, form_asked
from organization.access import OVERSIGHT, sites_of


@require_GET
def sites(request: HttpRequest) -> HttpResponseBase:
    """The same month of all sites the person oversees, side by side, and one indicator against chance."""
    found = sites_of(request.user, OVERSIGHT)
    if not found:
        policies.require(request.user, "view", DayFigure)
        return render(request, "kpi/sites.html", {"lines": []})
    current = Month.current(found[0])
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    asked = request.GET.get("group", "")
    group = Group(asked) if asked in Group.values else Group.PATROLS
    lines = site_months(found, shown, group)
    funnel = _funnel(lines, request.GET.get("indicator", ""))
    sheets = site_sheets(lines, funnel)
    if form_asked(request):
        return export(request, found[0], sheets, name="sites", title=_("Compare sites"), subtitle=str(shown))
    context: dict[str, Any] = {
        "lines": lines,
        "group": group,
        "groups": Group.choices,
        "shown": shown,
        "is_current": shown == current,
        "names": [one.indicator for one in lines[0].standings],
        "funnel": funnel,
        "drawing": draw(funnel) if funnel is not None and funnel.says_something else None,
        "comparable": [one.indicator for one in lines[0].standings if can_be_compared(one.indicator)],
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
    }
    return render(request, "kpi/sites.html", context)


def _funnel(lines: Sequence[SiteLine], code: str) -> Funnel | None:
    """The funnel of the indicator asked for, else of the first that can be compared; None when none can."""
    compared = [at.indicator for at in lines[0].standings if can_be_compared(at.indicator)]
    chosen = next((one for one in compared if one.code == code), compared[0] if compared else None)
    if chosen is None:
        return None
    standings = [(line.site, at) for line in lines for at in line.standings if at.indicator is chosen]
    return funnel_of(chosen, standings, {line.site.pk: line.profile for line in lines})
