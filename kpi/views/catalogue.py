"""The catalogue: every indicator there is, what it means and what it waits for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import policies
from kpi.indicators import Awaited, Dimension, Group, indicators
from kpi.models import DayFigure
from kpi.selectors.standing import goal_shown


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """All indicators by domain, or those of one dimension of service quality (R068)."""
    policies.require(request.user, "view", DayFigure)
    dimension = request.GET.get("dimension", "")
    chosen = Dimension(dimension) if dimension in Dimension.values else None
    shown = [one for one in indicators().values() if chosen in (None, one.dimension)]
    groups = [
        (group, [(one, goal_shown(one, one.target)) for one in shown if one.group == group])
        for group in Group
    ]
    context = {
        "groups": [(group, lines) for group, lines in groups if lines],
        "dimensions": Dimension.choices,
        "chosen": chosen,
        "total": len(shown),
        "awaited": sum(isinstance(one, Awaited) for one in shown),
    }
    return render(request, "kpi/catalogue.html", context)
