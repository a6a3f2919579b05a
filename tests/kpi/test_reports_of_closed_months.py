"""The report of a closed month: its files are made once and stay as they are; a later one shows what was frozen, and what changed apart."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import changed_days
from core.models import OutboxItem
from core.reports import render_html
from kpi.models import ClosedMonth, MonthlyReport
from kpi.reports.content import gather
from kpi.reports.monthly import monthly_report
from kpi.selectors.periods import Month
from kpi.services.closing import close_month
from kpi.services.folding import fold_changed, refold
from kpi.services.keeping import keep_closed
from kpi.services.reporting import FORMS, Form, write
from kpi.services.turning import turn_days
from patrols.models import Round
from tests.conftest import Cast
from tests.independent.shapes import words_of_document, words_of_page
from tests.kpi.bundles import Bundle
from tests.kpi.conftest import LATER, World

pytestmark = pytest.mark.requirement("R103")
NOVEMBER = Month(date(2026, 11, 1))


@pytest.fixture
def closed(
    world: World, cast: Cast, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> Any:
    """November in English, closed by the project manager, and its files made."""
    settings.MEDIA_ROOT = tmp_path
    world.site.language = "en"
    world.site.save(update_fields=["language"])
    with time_machine.travel(LATER, tick=False):
        list(refold(world.site, NOVEMBER.first, date(2026, 12, 2)))
        turn_days()
        fold_changed()
        with django_capture_on_commit_callbacks(execute=True):
            found = close_month(user=cast.project_manager, site=world.site, month=NOVEMBER)
        item = OutboxItem.objects.get(handler="kpi.keep_closed_report")
        keep_closed(item.payload, item)
        yield found


def change_a_record(world: World) -> None:
    """A completed round turns out to have been missed."""
    Round.objects.filter(pk=world.rounds[0].pk).update(status="missed", visited=[])
    changed_days.mark([(world.site.pk, world.day(0))])
    fold_changed()


def files_of(report: MonthlyReport) -> dict[str, bytes]:
    """What is stored."""
    found = {}
    for form in ("xlsx", "pdf", "bundle"):
        with getattr(report, form).open("rb") as file:
            found[form] = file.read()
    return found


def test_its_files_are_made_once_and_carry_the_hash(closed: ClosedMonth) -> None:
    report = MonthlyReport.objects.get(is_final=True)
    assert report.fingerprint == closed.sha256
    files = files_of(report)
    assert files["xlsx"].startswith(b"PK")
    assert files["pdf"].startswith(b"%PDF")
    bundle = Bundle(files["bundle"])
    assert bundle.manifest["content_sha256"] == closed.sha256
    assert bundle.recount_patrols()["rounds_due"] == bundle.counts()["rounds_due"] == 16
    item = OutboxItem.objects.get(handler="kpi.keep_closed_report")
    keep_closed(item.payload, item)
    assert MonthlyReport.objects.filter(is_final=True).count() == 1
    assert files_of(MonthlyReport.objects.get(is_final=True)) == files


def test_they_are_served_byte_for_byte_whatever_happens_to_the_records(
    closed: ClosedMonth, world: World, cast: Cast, client: Client
) -> None:
    report = MonthlyReport.objects.get(is_final=True)
    files = files_of(report)
    change_a_record(world)
    client.force_login(cast.auditor)
    for form, content in files.items():
        answer: Any = client.get(reverse("kpi:report_file", args=[report.pk, form]))
        assert b"".join(answer.streaming_content) == content
        data = {"site": world.site.pk, "month": "2026-11", "form": form, "language": "en"}
        made: Any = client.post(reverse("kpi:make_report"), data)
        assert made.headers["Location"] == reverse("kpi:report_file", args=[report.pk, form])
    other: Any = client.post(reverse("kpi:make_report"), data | {"form": "xlsx", "language": "zh-hans"})
    assert "/jobs/" in other.headers["Location"]


def test_a_later_report_shows_what_was_frozen_and_the_changes_apart(
    closed: ClosedMonth, world: World
) -> None:
    nothing = str(render_html(monthly_report(world.site, NOVEMBER, shape="page")))
    assert "No figure would be different." in nothing
    assert "Closed on" in nothing
    change_a_record(world)
    content = gather(world.site, NOVEMBER)
    k09 = next(line.standing for line in content.lines if line.standing.indicator.code == "K09")
    assert (k09.numerator, k09.denominator) == (4, 16)
    assert content.fingerprint == closed.sha256
    assert content.changes is not None
    assert {one.indicator.code for one in content.changes.figures} >= {"K09", "K10"}
    sheets = {sheet.key: sheet for sheet in monthly_report(world.site, NOVEMBER, shape="page").sheets}
    changed = {one.indicator.code: one for one in sheets["changed-figures"]}
    assert changed["K09"].now.numerator == 3
    assert {one.day for one in sheets["changed-days"]} == {world.day(0)}
    assert "changed-figures" not in {
        sheet.key for sheet in monthly_report(world.site, Month(date(2026, 10, 1)), shape="page").sheets
    }


def test_the_difference_is_listed_on_the_pages_and_in_every_file_made_later(
    closed: ClosedMonth, world: World, cast: Cast, client: Client
) -> None:
    """4 of 16 rounds were completed when the month was closed, 3 of 16 by now; the figures themselves stay."""
    change_a_record(world)
    client.force_login(cast.auditor)
    for address in (
        reverse("kpi:closed_month", args=[closed.pk]),
        reverse("kpi:report", args=[world.site.pk, "2026-11"]),
    ):
        words = words_of_page(client.get(address).content.decode())
        assert "Patrolcompletion" in words
        assert "25.0%" in words
        assert "18.8%" in words
    files = {form: later_file(world, form) for form in FORMS}
    words = words_of_document(files["pdf"])
    assert "K09Patrolcompletion25.0%18.8%" in words
    assert closed.sha256 in words
    book: Any = openpyxl.load_workbook(files["xlsx"])
    head, *rows = book["Figures changed since closing"].iter_rows(values_only=True)
    assert head == ("Code", "Indicator", "When it was closed", "By now")
    assert ("K09", "Patrol completion", "25.0%", "18.8%") in rows
    _head, *rows = book["Records changed since closing"].iter_rows(values_only=True)
    assert {row[0].date() for row in rows} == {world.day(0)}
    (k09,) = [row for row in book["Indicators"].iter_rows(values_only=True) if row[1] == "K09"]
    assert 4 / 16 in k09
    bundle = Bundle(files["bundle"].getvalue())
    (changed,) = [row for row in bundle.rows("changed_figures.csv") if row["code"] == "K09"]
    assert (changed["frozen"], changed["now"]) == ("0.25", "0.1875")
    days = bundle.rows("changed_days.csv")
    assert ("rounds_completed", "1", "0") in {(row["measure"], row["frozen"], row["now"]) for row in days}
    assert {row["day"] for row in days} == {str(world.day(0))}
    assert bundle.figures()["K09"]["numerator"] == "4"


def later_file(world: World, form: Form) -> BytesIO:
    """A report of November made now."""
    file = BytesIO()
    write(world.site, NOVEMBER, form, file)
    file.seek(0)
    return file


def test_rates_of_a_closed_month_are_by_the_households_it_was_closed_with(
    closed: ClosedMonth, world: World
) -> None:
    """Also in the manifest of CSV files made later, so that they can be reckoned again."""
    type(world.site).objects.filter(pk=world.site.pk).update(households=9_999, population=9_999)
    world.site.refresh_from_db()
    manifest = Bundle(later_file(world, "bundle").getvalue()).manifest
    assert (manifest["households"], manifest["population"]) == (None, None)


@pytest.mark.parametrize(("language", "name"), [("en", "Patrol completion"), ("zh-hant", "巡邏計劃完成率")])
def test_csv_files_explain_themselves_in_the_language_asked_for(
    world: World, language: str, name: str
) -> None:
    file = BytesIO()
    with translation.override("zh-hans"):
        write(world.site, NOVEMBER, "bundle", file, language=language)
    bundle = Bundle(file.getvalue())
    definitions = {row["code"]: row for row in bundle.rows("definitions.csv")}
    assert definitions["K09"]["name"] == name
    assert bundle.manifest["language"] == language
