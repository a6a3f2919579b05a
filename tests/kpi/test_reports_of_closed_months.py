"""The report of a closed month: its files are made once and stay as they are; a later one shows what was frozen, and what changed apart."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

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
from kpi.services.turning import turn_days
from patrols.models import Round
from tests.conftest import Cast
from tests.kpi.bundles import Bundle
from tests.kpi.conftest import World
from tests.kpi.test_months_are_closed import LATER

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
