"""Pages of one's own jobs: list, progress, file."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import audit, policies
from core.audit import actions
from core.jobs.kinds import title_of
from core.jobs.tables import JobTable
from core.listing import Empty, ListPage
from core.models import Job


class JobList(ListPage):
    """Reports, exports and imports I started."""

    model = Job
    table_class = JobTable
    title = _("Reports and exports")
    icon = "hourglass-split"
    empty = Empty(
        title=_("Nothing is being made"),
        text=_(
            "Reports and large exports run here. You may leave the page; the bell tells you when they are ready."
        ),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """With the site."""
        return Job.objects.select_related("site").order_by("-id")


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One job with its progress."""
    return TemplateResponse(request, "core/jobs/job_detail.html", shown_job(_job(request, pk)))


@require_GET
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The moving part of the page, fetched again while the job runs."""
    response = TemplateResponse(request, "core/jobs/_job.html", shown_job(_job(request, pk)))
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The finished file, as an attachment; recorded. 404 while there is none."""
    job = _job(request, pk)
    if job.state != Job.State.DONE or not job.file:
        raise Http404
    try:
        opened = job.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    details = {"file": job.file_name, "kind": job.kind}
    audit.record(actions.JOB_DOWNLOADED, actor=request.user, site=job.site, target=job, details=details)
    return FileResponse(opened, as_attachment=True, filename=job.file_name)


def _job(request: HttpRequest, pk: UUID) -> Job:
    return policies.get_visible_or_404(request.user, Job.objects.select_related("site"), pk=pk)


#: How components/job.html calls the states.
_STATES = {
    Job.State.QUEUED: "waiting",
    Job.State.RUNNING: "running",
    Job.State.DONE: "done",
    Job.State.FAILED: "failed",
}


def shown_job(job: Job) -> dict[str, Any]:
    """What components/job.html and core/jobs/_job.html need of a job: job, shown, state_url, file_url."""
    ready = job.state == Job.State.DONE and bool(job.file)
    return {
        "job": job,
        "title": title_of(job.kind),
        "shown": {
            "title": title_of(job.kind),
            "done": job.done,
            "total": job.total,
            "note": job.note,
            "state": _STATES[Job.State(job.state)],
        },
        "state_url": reverse("jobs:state", args=(job.pk,)),
        "file_url": reverse("jobs:file", args=(job.pk,)) if ready else "",
    }
