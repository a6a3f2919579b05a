"""The job that writes a confirmed import: the file is planned afresh, and written only if the plan is the one shown."""

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import jobs
from core.imports.checking import JOB, end, plan_of
from core.imports.declaring import importer_of
from core.imports.files import BROKEN, Unreadable
from core.models import ImportRun

State = ImportRun.State


@jobs.kind(JOB, _("Import"))
def run_import(job: jobs.Running) -> None:
    """All rows in one transaction, or none and the reason."""
    identifier = job.params["import"]
    try:
        with transaction.atomic():
            _write(
                job,
                ImportRun.objects.select_for_update(of=("self",)).select_related("site").get(pk=identifier),
            )
    except jobs.Failed:
        # In a transaction of its own: the import's has rolled back.
        with transaction.atomic():
            run = ImportRun.objects.select_for_update().get(pk=identifier)
            if run.state == State.CONFIRMED:
                end(run, State.FAILED)
        raise


def _write(job: jobs.Running, run: ImportRun) -> None:
    if run.state == State.DONE:  # written by an attempt whose process died before it could say so
        job.result = dict(run.counts)
        return
    if run.state != State.CONFIRMED:
        raise jobs.Failed(_("This import has been decided already."))
    importer = importer_of(run.importer)
    if not importer.allowed(job.user, run.site):
        raise jobs.Failed(_("Your role does not allow this."))
    _hold(run)
    with translation.override(run.language):
        try:
            with run.file.open("rb") as file:
                plan, _unread = plan_of(importer, file, user=job.user, site=run.site)
        except (Unreadable, FileNotFoundError) as error:
            raise jobs.Failed(BROKEN) from error
        if plan.fates.digest() != run.digest:
            raise jobs.Failed(
                _(
                    "What is stored has changed since the file was checked. Check it again; nothing was written."
                )
            )
        plan.write(job.progress)
    job.result = dict(run.counts)
    end(run, State.DONE)


def _hold(run: ImportRun) -> None:
    """Two imports of one kind at one site wait for each other; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{run.importer}:{run.site_id}"]
        )
