"""Pages of figures: the month of a site, the comparison of sites, issued reports."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from core import audit, navigation, policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from incidents.counted import COUNTED
from kpi import charts
from kpi.indicators import Group
from kpi.indicators.patrols import rounds_gone_wrong_page
from kpi.models import DayFigure, FigureCheck, MonthlyReport
from kpi.notices import TYPES
from kpi.selectors.counting import first_month
from kpi.selectors.events import events_of
from kpi.selectors.months import month_of, rounds_gone_wrong
from kpi.selectors.periods import Month
from kpi.selectors.sites import site_months
from kpi.selectors.snapshots import one_snapshot
from kpi.services.reporting import DOWNLOADED, FORMS, file_name, request_report
from kpi.tables import MonthlyReportTable
from organization.access import OVERSIGHT, sites_of
from organization.models import Site

#: Months offered for choosing.
MONTHS = 24
#: Indicators off their target named in the first sentence.
OFF_TARGET = 5
#: Missed and partial rounds listed on the page; all of them are one click away.
WRONG_ROUNDS = 12


def overseen_site(request: HttpRequest) -> Site | None:
    """The site chosen in the header, else the first one the person oversees; None when there is no site yet.

    Raises PermissionDenied for a site, or a person, without that role.
    """
    sites = sites_of(request.user, OVERSIGHT)
    chosen: Site | None = navigation.current_site(request)
    if chosen is not None:
        policies.require(request.user, "view", DayFigure, parent=chosen)
        return chosen
    if not sites:
        policies.require(request.user, "view", DayFigure)
        return None
    return sites[0]


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """The figures of one month of one site."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/month.html", {"site": None})
    current = Month.current(site)
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    view = month_of(site, shown)
    wrong = list(rounds_gone_wrong(site, shown)[: WRONG_ROUNDS + 1]) if view.has_rounds else []
    context = {
        "site": site,
        "view": view,
        "shown": shown,
        "is_current": shown == current,
        "months": _months(site, current, shown),
        "wrong": wrong[:WRONG_ROUNDS],
        "more_wrong": len(wrong) > WRONG_ROUNDS,
        "wrong_page": rounds_gone_wrong_page(view.scope),
        "trend": charts.share_by_day(view),
        "rounds_chart": charts.rounds_by_day(view),
        "scans_chart": charts.scans_by_day(view),
        "off_target": view.off_target[:OFF_TARGET],
        "more_off_target": max(len(view.off_target) - OFF_TARGET, 0),
        "check": FigureCheck.objects.filter(site=site).first(),
        "may_export": policies.allowed(request.user, "export", DayFigure, parent=site),
    }
    return render(request, "kpi/month.html", context)


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The types of cases of one month of a site: how often, with what impact (R016)."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/events.html", {"site": None})
    current = Month.current(site)
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    with one_snapshot():
        view = events_of(site, shown)
    context = {
        "site": site,
        "view": view,
        "shown": shown,
        "is_current": shown == current,
        "months": _months(site, current, shown),
        "chart": charts.events_by_month(view),
        "left_out": [(COUNTED[code].name, address) for code, address in view.left_out],
    }
    return render(request, "kpi/events.html", context)


def _months(site: Site, current: Month, shown: Month) -> list[Month]:
    """The months offered: since the first figures, at most two years, latest first; always the shown one."""
    earliest = first_month(site) or current
    offered = [current.back(number) for number in range(MONTHS)]
    kept = [one for one in offered if one >= min(earliest, current.previous)]
    return kept if shown in kept else [*kept, shown]


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


class ReportList(ListPage):
    """Reports that were issued."""

    model = MonthlyReport
    table_class = MonthlyReportTable
    title = _("Monthly reports")
    icon = "file-earmark-spreadsheet"
    site_path = "site"
    empty = Empty(
        title=_("No report was issued yet"),
        text=_(
            "On the first working day of a month, at eight, the patrol report of the month before is made and mailed to the managers of the site."
        ),
        url_name="kpi:month",
        label=_("See this month"),
    )

    def may_open(self) -> bool:
        """Those who oversee a site."""
        return policies.allowed(self.request.user, "view", MonthlyReport)

    def get_queryset(self) -> QuerySet[Any]:
        """With the site."""
        return MonthlyReport.objects.select_related("site")


@require_POST
@once_per_form_key
def make_report(request: HttpRequest) -> HttpResponse:
    """Have the report of a month made as XLSX or PDF; leads to the page of the job."""
    site = policies.get_visible_or_404(request.user, Site, pk=request.POST.get("site", ""))
    wanted = Month.parse(request.POST.get("month", ""))
    form = next((one for one in FORMS if one == request.POST.get("form")), None)
    if wanted is None or form is None or wanted > Month.current(site):
        raise Http404
    job = request_report(user=request.user, site=site, month=wanted, form=form)  # type: ignore[arg-type]  # signed in
    return redirect(job)


@require_GET
def report_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """A file of an issued report, as an attachment; recorded."""
    report = policies.get_visible_or_404(request.user, MonthlyReport.objects.select_related("site"), pk=pk)
    if not policies.allowed(request.user, "export", report):
        raise PermissionDenied
    kind = next((one for one in FORMS if one == form), None)
    stored = getattr(report, kind) if kind is not None else None
    if kind is None or not stored:
        raise Http404
    try:
        opened = stored.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = Month(report.month)
    details = {"month": str(name), "form": kind}
    audit.record(DOWNLOADED, actor=request.user, site=report.site, target=report, details=details)
    return FileResponse(
        opened, as_attachment=True, filename=file_name(report.site, name, kind), content_type=TYPES[kind]
    )
