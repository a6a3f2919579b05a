"""The dry run, and the decision about it. Nothing of the trade is written here; the job in running.py does that."""

from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.utils.text import get_valid_filename
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import audit, clock, jobs
from core.imports.declaring import Importer, Row, importer_of
from core.imports.fates import Plan
from core.imports.files import MOST_BYTES, TOO_LARGE, Unreadable
from core.imports.reading import read
from core.models import ImportRun, Job

CHECKED = audit.register_action("core.import_checked", _("Checked the file %(file)s for import"))
CONFIRMED = audit.register_action("core.import_confirmed", _("Confirmed the import of %(file)s"))
JOB = "core.import"


def plan_of(importer: Importer, file: IO[bytes], *, user: Any, site: models.Model) -> tuple[Plan, list[str]]:
    """What the rows of a file would do at `site`, and the headings nobody asked for. Raises Unreadable."""
    sheet = read(importer, file)
    readable: list[Row] = [row for row in sheet.rows if not row.problems]
    plan = importer.plan(readable, user, site)
    for row in sheet.rows:
        if row.problems:
            plan.fates.refuse(row.line, row.first, row.problems)
    return plan, sheet.unread


@transaction.atomic
def check(*, actor: Any, importer: Importer, site: Any, file: File[bytes]) -> ImportRun:
    """Read a file, keep it with the fate of each row, write nothing else.

    Raises PermissionDenied, and ValidationError naming `file` when it cannot be read as a whole.
    """
    importer.require(actor, site)
    if file.size > MOST_BYTES:
        raise ValidationError({"file": TOO_LARGE})
    file.seek(0)
    try:
        plan, unread = plan_of(importer, file, user=actor, site=site)
    except Unreadable as error:
        raise ValidationError({"file": error.args[0]}) from error
    name = get_valid_filename(str(file.name or "file"))[-100:]
    run = ImportRun(
        importer=importer.name,
        user=actor,
        site=site,
        file_name=str(file.name or "")[-200:],
        language=get_language() or "en",
        counts=plan.fates.counts(),
        fates=plan.fates.as_json(),
        unread=unread,
        digest=plan.fates.digest(),
    )
    file.seek(0)
    run.file.save(name, file, save=False)
    run.save()
    audit.record(CHECKED, actor=actor, site=site, target=run, details={"file": run.file_name, **run.counts})
    return run


@transaction.atomic
def confirm(*, actor: Any, run: ImportRun) -> Job:
    """Have the checked file imported, all rows or none. Raises PermissionDenied, ValidationError."""
    importer_of(run.importer).require(actor, run.site)
    if run.refused:
        raise ValidationError(_("Rows were refused. Mend the file and check it again."))
    taken = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.CHECKED)
    if not taken.update(state=ImportRun.State.CONFIRMED):
        raise ValidationError(_("This import has been decided already."))
    job = jobs.start(JOB, user=actor, site=run.site, params={"import": str(run.pk)})
    ImportRun.objects.filter(pk=run.pk).update(job=job)
    audit.record(
        CONFIRMED, actor=actor, site=run.site, target=run, details={"file": run.file_name, **run.counts}
    )
    return job


@transaction.atomic
def discard(*, actor: Any, run: ImportRun) -> None:
    """Forget a checked file. Raises PermissionDenied, and ValidationError when it was decided already."""
    importer_of(run.importer).require(actor, run.site)
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != ImportRun.State.CHECKED:
        raise ValidationError(_("This import has been decided already."))
    end(locked, ImportRun.State.DISCARDED)


def end(run: ImportRun, state: ImportRun.State) -> None:
    """Set the last state and forget file and fates, which hold personal data; the file goes after the commit."""
    storage, name = run.file.storage, run.file.name
    ImportRun.objects.filter(pk=run.pk).update(state=state, ended_at=clock.now(), fates=[], file="")
    if name:
        transaction.on_commit(lambda: storage.delete(name))
