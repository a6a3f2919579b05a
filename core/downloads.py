"""A report answered as a file to keep: the workbook with all its sheets, or one sheet as CSV."""

from tempfile import TemporaryFile

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from core import clock
from core.reports import Report, csv_chunks, write_xlsx

FORMATS = ("xlsx", "csv")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer(report: Report, form: str, *, name: str, part: str = "") -> HttpResponseBase:
    """The download, named after `name` and the minute. CSV is streamed: the sheet `part`, else the first.

    XLSX is written to a temporary file first.
    """
    file_name = f"{name}-{clock.local(clock.now(), report.time_zone):%Y%m%d-%H%M}.{form}"
    if form == "csv":
        sheet = next((one for one in report.sheets if one.key == part), report.sheets[0])
        response: HttpResponseBase = StreamingHttpResponse(
            csv_chunks(sheet, time_zone=report.time_zone), content_type="text/csv; charset=utf-8"
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return response
    file = TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it is sent
    write_xlsx(report, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name, content_type=XLSX_TYPE)
