"""The wall of a control room."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from core import policies
from kpi.models import DayFigure
from kpi.reports.wall import wall_sheet
from kpi.selectors.snapshots import one_snapshot
from kpi.selectors.wall import wall_of
from kpi.views.choice import overseen_site
from kpi.views.exporting import export, form_asked


@require_GET
def wall(request: HttpRequest) -> HttpResponseBase:
    """A full screen of big figures against their targets, which keeps itself current; nothing to touch. Also as a file."""
    return _wall(request, "kpi/wall.html", may_be_file=True)


@require_GET
def wall_part(request: HttpRequest) -> HttpResponseBase:
    """Its inside, fetched again when something changed."""
    return _wall(request, "kpi/_wall.html")


def _wall(request: HttpRequest, template: str, *, may_be_file: bool = False) -> HttpResponseBase:
    site = overseen_site(request)
    if site is None:
        return render(request, template, {"site": None, "wall": None})
    with one_snapshot():
        found = wall_of(site)
    if may_be_file and form_asked(request):
        return export(
            request, site, [wall_sheet(found)], name="wall", title=gettext("Wall"), subtitle=str(found.month)
        )
    context = {
        "site": site,
        "wall": found,
        "may_export": policies.allowed(request.user, "export", DayFigure, parent=site),
    }
    return render(request, template, context)
