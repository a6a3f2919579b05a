"""Having the monthly report made: on request as a job, and the files themselves."""

from tempfile import TemporaryFile
from typing import IO, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, jobs, policies
from core.clock import now
from core.jobs import Failed, Running
from core.models import Job
from core.reports import PdfUnavailable, write_pdf, write_xlsx
from kpi.models import DayFigure
from kpi.reports import monthly_report
from kpi.reports.bundle import write_bundle
from kpi.reports.editions import Edition
from kpi.reports.hashing import content_sha256
from kpi.reports.monthly import Progress
from kpi.selectors.months import month_of
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from organization.models import Person, Site

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
def request_report(*, user: Person, site: Site, month: Month, form: Form) -> Job:
    """Start the job that makes the report for `user`. Raises PermissionDenied."""
    policies.require(user, "export", DayFigure, parent=site)
    details = {"month": str(month), "form": form}
    audit.record(REQUESTED, actor=user, site=site, details=details)
    return jobs.start("kpi.monthly_report", user=user, site=site, params=details)


@jobs.kind("kpi.monthly_report", _("Monthly report"))
def make(job: Running) -> None:
    """The job: reads one snapshot, writes one file."""
    site = Site.objects.select_related("company").get(pk=job.site.pk)
    month, form = Month.parse(str(job.params["month"])), job.params["form"]
    if month is None or form not in FORMS:
        raise ValueError(f"no report of {job.params}")
    if not policies.allowed(job.user, "export", DayFigure, parent=site):
        raise Failed(NO_RIGHT)
    with TemporaryFile() as file:
        try:
            write(site, month, form, file, progress=job.progress)
        except PdfUnavailable as error:
            raise Failed(NO_PDF) from error
        file.seek(0)
        job.attach(file_name(site, month, form), file)


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

    There is one bundle, and it is not for the owners. Raises PdfUnavailable, and ValueError for a bundle for them.
    """
    if form == "bundle" and edition != Edition.INTERNAL:
        raise ValueError("owners get no records")
    tell: Any = progress or (lambda *_args: None)
    tell(0, None, _("Counting"))
    with one_snapshot():
        if form == "xlsx":
            write_xlsx(
                monthly_report(site, month, edition=edition, language=language, progress=progress), file
            )
        elif form == "bundle":
            view = month_of(site, month, worst=0)
            write_bundle(view, file, made_at=now(), content_sha256=content_sha256(view))
        else:
            report = monthly_report(site, month, shape="document", edition=edition, language=language)
            tell(1, 3, _("Setting the pages"))
            write_pdf(report, file)
            tell(3, 3, "")


def file_name(site: Site, month: Month, form: Form) -> str:
    """The name under which a person finds the file again."""
    return f"{site.code}-{month}-report.{ENDINGS[form]}"
