"""Other programs hear what happens: signed, with an id that stays the same, again and again until it is given up."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from core import clock, faults, webhooks
from core.models import AuditEntry, Notification, OutboxItem, Webhook, WebhookDelivery
from core.outbox import running
from core.outgoing import posting
from core.outgoing.managing import retry
from core.purging import purge
from core.webhooks import events, managing
from organization.models import Site
from tests.conftest import Cast
from tests.core.other_side import OtherSide, hangs_up, is_silent, other_side, says
from tests.core.servers import ROOT, database_url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _event(settings: Any) -> Iterator[None]:
    """An event, and loopback allowed."""
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.PUBLIC_URL = "https://orderly.example"

    @webhooks.event("test.happened", "It happened")
    def facts(ids: Sequence[int]) -> list[webhooks.Fact]:
        return [webhooks.Fact(one, f"/api/v1/things/{one}/", {"state": "new", "当": "值"}) for one in ids]

    yield
    events._events.pop("test.happened")


@pytest.fixture
def side() -> Iterator[OtherSide]:
    """Somebody who takes everything."""
    with other_side(says(204, "")) as started:
        yield started


def _webhook(cast: Cast, side: OtherSide, **fields: Any) -> tuple[Webhook, str]:
    given: dict[str, Any] = {
        "site": None,
        "name": f"ERP {Webhook.objects.count()}",
        "address": side.url,
        "events": ["test.happened"],
    }
    return managing.add_webhook(user=cast.company_manager, **{**given, **fields})


def _work_off(later: bool = False) -> None:
    if later:
        OutboxItem.objects.waiting().update(not_before=clock.now(), claimed_until=None)
        Webhook.objects.update(quiet_until=None)
    for item in OutboxItem.objects.due().filter(handler="core.webhook"):
        running.run(ids=[item.pk])


def is_ours(secret: str, headers: dict[str, str], body: bytes, *, now: float) -> bool:
    """The check of docs/webhooks.md, word for word."""
    timestamp = headers["Orderly-Timestamp"]
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    signatures = [part.removeprefix("v1=") for part in headers["Orderly-Signature"].split(",")]
    fresh = abs(now - int(timestamp)) < 300
    return fresh and any(hmac.compare_digest(expected, one) for one in signatures)


def test_an_event_arrives_with_ids_time_site_and_the_address_in_the_api(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    _hook, secret = _webhook(cast, side)
    [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
    _work_off()
    _work_off()
    [got] = side.got
    assert got.json == {
        "id": str(delivery.pk),
        "event": "test.happened",
        "at": got.json["at"],
        "site": {"id": site.pk, "code": "main", "name": "Lakeside Gardens"},
        "object": {"id": 7, "url": "https://orderly.example/api/v1/things/7/"},
        "data": {"state": "new", "当": "值"},
    }
    assert got.headers["Orderly-Event"] == "test.happened"
    assert got.headers["Orderly-Delivery"] == str(delivery.pk)
    assert is_ours(secret, got.headers, got.body, now=clock.now().timestamp())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer_status, delivery.attempts) == ("sent", 204, 1)


def test_a_changed_body_an_old_time_or_another_secret_is_noticed(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    _hook, secret = _webhook(cast, side)
    webhooks.announce("test.happened", [7], site_id=site.pk)
    _work_off()
    [got] = side.got
    now = clock.now().timestamp()
    assert not is_ours(secret, got.headers, got.body.replace(b"7", b"8"), now=now)
    assert not is_ours(secret + "x", got.headers, got.body, now=now)
    assert not is_ours(secret, got.headers, got.body, now=now + 301)
    older = {**got.headers, "Orderly-Timestamp": str(int(now) - 1)}
    assert not is_ours(secret, older, got.body, now=now)


def test_the_snippet_in_the_documents_is_the_check_of_these_tests() -> None:
    text = (ROOT / "docs" / "webhooks.md").read_text()
    snippet = text.split("```python")[1].split("```")[0]
    space: dict[str, Any] = {}
    exec(snippet, space)
    body, now = b'{"x":1}', 1_800_000_000
    signature = hmac.new(b"whsec_a", f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Orderly-Timestamp": str(now), "Orderly-Signature": f"v1=00,v1={signature}"}
    assert space["is_ours"]("whsec_a", headers, body, now=now)
    assert not space["is_ours"]("whsec_b", headers, body, now=now)
    assert not space["is_ours"]("whsec_a", headers, body, now=now + 400)


def test_only_webhooks_that_want_it_hear_it(
    cast: Cast, site: Site, sibling_site: Site, foreign_site: Site, side: OtherSide
) -> None:
    wanted = [_webhook(cast, side)[0], _webhook(cast, side, site=site)[0]]
    _webhook(cast, side, site=sibling_site)
    _webhook(cast, side, events=["case.opened"])
    off, theirs = _webhook(cast, side)[0], _webhook(cast, side)[0]
    Webhook.objects.filter(pk=off.pk).update(is_active=False)
    Webhook.objects.filter(pk=theirs.pk).update(company=foreign_site.company)
    made = webhooks.announce("test.happened", [1, 2], site_id=site.pk)
    assert {row.webhook_id for row in made} == {hook.pk for hook in wanted}
    assert len(made) == 4


def test_where_nobody_listens_it_costs_one_query(site: Site, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # the savepoint's two and ours
        webhooks.announce("test.happened", range(500), site_id=site.pk)
    with pytest.raises(LookupError):
        webhooks.announce("nobody.knows", [1], site_id=site.pk)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says(500, "broken"), "status: 500"),
        (says(404, ""), "status: 404"),
        (says(301, "", Location="https://example.org/"), "redirect: 301"),
        (hangs_up, "broken: "),
    ],
    ids=["500", "404", "redirect", "hangs up"],
)
def test_whatever_is_no_2xx_is_tried_again_with_the_same_id_and_body(
    cast: Cast, site: Site, answer: Any, reason: str
) -> None:
    with other_side(answer, says(200)) as side:
        _hook, secret = _webhook(cast, side)
        [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
        _work_off()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("waiting", 1)
        assert delivery.last_error.startswith(reason)
        _work_off()
        assert len(side.got) == 1  # not before its time
        _work_off(later=True)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("sent", 2, "")
    first, second = side.got
    assert first.headers["Orderly-Delivery"] == second.headers["Orderly-Delivery"] == str(delivery.pk)
    assert first.body == second.body
    assert all(is_ours(secret, got.headers, got.body, now=clock.now().timestamp()) for got in side.got)


def test_who_does_not_answer_in_time_is_tried_again(
    cast: Cast, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TOTAL", 0.3)
    with other_side(is_silent(1)) as side:
        _webhook(cast, side)
        [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
        _work_off()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("waiting", "timeout: 0")


def test_the_pauses_grow_and_after_a_day_it_is_given_up_and_said(
    cast: Cast, site: Site, django_capture_on_commit_callbacks: Any
) -> None:
    with other_side(says(503, "")) as side:
        hook, _secret = _webhook(cast, side, name="ERP")
        [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
        pauses = []
        for _attempt in range(8):
            began = clock.now()
            _work_off(later=True)
            hook.refresh_from_db()
            assert hook.quiet_until is not None
            pauses.append(round((hook.quiet_until - began).total_seconds()))
        assert pauses == pytest.approx([10, 30, 60, 120, 300, 600, 900, 900], abs=3)
        WebhookDelivery.objects.update(since=clock.now() - timedelta(hours=25))
        with django_capture_on_commit_callbacks(execute=True):
            _work_off(later=True)
        posts = len(side.got)
        _work_off(later=True)
        assert len(side.got) == posts
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", 8)
    assert not OutboxItem.objects.dead().exists()
    told = Notification.objects.filter(kind="core.endpoint_gave_up", context__endpoint="ERP")
    assert {row.recipient for row in told} == {cast.company_manager, cast.administrator}


def test_who_says_gone_is_not_asked_again(cast: Cast, site: Site) -> None:
    with other_side(says(410, "")) as side:
        _webhook(cast, side)
        [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
        _work_off()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer_status) == ("failed", 410)


def test_a_failing_endpoint_holds_up_one_worker_at_a_time(cast: Cast, site: Site) -> None:
    with other_side(says(500, "")) as side, other_side(says(200)) as fine:
        _webhook(cast, side)
        _webhook(cast, fine)
        webhooks.announce("test.happened", range(20), site_id=site.pk)
        _work_off()
        assert len(side.got) == 1
        assert len(fine.got) == 20


def test_a_person_may_have_it_tried_again(cast: Cast, site: Site) -> None:
    with other_side(says(410, ""), says(200)) as side:
        _webhook(cast, side, site=site)
        [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
        _work_off()
        delivery.refresh_from_db()
        for stranger in (cast.supervisor, cast.guard, cast.auditor, cast.foreign_manager):
            with pytest.raises(PermissionDenied):
                retry(user=stranger, delivery=delivery)
        assert retry(user=cast.project_manager, delivery=delivery)
        assert not retry(user=cast.project_manager, delivery=delivery)
        _work_off()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 1)
    assert side.got[0].headers["Orderly-Delivery"] == side.got[1].headers["Orderly-Delivery"]
    assert AuditEntry.objects.filter(action="core.sending_retried").count() == 1


def test_a_new_secret_and_the_former_one_both_sign_for_a_day(cast: Cast, site: Site, side: OtherSide) -> None:
    hook, former = _webhook(cast, side)
    new = managing.change_secret(user=cast.company_manager, webhook=hook)
    assert new != former
    webhooks.announce("test.happened", [1], site_id=site.pk)
    _work_off()
    now = clock.now().timestamp()
    assert all(is_ours(secret, side.got[0].headers, side.got[0].body, now=now) for secret in (new, former))
    Webhook.objects.update(former_until=clock.now() - timedelta(seconds=1))
    webhooks.announce("test.happened", [2], site_id=site.pk)
    _work_off()
    assert is_ours(new, side.got[1].headers, side.got[1].body, now=now)
    assert not is_ours(former, side.got[1].headers, side.got[1].body, now=now)


def test_secrets_stand_nowhere_in_plain(cast: Cast, site: Site, side: OtherSide) -> None:
    hook, secret = _webhook(cast, side)
    managing.change_secret(user=cast.company_manager, webhook=hook)
    with connection.cursor() as cursor:
        for table in ("core_webhook", "core_webhookevent", "core_auditentry", "core_webhookdelivery"):
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM {table} AS t")
            [text] = cursor.fetchone()
            assert secret not in (text or "")


def test_a_lost_secret_key_is_said_and_stops_at_once(
    cast: Cast, site: Site, side: OtherSide, settings: Any
) -> None:
    _webhook(cast, side)
    [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
    settings.SECRET_KEY = "another-" + "z" * 50
    _work_off()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("failed", "unreadable")
    assert side.got == []


def test_an_address_inside_gets_nothing_even_if_it_was_stored(
    cast: Cast, site: Site, side: OtherSide, settings: Any
) -> None:
    """A name that pointed outside when it was typed and points inside now."""
    _webhook(cast, side)
    settings.OUTGOING_PRIVATE_HOSTS = []
    Webhook.objects.update(address=side.url.replace("http:", "https:"))
    [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
    _work_off()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("waiting", "address")
    assert side.got == []


@pytest.mark.parametrize(
    "address", ["http://example.org/", "https://u:p@example.org/", "javascript:alert(1)", ""]
)
def test_addresses_that_cannot_be_right_are_refused_when_typed(
    cast: Cast, side: OtherSide, address: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        _webhook(cast, side, address=address)
    assert "address" in wrong.value.message_dict


def test_events_must_exist(cast: Cast, side: OtherSide) -> None:
    for chosen in ([], ["no.such"]):
        with pytest.raises(ValidationError):
            _webhook(cast, side, events=chosen)


def test_a_test_is_a_ping(cast: Cast, side: OtherSide) -> None:
    hook, _secret = _webhook(cast, side)
    managing.test_webhook(user=cast.company_manager, webhook=hook)
    _work_off()
    assert side.got[0].json["event"] == "ping"


def test_two_processes_with_the_same_work_send_it_once(cast: Cast, site: Site, side: OtherSide) -> None:
    _webhook(cast, side)
    webhooks.announce("test.happened", [7], site_id=site.pk)

    def the_same_again_elsewhere() -> None:
        OutboxItem.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
        _work_off()

    with faults.armed("webhook.sent", the_same_again_elsewhere):
        _work_off()
    assert len(side.got) == 1


def test_the_log_is_kept_for_a_quarter_and_what_waits_for_ever(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    _webhook(cast, side)
    old, young, waiting = webhooks.announce("test.happened", [1, 2, 3], site_id=site.pk)
    for delivery, days in ((old, 91), (young, 89)):
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            state="sent", ended_at=clock.now() - timedelta(days=days)
        )
    WebhookDelivery.objects.update(created_at=clock.now() - timedelta(days=400))
    purge()
    assert set(WebhookDelivery.objects.values_list("pk", flat=True)) == {young.pk, waiting.pk}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_after_the_answer_sends_it_again_under_the_same_id(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    """A real process, killed between the answer and the commit that would have said so."""
    _webhook(cast, side)
    [delivery] = webhooks.announce("test.happened", [7], site_id=site.pk)
    item = OutboxItem.objects.get(handler="core.webhook")
    code = f"import django; django.setup(); from core.outbox import running; running.run(ids=['{item.pk}'])"
    died = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": database_url(),
            "ORDERLY_FAULTS": "webhook.sent=kill",
            "OUTGOING_PRIVATE_HOSTS": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    delivery.refresh_from_db()
    assert (delivery.state, len(side.got)) == ("sending", 1)
    WebhookDelivery.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    _work_off(later=True)
    first, second = side.got
    assert first.headers["Orderly-Delivery"] == second.headers["Orderly-Delivery"]
    assert json.loads(first.body)["id"] == json.loads(second.body)["id"] == str(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
