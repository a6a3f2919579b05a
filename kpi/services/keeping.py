"""Reports that are kept: made once, stored, and never written again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from core import outbox
from core.models import OutboxItem
from core.reports import PdfUnavailable, write_pdf, write_xlsx
from kpi.models import ClosedMonth, Edition, MonthlyReport, report_path
from kpi.reports.company import company_report
from kpi.reports.company import in_short as company_in_short
from kpi.reports.company_content import gather_company
from kpi.reports.content import gather
from kpi.reports.sentences import in_short
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from kpi.services.reporting import Form, company_file_name, file_name, write_content
from organization.models import Company, Site

Files = dict[Form, IO[bytes]]


def keep_site_report(
    site: Site,
    month: Month,
    *,
    edition: Edition = Edition.INTERNAL,
    language: str = "",
    is_final: bool = False,
) -> MonthlyReport:
    """The kept report of a month of a site; made now when there is none.

    All its files are written from one snapshot. The report of a closed month (`is_final`) has the CSV files too.
    """
    found = _known(site.company_id, site, month, edition, language or site.language, is_final)
    if found is not None:
        return found
    forms: tuple[Form, ...] = ("xlsx", "pdf", "bundle") if is_final else ("xlsx", "pdf")
    with _files(forms) as files:
        with one_snapshot():
            content = gather(site, month, edition, language)
            written = _written(files, lambda form, file: write_content(content, form, file))
        row = MonthlyReport(
            company_id=site.company_id,
            site=site,
            month=month.first,
            edition=edition,
            language=content.language,
            is_final=is_final,
            made_at=content.made_at,
            fingerprint=content.fingerprint,
            summary=in_short(content),
        )
        return _keep(row, written, lambda form: file_name(site, month, form, edition))


def keep_company_report(
    company: Company, month: Month, *, edition: Edition = Edition.INTERNAL, language: str = ""
) -> MonthlyReport:
    """The kept report of all sites of a company; made now when there is none."""
    found = _known(company.pk, None, month, edition, language or company.language, False)
    if found is not None:
        return found
    with _files(("xlsx", "pdf")) as files:
        with one_snapshot():
            content = gather_company(company, month, language, edition=edition)
        written = _written(files, lambda form, file: write_company(content, form, file))
        row = MonthlyReport(
            company=company,
            month=month.first,
            edition=edition,
            language=content.language,
            made_at=content.made_at,
            fingerprint=content.fingerprint,
            summary=company_in_short(content),
        )
        return _keep(row, written, lambda form: company_file_name(company, month, form, edition))


def write_company(content: Any, form: Form, file: IO[bytes]) -> None:
    """Write the comparison of a company's sites as a workbook or a document. Raises PdfUnavailable."""
    report = company_report(content, is_workbook=form == "xlsx")
    (write_xlsx if form == "xlsx" else write_pdf)(report, file)


@outbox.handler("kpi.keep_closed_report", atomic=False, title=_("Keep the report of a closed month"))
def keep_closed(payload: dict[str, Any], item: OutboxItem) -> None:
    """Make the files of a closed month, once: workbook, document, and CSV files with the records as they are now."""
    closed = ClosedMonth.objects.select_related("site__company").filter(pk=payload["closed"]).first()
    if closed is not None:
        keep_site_report(closed.site, Month(closed.month), is_final=True)


def _known(
    company_id: int, site: Site | None, month: Month, edition: Edition, language: str, is_final: bool
) -> MonthlyReport | None:
    rows = MonthlyReport.objects.filter(
        company_id=company_id,
        site=site,
        month=month.first,
        edition=edition,
        language=language,
        is_final=is_final,
    )
    return rows.select_related("site", "company").first()


@contextmanager
def _files(forms: tuple[Form, ...]) -> Iterator[Files]:
    with ExitStack() as stack:
        yield {form: stack.enter_context(TemporaryFile()) for form in forms}


def _written(files: Files, write: Callable[[Form, IO[bytes]], None]) -> Files:
    """The files that could be written: a PDF that cannot be made here is left out."""
    found: Files = {}
    for form, file in files.items():
        try:
            write(form, file)
        except PdfUnavailable:
            continue
        found[form] = file
    return found


def _keep(row: MonthlyReport, files: Files, name: Callable[[Form], str]) -> MonthlyReport:
    """Store the files, then the row that names them; without the row no file stays."""
    stored: list[str] = []
    try:
        for form, file in files.items():
            file.seek(0)
            path = default_storage.save(report_path(row, name(form)), File(file))
            stored.append(path)
            setattr(row, form, path)
        row.save()
    except BaseException:
        for path in stored:
            default_storage.delete(path)
        raise
    return row
