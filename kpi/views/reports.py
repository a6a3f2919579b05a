"""Issued reports and the making of one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from core import audit, policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from kpi.models import MonthlyReport
from kpi.notices import TYPES
from kpi.selectors.periods import Month
from kpi.services.reporting import DOWNLOADED, FORMS, file_name, request_report
from kpi.tables import MonthlyReportTable
from organization.models import Site


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
            "On the first working day of a month, at eight, the report of the month before is made and mailed to the managers of the site."
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
    stored = getattr(report, kind, None) if kind is not None else None
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
