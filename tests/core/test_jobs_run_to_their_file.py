"""Long work shows its progress, starts over after a crash, and offers its file only when it is whole."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils.translation import gettext_lazy as _

from core import clock, jobs
from core.jobs import kinds
from core.models import AuditEntry, Job, Notification, OutboxItem
from core.outbox import running
from core.purging import purge
from organization.models import Site
from tests.conftest import Cast

Work = Callable[[jobs.Running], None]


@pytest.fixture
def kind(settings: Any, tmp_path: Any) -> Iterator[Callable[[Work], None]]:
    """Registers "test.report" with a function, and gives jobs a storage of their own."""
    settings.MEDIA_ROOT = tmp_path

    def register(work: Work) -> None:
        jobs.kind("test.report", _("Monthly report"))(work)

    yield register
    kinds._kinds.pop("test.report", None)


def _write(job: jobs.Running) -> None:
    job.progress(1, 2, "reading")
    job.attach("month report.csv", b"a,b\n1,2\n")
    job.progress(2, 2)


def _run() -> None:
    OutboxItem.objects.update(not_before=clock.now())
    running.run(ids=[item.pk for item in OutboxItem.objects.filter(handler="core.run_job").waiting()])


@pytest.mark.django_db
def test_a_job_ends_with_its_file_and_a_notification(kind: Any, cast: Cast, site: Site) -> None:
    kind(_write)
    job = jobs.start("test.report", user=cast.supervisor, site=site, params={"month": "2026-11"})
    assert job.state == Job.State.QUEUED
    _run()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == ("done", 2, 2, 100)
    with job.file.open() as file:
        assert file.read() == b"a,b\n1,2\n"
    assert job.file_name == "month report.csv"
    assert Notification.objects.get(kind="core.job_done").recipient == cast.supervisor


@pytest.mark.django_db
def test_the_work_sees_its_parameters_and_who_asked(kind: Any, cast: Cast, site: Site) -> None:
    seen: list[Any] = []
    kind(lambda job: seen.append((job.params, job.user, job.site)))
    jobs.start("test.report", user=cast.supervisor, site=site, params={"month": "2026-11"})
    _run()
    assert seen == [({"month": "2026-11"}, cast.supervisor, site)]


@pytest.mark.django_db
def test_a_broken_job_fails_with_plain_words_and_no_file(kind: Any, cast: Cast) -> None:
    def fail(job: jobs.Running) -> None:
        job.attach("half.csv", b"half")
        raise RuntimeError("secret path /srv")

    kind(fail)
    job = jobs.start("test.report", user=cast.supervisor)
    _run()
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == ("failed", False)
    assert "secret" not in job.error
    assert default_storage.listdir(f"jobs/{job.pk}")[1] == []
    assert Notification.objects.get().kind == "core.job_failed"
    assert OutboxItem.objects.get(handler="core.run_job").state == "done"


@pytest.mark.django_db
def test_a_job_may_fail_with_its_own_reason(kind: Any, cast: Cast) -> None:
    def refuse(job: jobs.Running) -> None:
        raise jobs.Failed(_("There are no rounds in this month."))

    kind(refuse)
    job = jobs.start("test.report", user=cast.supervisor)
    _run()
    job.refresh_from_db()
    assert job.error == "There are no rounds in this month."


@pytest.mark.django_db
def test_a_lost_database_lets_the_job_start_over(kind: Any, cast: Cast) -> None:
    tries: list[int] = []

    def flaky(job: jobs.Running) -> None:
        tries.append(1)
        if len(tries) == 1:
            job.attach("half.csv", b"half")
            raise OperationalError("server closed the connection")
        _write(job)

    kind(flaky)
    job = jobs.start("test.report", user=cast.supervisor)
    _run()
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == ("running", False)
    _run()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert len(default_storage.listdir(f"jobs/{job.pk}")[1]) == 1


@pytest.mark.django_db
def test_a_job_whose_worker_always_dies_is_given_up(kind: Any, cast: Cast) -> None:
    def lose_the_database(job: jobs.Running) -> None:
        raise OperationalError("gone")

    kind(lose_the_database)
    job = jobs.start("test.report", user=cast.supervisor)
    for _attempt in range(4):
        _run()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 3)
    assert OutboxItem.objects.get(handler="core.run_job").state == "dead"


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_work_holds_a_transaction(
    kind: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.running.PROGRESS_EVERY", 0.05)
    seen: list[tuple[int, str]] = []

    def slow(job: jobs.Running) -> None:
        with transaction.atomic():
            Job.objects.filter(user=cast.guard).update(note="x")
            job.progress(3, 10, "third of ten")
            sleep(0.6)

    kind(slow)
    job = jobs.start("test.report", user=cast.supervisor)

    def watch() -> None:
        until = monotonic() + 5
        while monotonic() < until and not seen:
            row = Job.objects.get(pk=job.pk)
            if row.done:
                seen.append((row.done, row.note))
            sleep(0.02)
        connection.close()

    watcher = Thread(target=watch)
    watcher.start()
    _run()
    watcher.join()
    assert seen == [(3, "third of ten")]


@pytest.mark.django_db
def test_pages_show_the_job_to_its_starter_only(client: Client, kind: Any, cast: Cast, site: Site) -> None:
    kind(_write)
    job = jobs.start("test.report", user=cast.supervisor, site=site)
    client.force_login(cast.supervisor)
    for address in ("/jobs/", f"/jobs/{job.pk}/", f"/jobs/{job.pk}/state/"):
        body = client.get(address).content.decode()
        assert "Monthly report" in body
        assert "UNDEFINED" not in body
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404
    _run()
    assert f"/jobs/{job.pk}/file/" in client.get(f"/jobs/{job.pk}/").content.decode()
    for stranger in (cast.guard, cast.project_manager, cast.foreign_manager):
        client.force_login(stranger)
        for address in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/state/", f"/jobs/{job.pk}/file/"):
            assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_a_download_is_an_attachment_and_recorded(client: Client, kind: Any, cast: Cast, site: Site) -> None:
    kind(_write)
    job = jobs.start("test.report", user=cast.supervisor, site=site)
    _run()
    client.force_login(cast.supervisor)
    response: Any = client.get(f"/jobs/{job.pk}/file/")
    assert b"".join(response.streaming_content) == b"a,b\n1,2\n"
    assert response.headers["Content-Disposition"].startswith("attachment")
    entry = AuditEntry.objects.get(action="core.job_downloaded")
    assert (entry.actor, entry.site_id) == (cast.supervisor, site.pk)


@pytest.mark.django_db
def test_a_failed_job_says_why_on_its_page(client: Client, kind: Any, cast: Cast) -> None:
    def refuse(job: jobs.Running) -> None:
        raise jobs.Failed(_("There are no rounds in this month."))

    kind(refuse)
    job = jobs.start("test.report", user=cast.supervisor)
    _run()
    client.force_login(cast.supervisor)
    assert "There are no rounds in this month." in client.get(f"/jobs/{job.pk}/").content.decode()


@pytest.mark.django_db
def test_old_jobs_go_with_their_files(kind: Any, cast: Cast) -> None:
    kind(_write)
    job = jobs.start("test.report", user=cast.supervisor)
    _run()
    job.refresh_from_db()
    path = str(job.file.name)
    Job.objects.update(ended_at=clock.now() - timedelta(days=31))
    purge()
    assert not Job.objects.exists()
    assert not default_storage.exists(path)
