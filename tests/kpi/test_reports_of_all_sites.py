"""All sites of a month: compared in one report, and their reports in one zip, by a job that goes on where it was killed."""

import json
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from core.jobs import Running
from core.models import Job, OutboxItem
from core.outbox.running import ClaimLost, run
from kpi.indicators import Share, indicators
from kpi.models import Edition
from kpi.reports.company_content import gather_company
from kpi.selectors.counting import days_of
from kpi.selectors.periods import Month
from kpi.services import all_sites
from kpi.services.all_sites import PARTS, request_all_reports, write_comparison
from kpi.services.folding import fold_changed
from organization.models import Site
from tests.conftest import Cast
from tests.kpi.bundles import Bundle
from tests.kpi.conftest import World
from tests.organization.factories import SiteFactory

MONTH = Month(date(2026, 11, 1))


@pytest.fixture(autouse=True)
def _english(world: World, settings: Any, tmp_path: Any) -> None:
    """Known words, counted days, a storage of their own."""
    settings.MEDIA_ROOT = tmp_path
    world.site.company.language = "en"
    world.site.company.save(update_fields=["language"])
    fold_changed()


def run_job(job: Job) -> Job:
    """The job, done."""
    run(ids=[OutboxItem.objects.get(handler="core.run_job", key=str(job.pk)).pk])
    job.refresh_from_db()
    return job


def test_all_sites_together_are_their_records_together(world: World) -> None:
    content = gather_company(world.site.company, MONTH)
    total = days_of(world.site, MONTH.first, MONTH.last).total()
    for code, one in content.whole.items():
        indicator = indicators()[code]
        if isinstance(indicator, Share) and indicator.window == 1:
            assert one.denominator == indicator.denominator.number(total)
            assert one.value == indicator.value(total)
    assert {line.site for line in content.sites if line.is_silent} == set(
        Site.objects.filter(company=world.site.company).exclude(pk=world.site.pk)
    )


def test_the_number_of_queries_does_not_grow_with_the_sites(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        SiteFactory.create(company=world.site.company, code=f"x{number}")
    with django_assert_max_num_queries(5):
        gather_company(world.site.company, MONTH)


def test_the_comparison_is_a_workbook_with_a_chart(world: World) -> None:
    file = BytesIO()
    write_comparison(world.site.company, MONTH, file)
    book = openpyxl.load_workbook(BytesIO(file.getvalue()))
    head, *rows = book["Sites"].iter_rows(values_only=True)
    by_site = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_site["Lakeside Gardens"]["Patrol completion"] == pytest.approx(4 / 16)
    assert by_site["All sites"]["Patrol completion"] == pytest.approx(4 / 16)
    assert any(name.startswith("xl/charts/chart") for name in ZipFile(file).namelist())


@pytest.mark.requirement("R056")
def test_the_page_compares_the_sites(world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.company_manager)
    answer: Any = client.get(reverse("kpi:company_report", args=["2026-11"]))
    page = answer.content.decode()
    assert "Lakeside Gardens" in page
    assert reverse("kpi:report", args=[world.site.pk, "2026-11"]) in page
    client.force_login(cast.project_manager)
    assert client.get(reverse("kpi:company_report", args=["2026-11"])).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_job_makes_the_reports_of_all_sites_with_progress_by_site(world: World, cast: Cast) -> None:
    job = run_job(
        request_all_reports(user=cast.company_manager, company=world.site.company, month=MONTH, form="bundle")
    )
    assert (job.state, job.error) == (Job.State.DONE, "")
    sites = Site.objects.filter(company=world.site.company, is_active=True)
    assert (job.done, job.total) == (sites.count(), sites.count())
    with job.file.open("rb") as file, ZipFile(BytesIO(file.read())) as archive:
        assert sorted(archive.namelist()) == sorted(f"{site.code}-2026-11-report.zip" for site in sites)
        assert Bundle(archive.read("main-2026-11-report.zip")).counts()["rounds_due"] == 16
    assert not default_storage.exists(f"{PARTS}{job.pk}/{world.site.pk}.bundle")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("form", "last"), [("company", "正在写入工作簿"), ("company-pdf", "正在排版")])
def test_the_job_that_compares_the_sites_tells_each_of_them(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch, form: str, last: str
) -> None:
    """In the language of who waits, every site is named before its figures are reckoned, and the file is the last step."""
    told: list[tuple[int, int | None, str]] = []
    tell = Running.progress

    def listening(job: Running, done: int, total: int | None = None, note: Any = "") -> None:
        tell(job, done, total, note)
        told.append((job.done, job.total, job.note))

    monkeypatch.setattr(Running, "progress", listening)
    cast.company_manager.language = "zh-hans"
    cast.company_manager.save(update_fields=["language"])
    job = run_job(
        request_all_reports(user=cast.company_manager, company=world.site.company, month=MONTH, form=form)
    )
    sites = Site.objects.filter(company=world.site.company, is_active=True).order_by("code")
    names = list(sites.values_list("name", flat=True))
    assert len(names) > 1
    steps = len(names) + 1
    assert told == [
        (0, None, "正在统计"),
        *((number, steps, name) for number, name in enumerate(names)),
        (steps - 1, steps, last),
        (steps, steps, last),
    ]
    assert (job.state, job.done, job.total, job.note) == (Job.State.DONE, steps, steps, "")
    assert job.file_name.endswith(".pdf" if form == "company-pdf" else ".xlsx")


@pytest.mark.django_db(transaction=True)
def test_a_comparison_that_another_process_took_over_stops_at_the_next_site(world: World) -> None:
    def taken_over(done: int, total: int | None, note: Any) -> None:
        if done == 1:
            raise ClaimLost

    file = BytesIO()
    with pytest.raises(ClaimLost):
        write_comparison(world.site.company, MONTH, file, progress=taken_over)
    assert file.getvalue() == b""


@pytest.mark.fault("F49")
@pytest.mark.django_db(transaction=True)
def test_a_killed_job_goes_on_with_what_it_had_finished_and_trusts_no_torn_file(
    world: World, cast: Cast
) -> None:
    """The finished part of the first site is taken as it lies there; the torn one of the second is made again."""
    job = request_all_reports(
        user=cast.company_manager, company=world.site.company, month=MONTH, form="bundle"
    )
    first, second, *_others = Site.objects.filter(company=world.site.company).order_by("code")
    finished = BytesIO()
    with ZipFile(finished, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"from": "the first attempt"}))
    lay_aside(job, first, finished.getvalue(), sha256(finished.getvalue()).hexdigest())
    lay_aside(job, second, b"torn", "0" * 64)
    run_job(job)
    with job.file.open("rb") as file, ZipFile(BytesIO(file.read())) as archive:
        assert archive.read(f"{first.code}-2026-11-report.zip") == finished.getvalue()
        assert Bundle(archive.read(f"{second.code}-2026-11-report.zip")).manifest["site"] == second.code


def lay_aside(job: Job, site: Site, content: bytes, checksum: str) -> None:
    """As an attempt does that was killed later."""
    path = f"{PARTS}{job.pk}/{site.pk}.bundle"
    default_storage.save(path, ContentFile(content))
    default_storage.save(f"{path}.sha256", ContentFile(checksum.encode()))


@pytest.mark.django_db(transaction=True)
def test_what_jobs_that_ended_left_aside_is_swept(world: World, cast: Cast) -> None:
    job = request_all_reports(
        user=cast.company_manager, company=world.site.company, month=MONTH, form="company"
    )
    lay_aside(job, world.site, b"x", "x")
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, ended_at=job.created_at)
    all_sites.sweep()
    assert not default_storage.exists(f"{PARTS}{job.pk}/{world.site.pk}.bundle")


def test_a_role_in_the_whole_company_is_asked_for(world: World, cast: Cast) -> None:
    for person in (cast.project_manager, cast.supervisor, cast.foreign_manager):
        with pytest.raises(PermissionDenied):
            request_all_reports(user=person, company=world.site.company, month=MONTH, form="xlsx")


@pytest.mark.requirement("R056")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["company", "company-pdf", "xlsx"])
def test_all_shapes_for_all_sites_are_made_for_the_owners_too(world: World, cast: Cast, form: str) -> None:
    job = run_job(
        request_all_reports(
            user=cast.company_manager,
            company=world.site.company,
            month=MONTH,
            form=form,
            edition=Edition.OWNERS,
        )
    )
    assert (job.state, job.error) == (Job.State.DONE, "")
    with job.file.open("rb") as file:
        content = file.read()
    assert "-owners" in job.file_name
    if form == "company-pdf":
        assert content.startswith(b"%PDF")
        return
    if form == "xlsx":
        with ZipFile(BytesIO(content)) as archive:
            name = f"{world.site.code}-2026-11-report-owners.xlsx"
            assert name in archive.namelist()
            content = archive.read(name)
    book = openpyxl.load_workbook(BytesIO(content))
    cells = [cell for sheet in book for row in sheet for cell in row]
    texts = {str(cell.value) for cell in cells}
    assert not any(cell.hyperlink and cell.hyperlink.target for cell in cells)
    assert not any(text.startswith("Action items") for text in texts)
    for person in (cast.guard, cast.supervisor, cast.project_manager):
        assert person.name not in texts


def test_the_owners_get_no_records_of_all_sites(world: World, cast: Cast) -> None:
    with pytest.raises(ValueError, match="no records"):
        request_all_reports(
            user=cast.company_manager,
            company=world.site.company,
            month=MONTH,
            form="bundle",
            edition=Edition.OWNERS,
        )
