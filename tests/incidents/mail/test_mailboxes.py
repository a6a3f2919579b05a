"""Mails in a real IMAP mailbox become cases, once each, and answers find their case."""

import errno
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from core import faults
from core.attachments import attachments_of
from core.models import Notification, OutboxItem
from core.outbox import running
from incidents.mail.fetching import Box, opened
from incidents.models import Case, CaseSource, EntryKind, Mailbox, MailFate, MailTaken
from incidents.services import mailboxes
from incidents.services.mailboxes import look_into, look_into_all, save_mailbox
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.mail.post_office import PASSWORD, USER, PostOffice, mail, post_office

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R014", "R027")]


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """A mail server in the house."""
    settings.OUTGOING_PRIVATE_HOSTS = ["localhost"]
    with post_office() as started:
        yield started


@pytest.fixture
def mailbox(office: PostOffice, site: Site, cast: Cast) -> Mailbox:
    """The site's mailbox on it."""
    made = Mailbox(
        site=site,
        address="desk@lake.example",
        host="localhost",
        port=office.port,
        security="plain",
        username=USER,
    )
    save_mailbox(user=cast.project_manager, mailbox=made, password=PASSWORD)
    look_into(made.pk)  # it begins with what comes from now on
    return Mailbox.objects.get(pk=made.pk)


def photo() -> bytes:
    """A picture with a place in it, as phones write them."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0")
    return out.getvalue()


def test_a_mail_becomes_a_case_with_its_picture_and_is_answered(
    office: PostOffice, mailbox: Mailbox, site: Site, mailoutbox: list[Any]
) -> None:
    office.deliver(mail("3 单元电梯困人，请速来！", subject="电梯", pictures=(photo(), b"no picture")))
    assert look_into(mailbox.pk) == 1
    case = Case.objects.get()
    assert (case.site, case.source, case.kind, case.category, case.priority) == (
        site,
        CaseSource.MAIL,
        "incident",
        "001",
        "P1",
    )
    assert (case.title, case.reporter_name, case.reported_by) == ("电梯", "李女士", None)
    assert len(attachments_of(case)) == 1
    assert case.follow_up.email == "li@example.org"
    running.run(
        ids=list(OutboxItem.objects.filter(handler="incidents.mail_resident").values_list("pk", flat=True))
    )
    assert [(one.to, case.number in one.subject) for one in mailoutbox] == [(["li@example.org"], True)]
    assert "Seen" in office.flags()[0]
    assert (look_into(mailbox.pk), Case.objects.count()) == (0, 1)


def test_answers_find_their_case_and_strangers_do_not(office: PostOffice, mailbox: Mailbox) -> None:
    office.deliver(mail("水池漏水", subject="漏水", key="1"))
    look_into(mailbox.pk)
    case = Case.objects.get()
    office.deliver(mail("还在漏\n\n> 已收到", subject=f"回复：{case.number} 已收到", key="2"))
    office.deliver(mail("又漏了", subject="漏水", key="3"))
    office.deliver(mail("我来问问", subject=f"Re: {case.number}", sender="x@example.net", key="4"))
    assert look_into(mailbox.pk) == 3
    words = [entry.text for entry in case.entries.filter(kind=EntryKind.MESSAGE).order_by("pk")]
    assert words == ["还在漏", "又漏了"]
    other = Case.objects.exclude(pk=case.pk).get()
    assert other.description == "我来问问"
    fates = list(MailTaken.objects.order_by("uid").values_list("fate", flat=True))
    assert fates == [MailFate.CASE, MailFate.WORD, MailFate.WORD, MailFate.CASE]


def test_machines_are_not_answered_and_the_same_mail_is_taken_once(
    office: PostOffice, mailbox: Mailbox
) -> None:
    office.deliver(mail("I am away", Auto_Submitted="auto-replied", key="1"))
    office.deliver(mail("A lamp is out", subject="Lamp", key="2"))
    office.deliver(mail("A lamp is out", subject="Lamp", key="2"))
    assert look_into(mailbox.pk) == 3
    assert Case.objects.get().title == "Lamp"
    assert MailTaken.objects.filter(fate=MailFate.AUTOMATIC).count() == 1


@pytest.mark.fault("F38")
def test_killed_before_the_commit_it_is_taken_the_next_time_and_once(
    office: PostOffice, mailbox: Mailbox
) -> None:
    office.deliver(mail("Door broken", subject="Door"))

    class Killed(BaseException):
        """As a signal."""

    def die() -> None:
        raise Killed

    with faults.armed("case.opened", die), pytest.raises(Killed), transaction.atomic():
        look_into(mailbox.pk)
    assert not Case.objects.exists()
    assert not MailTaken.objects.exists()
    assert (look_into(mailbox.pk), look_into(mailbox.pk)) == (1, 0)
    assert Case.objects.count() == 1


def test_a_server_that_numbers_anew_doubles_nothing(office: PostOffice, mailbox: Mailbox) -> None:
    office.deliver(mail("Lamp", subject="Lamp"))
    look_into(mailbox.pk)
    Mailbox.objects.update(uid_validity=1)
    look_into(mailbox.pk)
    assert Case.objects.count() == 1


def test_trouble_is_kept_told_once_and_forgotten_when_it_is_over(
    office: PostOffice, mailbox: Mailbox, cast: Cast
) -> None:
    save_mailbox(user=cast.project_manager, mailbox=mailbox, password="wrong")
    for _turn in range(7):
        assert look_into_all() == 0
    mailbox.refresh_from_db()
    # after the fifth it rests for a quarter of an hour
    assert (mailbox.failures, mailbox.trouble.partition(":")[0]) == (5, "mail_server")
    told = Notification.objects.filter(kind=mailboxes.TROUBLE)
    assert {row.recipient for row in told} == {cast.project_manager, cast.company_manager, cast.administrator}
    assert told.count() == 3
    save_mailbox(user=cast.project_manager, mailbox=mailbox, password=PASSWORD)
    look_into_all()
    mailbox.refresh_from_db()
    assert (mailbox.failures, mailbox.trouble) == (0, "")


def test_unprotected_and_inner_servers_are_refused(mailbox: Mailbox, settings: Any) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = []
    look_into(mailbox.pk)
    mailbox.refresh_from_db()
    assert mailbox.trouble == "unprotected"
    Mailbox.objects.update(security="tls")
    look_into(mailbox.pk)
    mailbox.refresh_from_db()
    assert mailbox.trouble == "address"


def test_the_page_keeps_the_password_to_itself(
    client: Client, cast: Cast, office: PostOffice, site: Site, mailbox: Mailbox
) -> None:
    client.force_login(cast.project_manager)
    page = client.get(reverse("incidents:mailbox_change", args=[mailbox.pk])).content.decode()
    assert PASSWORD not in page
    assert PASSWORD not in Mailbox.objects.get().sealed_password
    values = {
        "site": site.pk, "address": "other@lake.example", "host": "localhost", "port": office.port,
        "security": "plain", "username": USER, "password": "", "folder": "INBOX", "is_active": "on",
    }  # fmt: skip
    answer = client.post(reverse("incidents:mailbox_change", args=[mailbox.pk]), values)
    assert answer.status_code == 302
    office.deliver(mail("Lamp", subject="Lamp"))
    answer = client.post(reverse("incidents:mailbox_look", args=[mailbox.pk]), follow=True)
    assert "1 mail was taken." in answer.content.decode()
    client.post(reverse("incidents:mailbox_remove", args=[mailbox.pk]))
    assert not Mailbox.objects.exists()
    assert Case.objects.count() == 1


def test_a_full_store_keeps_the_mail_for_later_and_holds_up_nobody(
    office: PostOffice, mailbox: Mailbox
) -> None:
    office.deliver(mail("Lamp", subject="Lamp", pictures=(photo(),)))

    def no_space() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with faults.armed("store.save", no_space):
        assert look_into_all() == 0
    mailbox.refresh_from_db()
    assert (mailbox.trouble, Case.objects.count()) == ("store", 0)
    assert (look_into_all(), Case.objects.count()) == (1, 1)


def test_what_cannot_be_taken_stays_unread_and_does_not_stop_those_behind_it(
    office: PostOffice, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.mail.fetching.LARGEST", 2000)
    office.deliver(mail("x" * 5000, subject="Large"))
    office.deliver(mail("A lamp is out", subject="Lamp"))
    assert look_into(mailbox.pk) == 2
    assert Case.objects.get().title == "Lamp"
    assert MailTaken.objects.filter(fate=MailFate.UNREADABLE).count() == 1
    first, second = office.flags()
    assert "Seen" not in first
    assert "Seen" in second


def deep() -> bytes:
    """A mail in a mail in a mail: what no parser gets to the bottom of, and no server keeps."""
    parts = (f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(1500))
    return "".join(parts).encode()


def test_what_lay_there_before_stays_and_one_in_trouble_holds_up_no_other(
    office: PostOffice, site: Site, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.deliver(mail("An old one", subject="Old"))
    for address, folder in (("a@lake.example", "收件箱"), ("b@lake.example", "INBOX")):
        made = Mailbox(
            site=site, address=address, host="localhost", port=office.port, security="plain", username=USER, folder=folder
        )  # fmt: skip
        save_mailbox(user=cast.project_manager, mailbox=made, password=PASSWORD)
    assert look_into_all() == 0
    first = Mailbox.objects.get(address="b@lake.example").last_uid
    office.deliver(mail("The bytes of this one are replaced", subject="Deep"))
    office.deliver(mail("A lamp is out", subject="Lamp"))
    fetch = Box.fetch
    monkeypatch.setattr(Box, "fetch", lambda box, uid: fetch(box, uid) if uid != first + 1 else deep())
    assert look_into_all() == 2
    assert Case.objects.get().title == "Lamp"
    assert Mailbox.objects.get(address="a@lake.example").trouble.startswith("mail_server")


def test_a_look_at_the_former_place_moves_nothing_at_the_new_one(
    office: PostOffice, mailbox: Mailbox, cast: Cast
) -> None:
    office.deliver(mail("A lamp is out", subject="Lamp"))
    stale = Mailbox.objects.get(pk=mailbox.pk)
    mailbox.username = "somebody else"
    save_mailbox(user=cast.project_manager, mailbox=mailbox, password="")
    with opened(stale) as box:
        assert mailboxes._take_new(stale, box) == 0
    mailbox.refresh_from_db()
    assert (mailbox.uid_validity, mailbox.last_uid, Case.objects.count()) == (None, 0, 0)
