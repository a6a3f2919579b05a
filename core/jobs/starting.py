"""Starting a job."""

from typing import Any

from django.db import models, transaction

from core import outbox
from core.jobs.kinds import kind_of
from core.models import Job


@transaction.atomic
def start(
    kind: str, *, user: Any, site: models.Model | None = None, params: dict[str, Any] | None = None
) -> Job:
    """Queue a job of a registered kind for `user`, who alone sees it, its progress and its file.

    The caller has checked that the user may have what the job makes. `params` is JSON: ids, days as text.
    Raises LookupError for an unknown kind.
    """
    kind_of(kind)
    job = Job.objects.create(
        kind=kind, user=user, site_id=None if site is None else site.pk, params=params or {}
    )
    company = getattr(site, "company_id", None) or getattr(user, "company_id", None)
    outbox.enqueue("core.run_job", {"job": str(job.pk)}, key=str(job.pk), company_id=company)
    return job
