"""What a page of figures shows, as a file."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import get_language

from core import audit, clock, policies
from core.downloads import FORMATS, answer
from core.reports import Report, Sheet
from kpi.models import ClosedMonth, DayFigure
from kpi.reports.wording import closed_on
from kpi.selectors.closed_figures import ClosedFigures
from kpi.selectors.periods import Month
from kpi.services.exporting import EXPORTED
from organization.models import Site, Zone


def form_asked(request: HttpRequest) -> str:
    """ "xlsx" or "csv" when a file is asked for, else ""."""
    form = request.GET.get("export", "")
    return form if form in FORMATS else ""


def month_told(site: Site, month: Month, closed: ClosedFigures | ClosedMonth | None) -> str:
    """The month a file tells of, for its head: with the day on which it was closed."""
    return str(month) if closed is None else f"{month} · {closed_on(closed.closed_at, site)}"


def export(
    request: HttpRequest,
    site: Site,
    sheets: Sequence[Sheet],
    *,
    name: str,
    title: Any,
    subtitle: Any = "",
    zone: Zone | None = None,
) -> HttpResponseBase:
    """The sheets as the file asked for, recorded; one of a zone says so in its head and its name. Raises PermissionDenied."""
    policies.require(request.user, "export", DayFigure, parent=site)
    form = form_asked(request)
    audit.record(
        EXPORTED,
        actor=request.user,
        site=site,
        details={"page": name, "form": form, "asked": request.GET.urlencode()[:500]},
    )
    report = Report(
        key=name,
        title=title,
        subtitle=subtitle if zone is None else " · ".join(filter(None, (str(subtitle), zone.name))),
        site=site.name,
        made_at=clock.now(),
        sheets=sheets,
        language=get_language() or "en",
        time_zone=site.zone_info,
    )
    where = [site.code] if zone is None else [site.code, slugify(zone.code, allow_unicode=True)]
    return answer(report, form, name="-".join([*where, name]), part=request.GET.get("part", ""))
