"""Running a job: from its outbox item to its file, with progress that everybody sees at once.

The work may hold one long database transaction (a report reads one snapshot), so its progress is written from
the keeper's thread and connection. A worker that dies leaves the lease to run out; the sweeper rings again and
the job starts over. Files appear on the job only when the whole work has succeeded.
"""

from dataclasses import dataclass, field
from typing import IO, Any

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import clock, faults, live
from core.jobs.kinds import kind_of, title_of
from core.models import Job, OutboxItem
from core.models.job import result_path
from core.notifications import notify, register_kind
from core.notifications.channels.email.channel import language_of
from core.outbox import handler
from core.outbox.keeper import Keeper
from core.outbox.running import ClaimLost

log = structlog.get_logger()

#: Seconds between two writings of the progress.
PROGRESS_EVERY = 0.7
#: Starts after which a job whose worker keeps dying is given up.
MAX_ATTEMPTS = 3

register_kind(
    "core.job_done", title=_("%(job)s is ready"), label=_("A report or export is ready"), email=False
)
register_kind(
    "core.job_failed",
    title=_("%(job)s could not be made"),
    body=_("Try again; if it fails again, tell your administrator the number %(number)s."),
    label=_("A report or export failed"),
    email=False,
)


#: Shown when a job failed for no reason of the person who started it.
BROKEN = gettext_noop("The work failed. The details are in the log under the number of this job.")
DIED = gettext_noop("The work was interrupted several times and was given up.")


class Failed(Exception):
    """Raised by a job's function when it cannot be done, with a plain reason: gettext_lazy text without places."""


@dataclass(slots=True)
class Running:
    """What a job's function gets: its parameters, and how to report progress and leave a file."""

    job: Job
    keeper: Keeper | None = None
    done: int = 0
    total: int | None = None
    note: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    _changed: bool = False
    _stored: tuple[str, str] | None = None

    @property
    def params(self) -> dict[str, Any]:
        """What the job was started with."""
        return dict(self.job.params)

    @property
    def user(self) -> Any:
        """Who started it."""
        return self.job.user

    @property
    def site(self) -> Any:
        """The site it is about, or None."""
        return self.job.site

    def progress(self, done: int, total: int | None = None, note: Any = "") -> None:
        """Say how far the work is, and in a lazy `note` at what; cheap, call it as often as you like.

        The note is kept in the language of the starter, who alone reads it. Raises when another process took over.
        """
        if self.keeper is not None and self.keeper.lost:
            raise ClaimLost
        self.done, self.total = done, total if total is not None else self.total
        if note:
            with translation.override(language_of(self.user)):
                self.note = str(note)[:200]
        self._changed = True

    def attach(self, name: str, content: bytes | IO[bytes] | File[bytes]) -> None:
        """Leave the file of this job; shown when the job is done. A second call replaces the first."""
        data = ContentFile(content) if isinstance(content, bytes) else File(content)
        safe = get_valid_filename(name)[-100:] or "result"
        path = result_path(self.job, f"{self.job.attempts}-{safe}")
        self._stored = (default_storage.save(path, data), name[:200])

    def flush(self) -> None:
        """Write the progress, if there is news; called from the keeper's thread."""
        if self._changed:
            self._changed = False
            Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING).update(
                done=self.done, total=self.total, note=self.note
            )
            announce(self.job)

    @property
    def stored(self) -> tuple[str, str] | None:
        """Path in the storage and name of the file left, or None."""
        return self._stored


def announce(job: Job) -> None:
    """Tell the starter's pages that the job changed."""
    live.publish(live.person_topic(job.user_id), "jobs", job=str(job.pk))


def _died(item: OutboxItem) -> None:
    job = Job.objects.select_related("user", "site").filter(pk=item.payload["job"]).first()
    if job is not None and not job.ended:
        _fail(job, DIED)


@handler(
    "core.run_job",
    atomic=False,
    max_attempts=MAX_ATTEMPTS,
    after_death=_died,
    keeps_itself=True,
    title=_("Make a report or export"),
)
def run(payload: dict[str, Any], item: OutboxItem) -> None:
    """Run one job from the start. Its own errors end it; a lost database or a killed worker lets it start over."""
    job = _begin(payload["job"])
    if job is None:
        return
    running = Running(job)
    with Keeper(item, beat=PROGRESS_EVERY, on_beat=running.flush) as keeper:
        running.keeper = keeper
        try:
            kind_of(job.kind).work(running)
            faults.point("job.worked")
        except (ClaimLost, DatabaseError):
            _discard(running)
            raise
        except Failed as error:
            _discard(running)
            _fail(job, _source(error))
            return
        except Exception:
            log.exception("job failed", job=str(job.pk), kind=job.kind)
            _discard(running)
            _fail(job, BROKEN)
            return
    if keeper.lost:
        _discard(running)
        raise ClaimLost
    _finish(job, running)


def _begin(identifier: str) -> Job | None:
    started = Job.objects.filter(pk=identifier, state__in=(Job.State.QUEUED, Job.State.RUNNING)).update(
        state=Job.State.RUNNING,
        started_at=clock.now(),
        attempts=F("attempts") + 1,
        done=0,
        total=None,
        note="",
    )
    if not started:
        return None
    job = Job.objects.select_related("user", "site").get(pk=identifier)
    _remove_leftovers(job)
    announce(job)
    return job


def _remove_leftovers(job: Job) -> None:
    """Remove what an attempt that died had stored."""
    folder = result_path(job, "")
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(folder + name)


def _discard(running: Running) -> None:
    if running.stored is not None:
        default_storage.delete(running.stored[0])


@transaction.atomic
def _finish(job: Job, running: Running) -> None:
    path, name = running.stored or ("", "")
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.DONE,
        ended_at=clock.now(),
        done=running.done,
        total=running.total,
        note="",
        file=path,
        file_name=name,
        result=running.result,
    )
    announce(job)
    _tell(job, "core.job_done")


def _source(error: Failed) -> str:
    """The untranslated text of a lazy reason, so that every reader gets it in their own language."""
    reason = error.args[0] if error.args else BROKEN
    arguments = getattr(reason, "_args", (reason,))
    return str(arguments[0])


@transaction.atomic
def _fail(job: Job, error: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, ended_at=clock.now(), note="", error=error)
    announce(job)
    _tell(job, "core.job_failed")


def _tell(job: Job, kind: str) -> None:
    context = {"job": job_title(job), "number": str(job.pk)}
    notify(kind, [job.user], target=job, site=job.site, context=context, key=str(job.pk))


def job_title(job: Job) -> Any:
    """The lazy title of a job's kind."""
    try:
        return kind_of(job.kind).title
    except LookupError:
        return title_of(job.kind)
