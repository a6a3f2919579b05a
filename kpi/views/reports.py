"""Reports that were made and kept: the list, their files, to whom they went."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import audit, policies
from core.listing import Empty, ListPage
from kpi.models import MonthlyReport, ReportDelivery, ReportSchedule
from kpi.notices import TYPES
from kpi.selectors.periods import Month
from kpi.services.reporting import DOWNLOADED, FORMS, Form, company_file_name, file_name
from kpi.tables import MonthlyReportTable, ReportDeliveryTable


class ReportList(ListPage):
    """Reports that were issued, and those of closed months."""

    model = MonthlyReport
    table_class = MonthlyReportTable
    title = _("Monthly reports")
    icon = "file-earmark-spreadsheet"
    site_path = "site"
    template_name = "kpi/report_list.html"
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
        """With site and company."""
        return MonthlyReport.objects.select_related("site", "company")

    def get_context(self) -> dict[str, Any]:
        """Where else one may go from here."""
        user: Any = self.request.user
        of_company = user.company if getattr(user, "company", None) is not None else None
        return {
            "month": Month.now_in(of_company.time_zone).previous if of_company is not None else None,
            "may_see_company": of_company is not None
            and policies.allowed(user, "view", MonthlyReport, parent=of_company),
            "may_schedule": policies.allowed(user, "add", ReportSchedule),
        }


class DeliveryList(ListPage):
    """What was sent to whom, and when."""

    model = ReportDelivery
    table_class = ReportDeliveryTable
    title = _("Reports sent")
    icon = "send"
    site_path = "report__site"
    export_name = "reports-sent"
    empty = Empty(
        title=_("No report was sent yet"), text=_("Every report that goes to somebody stands here.")
    )

    def may_open(self) -> bool:
        """Those who oversee a site."""
        return policies.allowed(self.request.user, "view", ReportDelivery)

    def get_queryset(self) -> QuerySet[Any]:
        """With the report, its place and the person."""
        return ReportDelivery.objects.select_related("report__site", "report__company", "person", "schedule")


@require_GET
def report_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """A file of a kept report, byte for byte as it was made; recorded."""
    rows = MonthlyReport.objects.select_related("site", "company")
    report = policies.get_visible_or_404(request.user, rows, pk=pk)
    if not policies.allowed(request.user, "export", report):
        raise PermissionDenied
    answer = stored_file(report, form)
    details = {"month": str(Month(report.month)), "form": form}
    audit.record(DOWNLOADED, actor=request.user, site=report.site, target=report, details=details)
    return answer


def stored_file(report: MonthlyReport, form: str) -> FileResponse:
    """The stored file as an attachment. Raises Http404 without one."""
    kind: Form | None = next((one for one in FORMS if one == form), None)
    stored = getattr(report, kind) if kind is not None else None
    if kind is None or not stored:
        raise Http404
    try:
        opened = stored.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(opened, as_attachment=True, filename=_name(report, kind), content_type=TYPES[kind])


def _name(report: MonthlyReport, form: Form) -> str:
    month = Month(report.month)
    if report.site is None:
        return company_file_name(report.company, month, form, report.edition)
    return file_name(report.site, month, form, report.edition)
