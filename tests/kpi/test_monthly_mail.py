"""On the first working day of a month, at eight at the site, last month's report is made once and mailed to its managers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry, Delivery, Notification, OutboxItem
from core.notifications.delivering import deliver
from core.notifications.wording import message_of
from kpi.models import MonthlyReport
from kpi.services.folding import fold_changed
from kpi.services.issuing import issue, issue_due
from organization.models import Company, Holiday, Site
from tests.conftest import Cast
from tests.kpi.conftest import World

#: The first of December 2026 is a Tuesday; eight in the morning in Shanghai is midnight UTC.
EIGHT = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
SEVEN = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _old_site(world: World, settings: Any, tmp_path: Any) -> None:
    """Sites that were there all year, and a storage of their own."""
    settings.MEDIA_ROOT = tmp_path
    Site.objects.update(created_at=datetime(2026, 1, 1, tzinfo=UTC))


def items() -> list[OutboxItem]:
    """Reports queued."""
    return list(OutboxItem.objects.filter(handler="kpi.issue_report").order_by("pk"))


def issue_at(moment: datetime) -> None:
    """Count what waits; tick, then do what was queued."""
    fold_changed()
    with time_machine.travel(moment, tick=False):
        issue_due()
        for item in items():
            issue(item.payload, item)


def test_nothing_is_sent_before_eight(world: World) -> None:
    with time_machine.travel(SEVEN, tick=False):
        assert issue_due() == 0


def test_it_is_queued_once_per_site_and_month(world: World) -> None:
    with time_machine.travel(EIGHT, tick=False):
        assert issue_due() == Site.objects.count() + Company.objects.count()
        assert issue_due() == 0
    keys = {item.key for item in items()}
    assert f"{world.site.pk}:2026-11" in keys


def test_a_holiday_moves_it_to_the_next_working_day(world: World) -> None:
    Holiday.objects.create(company=world.site.company, day=date(2026, 12, 1), name="Founding day")
    Site.objects.exclude(pk=world.site.pk).update(is_active=False)
    with time_machine.travel(EIGHT, tick=False):
        assert issue_due() == 0
    with time_machine.travel(datetime(2026, 12, 2, 0, 0, tzinfo=UTC), tick=False):
        assert issue_due() == 2  # of the site, and of the company


def test_a_late_tick_still_sends_it_but_not_for_sites_set_up_since(world: World) -> None:
    Site.objects.exclude(pk=world.site.pk).update(created_at=datetime(2026, 12, 5, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 12, 20, tzinfo=UTC), tick=False):
        assert issue_due() == 2  # of the site, and of the company


@pytest.mark.requirement("R056")
def test_managers_of_the_site_get_the_files_by_mail(world: World, cast: Cast) -> None:
    issue_at(EIGHT)
    report = MonthlyReport.objects.get()
    assert report.site == world.site
    told = {row.recipient for row in Notification.objects.filter(kind="kpi.report_issued")}
    assert told == {cast.project_manager, cast.company_manager}
    for delivery in Delivery.objects.all():
        item = OutboxItem.objects.get(handler="core.deliver", payload__delivery=str(delivery.pk))
        deliver(item.payload, item)
    assert {message.to[0] for message in mail.outbox} == {
        cast.project_manager.email,
        cast.company_manager.email,
    }
    names = sorted(str(attachment[0]) for attachment in mail.outbox[0].attachments)
    assert names == ["main-2026-11-report.pdf", "main-2026-11-report.xlsx"]
    assert "2026-11" in mail.outbox[0].subject
    assert reverse("kpi:report", args=[world.site.pk, "2026-11"]) in str(mail.outbox[0].body)


def test_a_repeated_delivery_of_the_work_tells_nobody_twice(world: World) -> None:
    issue_at(EIGHT)
    first = Notification.objects.filter(kind="kpi.report_issued").count()
    for item in items():
        issue(item.payload, item)
    assert Notification.objects.filter(kind="kpi.report_issued").count() == first
    assert MonthlyReport.objects.count() == 1


@pytest.mark.requirement("R056")
def test_a_month_in_which_nothing_happened_says_so(world: World, cast: Cast) -> None:
    fold_changed()
    with time_machine.travel(datetime(2027, 1, 4, 0, 0, tzinfo=UTC), tick=False):
        issue_due()
        for item in items():
            issue(item.payload, item)
    report = MonthlyReport.objects.get(month=date(2026, 12, 1))
    assert "No round was due" not in report.summary["en"]
    assert "Nothing at all was recorded in this month" in report.summary["en"]
    told = Notification.objects.get(kind="kpi.report_issued", recipient=cast.project_manager)
    assert "Nothing at all was recorded" in message_of(told).body


def test_a_site_where_nothing_was_ever_recorded_gets_no_report(world: World) -> None:
    issue_at(EIGHT)
    assert not MonthlyReport.objects.exclude(site=world.site).exists()


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_overseers_download_an_issued_report_and_it_is_recorded(
    world: World, cast: Cast, client: Client, form: str
) -> None:
    issue_at(EIGHT)
    address = reverse("kpi:report_file", args=[MonthlyReport.objects.get().pk, form])
    client.force_login(cast.auditor)
    response: Any = client.get(address)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    assert response.headers["Content-Disposition"].endswith(f'-report.{form}"')
    assert AuditEntry.objects.filter(action="kpi.report_downloaded", actor=cast.auditor).count() == 1


def test_strangers_of_the_site_do_not_get_it(world: World, cast: Cast, client: Client) -> None:
    issue_at(EIGHT)
    address = reverse("kpi:report_file", args=[MonthlyReport.objects.get().pk, "xlsx"])
    for person in (cast.foreign_manager, cast.sibling_supervisor, cast.guard):
        client.force_login(person)
        assert client.get(address).status_code == 404
