"""Having the monthly report made: on request as a job, and the files themselves."""

from tempfile import TemporaryFile
from typing import IO, Any, Literal, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, jobs, policies
from core.jobs import Failed, Running
from core.models import Job
from core.reports import PdfUnavailable, write_pdf, write_xlsx
from kpi.models import DayFigure, Edition
from kpi.reports.bundle import write_bundle
from kpi.reports.content import MonthContent, gather
from kpi.reports.monthly import Progress, report_of
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from organization.models import Company, Person, Site

#: Workbook, document, and the bundle of CSV files with every record behind the figures.
Form = Literal["xlsx", "pdf", "bundle"]
FORMS: tuple[Form, ...] = ("xlsx", "pdf", "bundle")
ENDINGS: dict[Form, str] = {"xlsx": "xlsx", "pdf": "pdf", "bundle": "zip"}

REQUESTED = audit.register_action(
    "kpi.report_requested", _("Had the monthly report of %(month)s made (%(form)s)")
)
DOWNLOADED = audit.register_action(
    "kpi.report_downloaded", _("Downloaded the monthly report of %(month)s (%(form)s)")
)

NO_RIGHT = _("Your role at this site does not allow it any more.")
NO_PDF = _("This installation cannot make PDF documents. Ask the administrator, or take the workbook.")


@transaction.atomic
def request_report(
    *,
    user: Person,
    site: Site,
    month: Month,
    form: Form,
    edition: Edition = Edition.INTERNAL,
    language: str = "",
) -> Job:
    """Start the job that makes the report for `user`. Raises PermissionDenied, and ValueError for records for the owners."""
    policies.require(user, "export", DayFigure, parent=site)
    check_edition(form, edition)
    details = {"month": str(month), "form": form}
    audit.record(REQUESTED, actor=user, site=site, details=details)
    params = details | {"edition": edition.value, "language": language}
    return jobs.start("kpi.monthly_report", user=user, site=site, params=params)


@jobs.kind("kpi.monthly_report", _("Monthly report"))
def make(job: Running) -> None:
    """The job: reads one snapshot, writes one file."""
    site = Site.objects.select_related("company").get(pk=job.site.pk)
    month, form = Month.parse(str(job.params["month"])), job.params["form"]
    if month is None or form not in FORMS:
        raise ValueError(f"no report of {job.params}")
    if not policies.allowed(job.user, "export", DayFigure, parent=site):
        raise Failed(NO_RIGHT)
    edition = Edition(job.params.get("edition", Edition.INTERNAL))
    with TemporaryFile() as file:
        try:
            write(
                site,
                month,
                form,
                file,
                edition=edition,
                language=job.params.get("language", ""),
                progress=job.progress,
            )
        except PdfUnavailable as error:
            raise Failed(NO_PDF) from error
        file.seek(0)
        job.attach(file_name(site, month, form, edition), file)


def write(
    site: Site,
    month: Month,
    form: Form,
    file: IO[bytes],
    *,
    edition: Edition = Edition.INTERNAL,
    language: str = "",
    progress: Progress | None = None,
) -> None:
    """Write the report in that form into a binary file, read as of one instant, in the site's language unless another is given.

    Raises PdfUnavailable, and ValueError for a bundle for the owners, who get no records.
    """
    check_edition(form, edition)
    tell: Any = progress or (lambda *_args: None)
    tell(0, None, _("Counting"))
    with one_snapshot():
        write_content(gather(site, month, edition, language), form, file, progress=progress)


def write_content(
    content: MonthContent, form: Form, file: IO[bytes], *, progress: Progress | None = None
) -> None:
    """Write what was gathered, within the same snapshot. Raises PdfUnavailable."""
    if form == "xlsx":
        write_xlsx(report_of(content, shape="workbook", progress=progress), file)
    elif form == "bundle":
        write_bundle(content, file)
    else:
        report = report_of(content, shape="document")
        if progress is not None:
            progress(1, 3, _("Setting the pages"))
        write_pdf(report, file)
        if progress is not None:
            progress(3, 3, "")


def check_edition(form: str, edition: Edition) -> None:
    """Raises ValueError for records for the owners."""
    if form == "bundle" and edition != Edition.INTERNAL:
        raise ValueError("the owners get no records")


def file_name(site: Site, month: Month, form: str, edition: str = Edition.INTERNAL) -> str:
    """The name under which a person finds the file again."""
    return f"{site.code}-{month}-report{edition_mark(edition)}.{ENDINGS[cast('Form', form)]}"


def company_file_name(company: Company, month: Month, form: str, edition: str = Edition.INTERNAL) -> str:
    """The same of the report of a company."""
    return f"{company.code}-{month}-report{edition_mark(edition)}.{ENDINGS[cast('Form', form)]}"


def edition_mark(edition: str) -> str:
    """What the names of files of an edition carry; "" for the company's own."""
    return "" if edition == Edition.INTERNAL else f"-{edition}"
