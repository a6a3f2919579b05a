"""The catalogue: every indicator there is, what it means and what it waits for."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from core import audit, policies
from kpi.indicators import Awaited, Dimension, Group, Indicator, indicators
from kpi.models import DayFigure
from kpi.reports.catalogue_files import catalogue_report
from kpi.selectors.standing import goal_shown
from kpi.services.exporting import EXPORTED
from kpi.views.papers import csv_of, file_of
from organization.middleware import person_of

#: Shapes of the file.
FORMS = ("xlsx", "csv", "pdf")


@require_GET
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """All indicators by domain, or those of one dimension of service quality (R068); as a file too."""
    policies.require(request.user, "view", DayFigure)
    dimension = request.GET.get("dimension", "")
    chosen = Dimension(dimension) if dimension in Dimension.values else None
    shown = [one for one in indicators().values() if chosen in (None, one.dimension)]
    if request.GET.get("export"):
        return _file(request, shown, chosen)
    return render(request, "kpi/catalogue.html", _context(request, shown, chosen))


def _context(request: HttpRequest, shown: Sequence[Indicator], chosen: Dimension | None) -> dict[str, Any]:
    groups = [
        (group, [(one, goal_shown(one, one.target)) for one in shown if one.group == group])
        for group in Group
    ]
    return {
        "groups": [(group, lines) for group, lines in groups if lines],
        "dimensions": Dimension.choices,
        "chosen": chosen,
        "total": len(shown),
        "awaited": sum(isinstance(one, Awaited) for one in shown),
        "may_export": policies.allowed(request.user, "export", DayFigure),
        "forms": FORMS,
        "languages": settings.LANGUAGES,
    }


def _file(request: HttpRequest, shown: Sequence[Indicator], chosen: Dimension | None) -> HttpResponseBase:
    """The indicators shown as the file asked for, in the reader's language unless another is asked for; recorded. Raises PermissionDenied."""
    policies.require(request.user, "export", DayFigure)
    form, language = request.GET["export"], request.GET.get("language", "")
    if form not in FORMS:
        raise Http404
    report = catalogue_report(
        shown,
        language=language if language in dict(settings.LANGUAGES) else translation.get_language() or "en",
        company=person_of(request).company,
        dimension=chosen,
        on_paper=form == "pdf",
    )
    answer: HttpResponse | HttpResponseBase = csv_of(report) if form == "csv" else file_of(report, form)
    details = {"page": "indicators", "form": form, "asked": request.GET.urlencode()[:500]}
    audit.record(EXPORTED, actor=request.user, details=details)
    return answer
