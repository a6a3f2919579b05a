"""Files of reports that are made at once: XLSX to keep, PDF to look at and print."""

from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core import audit, policies
from core.reports import PdfUnavailable, Report, write_csv, write_pdf, write_xlsx
from kpi.notices import TYPES
from kpi.reports.measure import measure_report
from kpi.selectors.improvements import measures_with_loops, tasks_of
from kpi.selectors.snapshots import one_snapshot

PRINTED = audit.register_action("kpi.measure_printed", gettext_lazy("Printed improvement measure %(number)s"))


def file_of(report: Report, form: str) -> HttpResponseBase:
    """The report as "xlsx" or "pdf"; 503 where no PDF can be made. Raises KeyError for another form."""
    media_type = TYPES[form]
    file = TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it is sent
    try:
        (write_xlsx if form == "xlsx" else write_pdf)(report, file)
    except PdfUnavailable:
        file.close()
        text = _("This installation cannot make PDF documents.")
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    file.seek(0)
    name = f"{report.key}.{form}"
    return FileResponse(file, as_attachment=form == "xlsx", filename=name, content_type=media_type)


def csv_of(report: Report) -> HttpResponse:
    """The first sheet of the report as CSV, in its language."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{report.key}.csv"'
    with translation.override(report.language):
        write_csv(report.sheets[0], answer, time_zone=report.time_zone)
    return answer


@require_GET
def improvement_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An improvement measure on A4."""
    rows = measures_with_loops().select_related("site__company")
    row = policies.get_visible_or_404(request.user, rows, pk=pk)
    policies.require(request.user, "export", row)
    loops = list(row.loops.select_related("checked_by").order_by("number"))
    with one_snapshot():
        report = measure_report(row, loops, tasks_of([row])[row.pk])
        answer = file_of(report, "pdf")
    audit.record(PRINTED, actor=request.user, site=row.site, target=row, details={"number": row.number})
    return answer
