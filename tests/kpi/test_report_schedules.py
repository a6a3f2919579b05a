"""To whom a monthly report goes besides the managers: once each, as files or a link that expires, and on record."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from core.models import Notification, OutboxItem
from core.outbox import GiveUp
from core.secret_paths import masked
from kpi.models import Edition, MonthlyReport, ReportDelivery, ReportSchedule, Sending
from kpi.services import delivering
from kpi.services.folding import fold_changed
from kpi.services.issuing import issue, issue_company, issue_due
from kpi.services.scheduling import remove_schedule, save_schedule
from organization.models import Site
from tests.conftest import Cast
from tests.kpi.conftest import World

EIGHT = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
COMMITTEE = "committee@example.org"


@pytest.fixture(autouse=True)
def _old_site(world: World, settings: Any, tmp_path: Any) -> None:
    """Sites that were there all year, figures counted, and a storage of their own."""
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_URL = "https://orderly.example"
    Site.objects.update(created_at=datetime(2026, 1, 1, tzinfo=UTC), language="en")
    fold_changed()


def schedule(world: World, **more: Any) -> ReportSchedule:
    """A schedule for the owners' committee."""
    values = {
        "company": world.site.company,
        "site": world.site,
        "name": "Committee",
        "edition": Edition.OWNERS,
        "addresses": [COMMITTEE],
    }
    return ReportSchedule.objects.create(**values | more)


def issue_all(moment: datetime = EIGHT) -> None:
    """The tick, then everything it queued, mails too."""
    with time_machine.travel(moment, tick=False):
        issue_due()
        for item in OutboxItem.objects.filter(handler="kpi.issue_report").order_by("pk"):
            issue(item.payload, item)
        for item in OutboxItem.objects.filter(handler="kpi.issue_company_report").order_by("pk"):
            issue_company(item.payload, item)
        for item in OutboxItem.objects.filter(handler="kpi.mail_report").order_by("pk"):
            delivering.mail(item.payload, item)


def mails_to(address: str) -> list[Any]:
    """What an address got."""
    return [message for message in mail.outbox if message.to == [address]]


@pytest.mark.requirement("R056")
def test_the_committee_gets_the_owners_edition_as_a_file(world: World, cast: Cast) -> None:
    schedule(world)
    issue_all()
    (message,) = mails_to(COMMITTEE)
    assert message.subject == "Monthly security report November 2026: Lakeside Gardens"
    assert [str(one[0]) for one in message.attachments] == ["main-2026-11-report.pdf"]
    assert "target ≥ 98%" in str(message.body)
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    delivery = ReportDelivery.objects.get(address=COMMITTEE)
    assert delivery.report.edition == Edition.OWNERS
    assert delivery.sent_at == EIGHT
    assert not delivery.report.bundle
    editions = set(MonthlyReport.objects.filter(site=world.site).values_list("edition", flat=True))
    assert editions == {"internal", "owners"}


def test_managers_stand_in_the_record_too(world: World, cast: Cast) -> None:
    issue_all()
    told = ReportDelivery.objects.filter(person__isnull=False)
    assert {row.person for row in told} == {cast.project_manager, cast.company_manager}
    assert {row.schedule for row in told} == {None}


def test_everybody_gets_it_once_however_often_the_work_is_repeated(world: World, cast: Cast) -> None:
    made = schedule(world, addresses=[COMMITTEE, "client@example.org"])
    made.people.add(cast.supervisor, cast.project_manager)
    issue_all()
    item = OutboxItem.objects.get(handler="kpi.issue_report", key=f"{world.site.pk}:2026-11")
    with time_machine.travel(EIGHT, tick=False):
        issue(item.payload, item)
        issue_due()
    for one in OutboxItem.objects.filter(handler="kpi.mail_report"):
        with pytest.raises(GiveUp):
            delivering.mail(one.payload, one)
    assert len(mails_to(COMMITTEE)) == len(mails_to("client@example.org")) == 1
    assert Notification.objects.filter(kind="kpi.report_issued", recipient=cast.supervisor).count() == 1
    report = MonthlyReport.objects.get(site=world.site, edition=Edition.OWNERS)
    assert ReportDelivery.objects.filter(report=report).count() == 4


def test_a_schedule_at_rest_sends_nothing(world: World) -> None:
    schedule(world, is_active=False)
    issue_all()
    assert not mails_to(COMMITTEE)
    assert not MonthlyReport.objects.filter(edition=Edition.OWNERS).exists()


def test_a_link_opens_the_files_for_thirty_days_and_looking_is_no_opening(
    world: World, client: Client
) -> None:
    schedule(world, sending=Sending.LINK)
    issue_all()
    (message,) = mails_to(COMMITTEE)
    assert not message.attachments
    address = next(word for word in str(message.body).split() if word.startswith("https://"))
    path = address.removeprefix("https://orderly.example")
    assert path.rsplit("/", 2)[1] not in masked(path)
    with time_machine.travel(EIGHT + timedelta(days=29), tick=False):
        for _look in range(3):
            assert client.get(path).status_code == client.head(path).status_code == 200
        assert ReportDelivery.objects.get(address=COMMITTEE).opened_at is None
        file: Any = client.get(f"{path}pdf/")
        assert b"".join(file.streaming_content).startswith(b"%PDF")
        assert client.get(f"{path}bundle/").status_code == client.get(f"{path}xlsx/").status_code == 404
    assert ReportDelivery.objects.get(address=COMMITTEE).opened_at == EIGHT + timedelta(days=29)
    with time_machine.travel(EIGHT + timedelta(days=31), tick=False):
        assert client.get(path).status_code == client.get(f"{path}pdf/").status_code == 410
    token = path.rsplit("/", 2)[1]
    assert client.get(path.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))).status_code == 404
    ReportDelivery.objects.all().delete()
    with time_machine.travel(EIGHT, tick=False):
        assert client.get(path).status_code == 404


def test_what_is_too_large_for_a_mailbox_goes_as_a_link(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(delivering, "MOST_ATTACHED", 10)
    schedule(world)
    issue_all()
    (message,) = mails_to(COMMITTEE)
    assert not message.attachments
    assert "https://orderly.example/kpi/reports/shared/" in str(message.body)


def test_a_mail_that_was_given_up_says_so(world: World, cast: Cast, client: Client) -> None:
    schedule(world)
    with time_machine.travel(EIGHT, tick=False):
        issue_due()
        for item in OutboxItem.objects.filter(handler="kpi.issue_report"):
            issue(item.payload, item)
        item = OutboxItem.objects.get(handler="kpi.mail_report")
        delivering._gave_up(item)
    client.force_login(cast.auditor)
    answer: Any = client.get(reverse("kpi:reports_sent"))
    assert COMMITTEE in answer.content.decode()
    assert "Given up" in answer.content.decode()


def test_a_company_schedule_sends_all_sites_when_the_last_one_is_due(world: World, cast: Cast) -> None:
    made = schedule(world, site=None, edition=Edition.INTERNAL, addresses=[])
    made.people.add(cast.company_manager)
    far = Site.objects.exclude(pk=world.site.pk).filter(company=world.site.company).first()
    assert far is not None
    Site.objects.filter(pk=far.pk).update(time_zone="America/New_York")
    issue_all(EIGHT)
    of_november = MonthlyReport.objects.filter(site=None, month=date(2026, 11, 1))
    assert not of_november.exists()
    issue_all(EIGHT + timedelta(hours=14))
    report = of_november.get()
    assert report.xlsx
    assert report.pdf
    told = Notification.objects.filter(kind="kpi.company_report_issued").latest("pk")
    assert told.recipient == cast.company_manager
    assert told.url == reverse("kpi:company_report", args=["2026-11"])


def test_addresses_of_a_company_schedule_get_the_owners_edition_only(world: World) -> None:
    made = schedule(world, site=None)
    issue_all(EIGHT + timedelta(hours=14))
    report = MonthlyReport.objects.get(site=None, month=date(2026, 11, 1))
    assert report.edition == Edition.OWNERS
    assert "-owners" in str(report.pdf.name)
    delivery = ReportDelivery.objects.get(schedule=made)
    assert (delivery.report, delivery.address) == (report, COMMITTEE)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("addresses", {"edition": Edition.INTERNAL}),
        ("people", {"addresses": []}),
        ("with_pdf", {"with_pdf": False}),
    ],
)
def test_what_may_not_be_scheduled_is_refused(
    world: World, cast: Cast, field: str, change: dict[str, Any]
) -> None:
    values: dict[str, Any] = {
        "company": world.site.company, "site": world.site, "name": "X", "edition": Edition.OWNERS, "addresses": [COMMITTEE],
    }  # fmt: skip
    with pytest.raises(ValidationError) as error:
        save_schedule(user=cast.company_manager, schedule=ReportSchedule(**values | change), people=[])
    assert field in error.value.error_dict


def test_only_managers_of_the_place_write_schedules(world: World, cast: Cast) -> None:
    made = schedule(world)
    for person in (cast.supervisor, cast.auditor, cast.foreign_manager, cast.sibling_supervisor):
        with pytest.raises(PermissionDenied):
            save_schedule(user=person, schedule=made, people=[])
        with pytest.raises(PermissionDenied):
            remove_schedule(user=person, schedule=made)
    of_company = ReportSchedule(company=world.site.company, name="All", addresses=[])
    with pytest.raises(PermissionDenied):
        save_schedule(user=cast.project_manager, schedule=of_company, people=[cast.company_manager])
    save_schedule(user=cast.company_manager, schedule=of_company, people=[cast.company_manager])


def test_the_form_takes_addresses_by_line_and_people_who_may_read_it(
    world: World, cast: Cast, client: Client
) -> None:
    client.force_login(cast.project_manager)
    page: Any = client.get(reverse("kpi:schedule_add"))
    key = page.context["form"]["form_key"].value() if "form_key" in page.context["form"].fields else ""
    data = {
        "site": world.site.pk, "name": "Committee", "edition": "owners", "language": "zh-hant", "with_pdf": "on",
        "people": [cast.supervisor.pk], "addresses": f"{COMMITTEE}\n client@example.org\n{COMMITTEE}", "sending": "link",
        "form_key": key,
    }  # fmt: skip
    wrong: Any = client.post(reverse("kpi:schedule_add"), data | {"people": [cast.guard.pk]})
    assert wrong.status_code == 422
    bad: Any = client.post(reverse("kpi:schedule_add"), data | {"addresses": "nobody"})
    assert bad.status_code == 422
    answer: Any = client.post(reverse("kpi:schedule_add"), data)
    assert answer.status_code == 302, answer.content.decode()
    made = ReportSchedule.objects.get()
    assert made.addresses == [COMMITTEE, "client@example.org"]
    assert list(made.people.all()) == [cast.supervisor]
    removed: Any = client.post(reverse("kpi:schedule_remove", args=[made.pk]))
    assert removed.status_code == 302
    assert not ReportSchedule.objects.exists()


def test_a_report_of_the_month_before_is_of_that_month(world: World) -> None:
    issue_all()
    assert MonthlyReport.objects.get(site=world.site).month == date(2026, 11, 1)
