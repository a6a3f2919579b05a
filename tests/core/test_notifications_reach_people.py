"""People are told once, in their own language, by the channels they want."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import clock, faults
from core.models import Delivery, Notification, OutboxItem
from core.notifications import kinds, notify, register_kind
from core.notifications.preferences import choose
from core.notifications.wording import message_of
from core.outbox import running
from core.translated import TranslatedText
from organization.models import Site
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    """A kind of notification for these tests."""
    register_kind(
        "test.missed",
        title="Round missed: %(plan)s",
        body="Due %(due)s, state %(state)s.",
        url=lambda site: f"/somewhere/{site.pk}/",
    )
    yield
    kinds._kinds.pop("test.missed")


def _tell(people: list[Any], site: Site, **options: Any) -> list[Notification]:
    context = {
        "plan": TranslatedText({"en": "Night", "zh-hans": "夜间"}),
        "due": datetime(2026, 11, 22, 15, 30, tzinfo=UTC),
        "state": _("Failed"),
    }
    return notify("test.missed", people, target=site, site=site, context=context, **options)


def _work_off() -> None:
    running.run(ids=[item.pk for item in OutboxItem.objects.waiting()])


def test_each_person_is_told_once_and_inactive_ones_are_left_out(cast: Cast, site: Site) -> None:
    cast.trainer.is_active = False
    made = _tell([cast.supervisor, cast.supervisor, cast.guard, cast.trainer], site)
    assert {row.recipient_id for row in made} == {cast.supervisor.pk, cast.guard.pk}
    assert {row.url for row in made} == {f"/somewhere/{site.pk}/"}


def test_with_a_key_a_person_is_told_once_for_ever(cast: Cast, site: Site) -> None:
    _tell([cast.supervisor], site, key="round-1")
    again = _tell([cast.supervisor, cast.guard], site, key="round-1")
    assert [row.recipient for row in again] == [cast.guard]
    assert Notification.objects.count() == 2
    assert Delivery.objects.count() == 2


def test_the_words_follow_the_reader_and_the_times_the_site(cast: Cast, site: Site) -> None:
    [row] = _tell([cast.supervisor], site)
    row.refresh_from_db()
    assert message_of(row).title == "Round missed: Night"
    assert message_of(row).body == "Due 22 Nov 2026 23:30, state Failed."
    with override("zh-hans"):
        assert message_of(row).title.endswith("夜间")
        assert "2026年11月22日 23:30" in message_of(row).body


def test_a_kind_nobody_registers_any_more_still_shows(cast: Cast, site: Site) -> None:
    [row] = _tell([cast.supervisor], site)
    row.kind = "gone.away"
    assert message_of(row).title == "gone.away"


def _html(message: Any) -> str:
    [part] = message.alternatives
    return str(part.content)


def _parts(message: Any) -> Message:
    parsed: Message = message.message()
    return parsed


def test_a_mail_goes_out_once_with_text_html_and_link(cast: Cast, site: Site, settings: Any) -> None:
    settings.PUBLIC_URL = "https://orderly.example"
    cast.supervisor.language = "zh-hans"
    cast.supervisor.save()
    [row] = _tell([cast.supervisor], site)
    _work_off()
    _work_off()
    [sent] = mail.outbox
    assert sent.to == [cast.supervisor.email]
    assert "夜间" in sent.subject
    assert "2026年11月22日 23:30" in sent.body
    assert f"https://orderly.example/somewhere/{site.pk}/" in sent.body
    html = _html(sent)
    assert '<html lang="zh-hans">' in html
    delivery = row.deliveries.get()
    assert (delivery.state, delivery.attempts) == ("sent", 1)
    assert str(delivery.pk) in _parts(sent)["Message-ID"]


def test_a_subject_cannot_be_broken_into_headers(cast: Cast, site: Site) -> None:
    notify("test.missed", [cast.supervisor], target=site, context={"plan": "x\r\nBcc: all@example.org"})
    _work_off()
    assert "\n" not in mail.outbox[0].subject
    assert _parts(mail.outbox[0])["Bcc"] is None


def test_text_of_people_is_escaped_in_the_html(cast: Cast, site: Site) -> None:
    notify("test.missed", [cast.supervisor], target=site, context={"plan": "<script>x</script>"})
    _work_off()
    html = _html(mail.outbox[0])
    assert "<script>" not in html


def test_a_mail_server_that_fails_is_tried_again(
    cast: Cast, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    [row] = _tell([cast.supervisor], site)

    def refuse(*args: Any, **kwargs: Any) -> int:
        raise smtplib.SMTPServerDisconnected("bye")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        _work_off()
    delivery = row.deliveries.get()
    assert (delivery.state, delivery.last_error) == ("waiting", "SMTPServerDisconnected: bye")
    OutboxItem.objects.update(not_before=clock.now())
    _work_off()
    assert len(mail.outbox) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)


@pytest.mark.fault("F32")
def test_two_processes_with_the_same_work_send_one_mail(cast: Cast, site: Site) -> None:
    _tell([cast.supervisor], site)

    def the_same_again_elsewhere() -> None:
        OutboxItem.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
        _work_off()

    with faults.armed("delivery.sent", the_same_again_elsewhere):
        _work_off()
    assert len(mail.outbox) == 1


def test_someone_who_left_gets_no_mail_and_the_delivery_says_so(cast: Cast, site: Site) -> None:
    [row] = _tell([cast.supervisor], site)
    type(cast.supervisor).objects.filter(pk=cast.supervisor.pk).update(is_active=False)
    _work_off()
    assert mail.outbox == []
    assert row.deliveries.get().state == "failed"


def test_what_a_person_does_not_want_by_mail_is_only_shown(cast: Cast, site: Site) -> None:
    choose(person=cast.supervisor, wanted={"test.missed": False})
    cast.guard.wants_email = False
    cast.guard.save()
    choose(person=cast.shift_leader, wanted={"test.missed": True})
    _tell([cast.supervisor, cast.guard, cast.shift_leader], site)
    assert Notification.objects.count() == 3
    assert Delivery.objects.get().notification.recipient == cast.shift_leader


def test_the_bell_counts_and_ticking_off_clears_it(client: Client, cast: Cast, site: Site) -> None:
    first, _second = _tell([cast.supervisor], site) + _tell([cast.supervisor], site)
    client.force_login(cast.supervisor)
    assert client.get("/notifications/unread/").json() == {"unread": 2}
    opened = client.post(f"/notifications/{first.pk}/read/")
    assert opened.headers["Location"] == f"/somewhere/{site.pk}/"
    assert client.get("/notifications/unread/").json() == {"unread": 1}
    client.post("/notifications/read/")
    assert client.get("/notifications/unread/").json() == {"unread": 0}


def test_the_list_and_the_menu_show_ones_own_only(client: Client, cast: Cast, site: Site) -> None:
    _tell([cast.supervisor], site)
    notify("test.missed", [cast.guard], target=site, context={"plan": "CANARY"})
    client.force_login(cast.supervisor)
    for address in ("/notifications/", "/notifications/bell/"):
        body = client.get(address).content.decode()
        assert "Round missed: Night" in body
        assert "CANARY" not in body
        assert "UNDEFINED" not in body


def test_preferences_are_kept(client: Client, cast: Cast, site: Site) -> None:
    client.force_login(cast.supervisor)
    page = client.get("/notifications/preferences/")
    assert page.status_code == 200
    key = page.context["form"].fields.keys()
    assert "test-missed" in key
    answer = client.post("/notifications/preferences/", {"core-job_done": "on"})
    assert answer.status_code == 302
    _tell([cast.supervisor], site)
    assert not Delivery.objects.exists()


def test_the_list_costs_the_same_for_one_and_for_many(
    client: Client, cast: Cast, site: Site, django_assert_max_num_queries: Any
) -> None:
    for _number in range(30):
        _tell([cast.supervisor], site)
    client.force_login(cast.supervisor)
    client.get("/notifications/")
    with django_assert_max_num_queries(12):
        client.get("/notifications/")
