"""The monthly report: its figures are those of the records, its links open pages, it is made as a job and kept private."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation

from core.models import Job, OutboxItem
from core.outbox.running import run
from core.reports import write_xlsx
from kpi.reports import monthly_report
from kpi.selectors.periods import Month
from kpi.services.folding import fold_changed
from kpi.services.reporting import request_report
from organization.models import Person
from patrols.models import Scan
from patrols.services.reviewing import overrule
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.conftest import NOW, World
from tests.kpi.raw import raw_counts

MONTH = Month(date(2026, 11, 1))
CODES = {
    "Rounds due": "rounds_due", "Completed": "rounds_completed", "Late": "rounds_late", "Partial": "rounds_partial",
    "Missed": "rounds_missed", "Cancelled": "rounds_cancelled", "Visits due": "points_due", "Visits made": "points_visited",
    "Verified": "scans_verified", "Plausible": "scans_plausible", "Doubtful": "scans_doubtful",
    "Uploaded late": "scans_late_upload",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english(world: World, settings: Any, tmp_path: Any) -> None:
    """The site speaks English, so that sheets and columns have known names."""
    settings.MEDIA_ROOT = tmp_path
    world.site.language = "en"
    world.site.save(update_fields=["language"])


def workbook(world: World) -> Any:
    """The report as openpyxl reads it."""
    file = BytesIO()
    write_xlsx(monthly_report(world.site, MONTH), file)
    return openpyxl.load_workbook(BytesIO(file.getvalue()))


def table(book: Any, title: str) -> list[dict[str, Any]]:
    """The rows of a sheet by heading."""
    head, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def check_against_records(world: World) -> Any:
    """Every count of the workbook equals plain SQL; the sums of days and the sheet of rounds do, too."""
    book, expected = workbook(world), raw_counts(world.site, MONTH.first, MONTH.last)
    counted = {CODES[row["What"]]: row["Number"] for row in table(book, "Rounds and scans")}
    assert {code: number for code, number in counted.items() if number} == expected
    days = [row for row in table(book, "Days") if not isinstance(row["Day"], str)]
    for label, code in CODES.items():
        assert sum(row[label] for row in days) == expected.get(code, 0)
    rounds = table(book, "All rounds")
    assert len(rounds) == expected["rounds_due"]
    assert sum(row["Visits due"] for row in rounds) == expected["points_due"]
    assert sum(row["Visits made"] for row in rounds) == expected["points_visited"]
    for status in ("Completed", "Partial", "Missed"):
        assert sum(row["Status"] == status for row in rounds) == expected.get(f"rounds_{status.lower()}", 0)
    lines = {row["Code"]: row for row in table(book, "Indicators")}
    assert lines["K09"]["This month"] == pytest.approx(expected["rounds_completed"] / expected["rounds_due"])
    assert lines["K10"]["This month"] == pytest.approx(expected["points_visited"] / expected["points_due"])
    return book


@pytest.mark.requirement("R056")
def test_the_workbook_equals_plain_sql(world: World) -> None:
    fold_changed()
    check_against_records(world)


@pytest.mark.requirement("R056")
def test_it_equals_plain_sql_after_a_late_batch_that_is_not_yet_folded(world: World) -> None:
    fold_changed()
    world.walk(world.rounds[3], world.points, delay=3 * 24 * 3600)
    check_against_records(world)


@pytest.mark.requirement("R056")
def test_it_equals_plain_sql_after_an_overrule_that_is_not_yet_folded(world: World, cast: Cast) -> None:
    fold_changed()
    scan = Scan.objects.filter(round=world.rounds[0]).earliest("corrected_at")
    overrule(user=cast.supervisor, scan_id=scan.pk, verdict="doubtful", counts=False, note="Not there.")
    book = check_against_records(world)
    assert {row["What"]: row["Number"] for row in table(book, "Rounds and scans")}["Doubtful"] == 1


def test_the_zones_sheet_shows_each_zone_and_the_site_once(world: World) -> None:
    rows = {row["Zone"]: row for row in table(workbook(world), "Zones")}
    assert rows["A1 Gate"]["Visits due"] == 32
    assert rows["B1 Garage"]["Visits due"] == 16
    assert rows["Whole site"]["Visits due"] == 64
    assert rows["A1 Gate"]["Rounds due"] == rows["Whole site"]["Rounds due"] == 16


def test_rows_carry_absolute_links_to_their_rounds(world: World, settings: Any) -> None:
    settings.PUBLIC_URL = "https://orderly.example"
    sheet = workbook(world)["All rounds"]
    links = [cell.hyperlink.target for row in sheet.iter_rows(min_row=2) for cell in row if cell.hyperlink]
    pages = {
        f"https://orderly.example{reverse('patrols:round', args=[row.pk])}"
        for row in world.rounds
        if row not in world.rounds[4::5]
    }
    assert set(links) == pages


def test_it_has_native_charts_and_definitions(world: World) -> None:
    CaseFactory.create(site=world.site, kind="incident", category="001", reported_at=NOW - timedelta(days=2))
    file = BytesIO()
    write_xlsx(monthly_report(world.site, MONTH), file)
    assert sum(name.startswith("xl/charts/chart") for name in ZipFile(file).namelist()) == 4
    book = openpyxl.load_workbook(file)
    words = " ".join(str(cell) for row in book["Definitions"].iter_rows(values_only=True) for cell in row)
    assert "K09" in words
    assert "95 %" in words


def test_it_is_written_in_the_language_of_the_site(world: World) -> None:
    world.site.language = "zh-hans"
    world.site.save(update_fields=["language"])
    with translation.override("en"):
        report = monthly_report(world.site, MONTH)
    assert report.language == "zh-hans"
    assert report.period == "2026年11月"


def finished_job(user: Person, world: World, form: Any) -> Job:
    """Ask for a report and run its job."""
    job = request_report(user=user, site=world.site, month=MONTH, form=form)
    run(ids=[OutboxItem.objects.get(handler="core.run_job", key=str(job.pk)).pk])
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(("form", "magic"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
@pytest.mark.django_db(transaction=True)
def test_a_job_leaves_the_file(world: World, cast: Cast, form: str, magic: bytes) -> None:
    job = finished_job(cast.project_manager, world, form)
    assert job.error == ""
    assert job.state == Job.State.DONE
    assert job.file_name == f"main-2026-11-report.{form}"
    with default_storage.open(str(job.file.name), "rb") as file:
        assert file.read(4).startswith(magic)


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_starter_lost_the_role_ends_without_a_file(world: World, cast: Cast) -> None:
    job = request_report(user=cast.supervisor, site=world.site, month=MONTH, form="xlsx")
    cast.supervisor.memberships.all().delete()
    run(ids=[OutboxItem.objects.get(handler="core.run_job", key=str(job.pk)).pk])
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert not job.file
