"""The wall of a control room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kpi.selectors.snapshots import one_snapshot
from kpi.selectors.wall import wall_of
from kpi.views.choice import overseen_site


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """A full screen of big figures against their targets, which keeps itself current; nothing to touch."""
    return _wall(request, "kpi/wall.html")


@require_GET
def wall_part(request: HttpRequest) -> HttpResponse:
    """Its inside, fetched again when something changed."""
    return _wall(request, "kpi/_wall.html")


def _wall(request: HttpRequest, template: str) -> HttpResponse:
    site = overseen_site(request)
    if site is None:
        return render(request, template, {"site": None, "wall": None})
    with one_snapshot():
        found = wall_of(site)
    return render(request, template, {"site": site, "wall": found})
