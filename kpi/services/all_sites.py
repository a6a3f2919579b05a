"""The reports of all sites of a month in one zip, or all sites in one workbook: a job that can be killed and goes on.

What is finished is laid aside under the number of the job, with its checksum, so that a second attempt does not make
it again; a final report that is kept already goes in byte for byte. One site is in memory at a time.
"""

import gc
from collections.abc import Callable, Iterator
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any, cast
from zipfile import ZIP_STORED, ZipFile

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, jobs, policies
from core.jobs import Failed, Running
from core.models import Job
from core.reports import PdfUnavailable
from kpi.models import Edition, MonthlyReport
from kpi.reports.company_content import gather_company
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from kpi.services.keeping import write_company
from kpi.services.reporting import (
    FORMS,
    NO_PDF,
    REQUESTED,
    Form,
    check_edition,
    company_file_name,
    edition_mark,
    file_name,
    write,
)
from organization.models import Company, Person, Site

#: Pieces in which files are copied.
PIECE = 1 << 20
#: The comparison of all sites as a workbook and as a document, besides the forms of each site's report.
COMPARISONS: dict[str, Form] = {"company": "xlsx", "company-pdf": "pdf"}

NO_RIGHT = _("Your role in the company does not allow it any more.")


@transaction.atomic
def request_all_reports(
    *, user: Person, company: Company, month: Month, form: str, edition: Edition = Edition.INTERNAL
) -> Job:
    """Start the job that makes the reports of all sites for `user`. Raises PermissionDenied, and ValueError for records for the owners."""
    check_edition(form, edition)
    policies.require(user, "export", MonthlyReport, parent=company)
    details = {"month": str(month), "form": form}
    audit.record(REQUESTED, actor=user, details=details)
    return jobs.start(
        "kpi.all_reports", user=user, params=details | {"company": company.pk, "edition": edition.value}
    )


@jobs.kind("kpi.all_reports", _("Monthly reports of all sites"))
def make_all(job: Running) -> None:
    """The job."""
    company = Company.objects.get(pk=job.params["company"])
    month, form = Month.parse(str(job.params["month"])), job.params["form"]
    edition = Edition(job.params.get("edition", Edition.INTERNAL))
    if month is None or form not in (*FORMS, *COMPARISONS):
        raise ValueError(f"no reports of {job.params}")
    if not policies.allowed(job.user, "export", MonthlyReport, parent=company):
        raise Failed(NO_RIGHT)
    sweep()
    with TemporaryFile() as file:
        if form in COMPARISONS:
            try:
                write_comparison(
                    company, month, file, form=COMPARISONS[form], edition=edition, progress=job.progress
                )
            except PdfUnavailable as error:
                raise Failed(NO_PDF) from error
            name = company_file_name(company, month, COMPARISONS[form], edition)
        else:
            parts = Parts(str(job.job.pk), month, cast("Form", form), edition)
            write_all(company, parts, file, job)
            name = f"{company.code}-{month}-reports{edition_mark(edition)}-{form}.zip"
        file.seek(0)
        job.attach(name, file)


def write_comparison(
    company: Company,
    month: Month,
    file: IO[bytes],
    *,
    form: Form = "xlsx",
    edition: Edition = Edition.INTERNAL,
    progress: Callable[[int, int | None, Any], None] | None = None,
) -> None:
    """The workbook or document that compares all sites, with progress by site and a last step for the file. Raises PdfUnavailable."""
    tell = progress or (lambda *_args: None)
    tell(0, None, _("Counting"))
    with one_snapshot():
        content = gather_company(
            company,
            month,
            edition=edition,
            progress=lambda number, total, name: tell(number, total + 1, name),
        )
    steps = len(content.sites) + 1
    tell(steps - 1, steps, _("Writing the workbook") if form == "xlsx" else _("Setting the pages"))
    write_company(content, form, file)
    tell(steps, steps, "")


#: Where parts lie, a folder for each job.
PARTS = "reports/parts/"


def sweep() -> None:
    """Remove what jobs that have ended left aside."""
    try:
        folders, _files = default_storage.listdir(PARTS)
    except FileNotFoundError:
        return
    going_on = Job.objects.filter(ended_at=None, kind="kpi.all_reports").values_list("pk", flat=True)
    for folder in set(folders) - {str(pk) for pk in going_on}:
        _clear(f"{PARTS}{folder}/")


def _clear(folder: str) -> None:
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(folder + name)


class Parts:
    """The finished reports of one job, laid aside in the storage."""

    def __init__(self, job: str, month: Month, form: Form, edition: Edition = Edition.INTERNAL) -> None:
        self.month, self.form, self.edition = month, form, edition
        self.folder = f"{PARTS}{job}/"

    def report(self, site: Site) -> IO[bytes]:
        """A site's report: as it is kept, as it was laid aside, or made now. Raises PdfUnavailable."""
        return self._kept(site) or self._laid_aside(site) or self._made(site)

    def name(self, site: Site) -> str:
        """Its name in the zip."""
        return file_name(site, self.month, self.form, self.edition)

    def clear(self) -> None:
        """Remove what was laid aside."""
        _clear(self.folder)

    def _kept(self, site: Site) -> IO[bytes] | None:
        """The file of the closed month, where there is one."""
        row = MonthlyReport.objects.filter(
            site=site, month=self.month.first, edition=self.edition, is_final=True
        ).first()
        stored = getattr(row, self.form) if row is not None else None
        return cast("IO[bytes]", stored.open("rb")) if stored else None

    def _laid_aside(self, site: Site) -> IO[bytes] | None:
        """What an earlier attempt finished; a torn file has no checksum beside it, or another one."""
        path, mark = self._paths(site)
        if not default_storage.exists(mark) or not default_storage.exists(path):
            return None
        with default_storage.open(mark) as file:
            expected = file.read().decode()
        part = default_storage.open(path)
        if _checksum(part) != expected:
            part.close()
            return None
        return part

    def _made(self, site: Site) -> IO[bytes]:
        path, mark = self._paths(site)
        with TemporaryFile() as file:
            write(site, self.month, self.form, file, edition=self.edition)
            for old in (mark, path):
                default_storage.delete(old)
            digest = _checksum(file)
            default_storage.save(path, File(file))
        default_storage.save(mark, ContentFile(digest.encode()))
        return default_storage.open(path)

    def _paths(self, site: Site) -> tuple[str, str]:
        path = f"{self.folder}{site.pk}.{self.form}"
        return path, f"{path}.sha256"


def write_all(company: Company, parts: Parts, file: IO[bytes], job: Running) -> None:
    """All sites into a zip, one after the other, with progress by site. Raises Failed where PDFs cannot be made."""
    sites = list(
        Site.objects.filter(company=company, is_active=True).order_by("code").values_list("pk", "name")
    )
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for number, (pk, name) in enumerate(sites):
            job.progress(number, len(sites), name)
            site = Site.objects.select_related("company").get(pk=pk)
            try:
                part = parts.report(site)
            except PdfUnavailable as error:
                raise Failed(NO_PDF) from error
            with part, archive.open(parts.name(site), "w", force_zip64=True) as entry:
                for piece in _pieces(part):
                    entry.write(piece)
            gc.collect()  # a document set in pages leaves rings that would pile up over 500 sites
    job.progress(len(sites), len(sites))
    parts.clear()


def _pieces(file: Any) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _checksum(file: Any) -> str:
    digest = sha256()
    for piece in _pieces(file):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
