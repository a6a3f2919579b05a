"""Where work waits."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from incidents.models import CaseKind
from kpi.reports.bottlenecks import bottleneck_sheets
from kpi.selectors.bottlenecks import bottlenecks_of
from kpi.selectors.heat import HOURS
from kpi.selectors.snapshots import one_snapshot
from kpi.views.choice import overseen_site
from kpi.views.exporting import export, form_asked
from patrols.models import Discipline

#: Days looked back; those of the page that shows every step of a kind.
PERIODS, USUAL = (7, 30, 90, 365), 30


@require_GET
def bottlenecks(request: HttpRequest) -> HttpResponseBase:
    """Steps with the longest waiting, what is overdue with whom, rounds missed by post and hour (R054, R058)."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/bottlenecks.html", {"site": None})
    asked = request.GET.get("days", "")
    period = int(asked) if asked in map(str, PERIODS) else USUAL
    kind, discipline = request.GET.get("kind", ""), request.GET.get("discipline", "")
    kind = kind if kind in CaseKind.values else ""
    discipline = discipline if discipline in Discipline.values else ""
    with one_snapshot():
        view = bottlenecks_of(site, period, kind, discipline)
    sheets = bottleneck_sheets(view)
    if form_asked(request):
        return export(request, site, sheets, name="bottlenecks", title=_("Bottlenecks"))
    context = {
        "site": site,
        "view": view,
        "period": period,
        "kind": kind,
        "kinds": CaseKind.choices,
        "discipline": discipline,
        "disciplines": Discipline.choices,
        "periods": PERIODS,
        "hours": HOURS,
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
    }
    return render(request, "kpi/bottlenecks.html", context)
