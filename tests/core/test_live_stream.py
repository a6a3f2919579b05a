"""The event stream end to end: a real process, real sessions, real Redis."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from config.local.valkey import Valkey
from core import live
from core.live.hub import QUEUE_LENGTH, Listener
from core.live.messages import RESYNC
from core.live.visitors import Visitor
from core.redis import breaker, client
from organization.models import Membership, Person, Role, Site
from tests.core import event_stream
from tests.organization.factories import SiteFactory, person_with

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def site(transactional_db: None) -> Site:
    """A site."""
    return SiteFactory.create()


@pytest.fixture
def guard(site: Site) -> Person:
    """Somebody who works there."""
    return person_with(Role.GUARD, site=site)


@pytest.fixture
def server(transactional_db: None) -> Iterator[event_stream.Server]:
    """The stream process."""
    breaker.reset()
    with event_stream.serving() as running:
        yield running


def test_what_is_published_arrives_at_once_and_only_where_it_may(
    server: event_stream.Server, site: Site, guard: Person
) -> None:
    elsewhere = SiteFactory.create(company=site.company)
    stranger = person_with(Role.GUARD, site=elsewhere)
    with (
        server.listen(event_stream.sign_in(guard)) as mine,
        server.listen(
            event_stream.sign_in(stranger), f"?topics=site:{site.pk},site:{elsewhere.pk}"
        ) as theirs,
    ):
        begun = time.monotonic()
        live.publish(f"site:{site.pk}", "rounds", round=5)
        event = mine.next()
        assert time.monotonic() - begun < 2
        assert (event["topic"], event["kind"], event["ids"]) == (f"site:{site.pk}", "rounds", {"round": 5})
        live.publish(f"person:{guard.pk}", "notifications")
        live.publish(f"site:{elsewhere.pk}", "cases")
        assert mine.next()["kind"] == "notifications"
        assert theirs.next()["kind"] == "cases"


def test_nothing_is_published_before_the_commit(
    server: event_stream.Server, site: Site, guard: Person
) -> None:
    with server.listen(event_stream.sign_in(guard)) as mine:
        with pytest.raises(RuntimeError), transaction.atomic():
            live.publish(f"site:{site.pk}", "rounds", round=1)
            raise RuntimeError
        live.publish(f"site:{site.pk}", "rounds", round=2)
        assert mine.next()["ids"] == {"round": 2}


def test_who_comes_back_gets_exactly_what_they_missed(
    server: event_stream.Server, site: Site, guard: Person
) -> None:
    session = event_stream.sign_in(guard)
    with server.listen(session) as mine:
        live.publish(f"site:{site.pk}", "rounds", n=1)
        last = mine.next()["id"]
    for number in (2, 3):
        live.publish(f"site:{site.pk}", "rounds", n=number)
    with server.listen(session, f"?after={last}") as again:
        assert [again.next()["ids"]["n"] for _event in range(2)] == [2, 3]
    with server.listen(session, "?after=1-0", Last_Event_ID=last) as again:
        assert [again.next()["ids"]["n"] for _event in range(2)] == [2, 3]


def test_who_comes_back_after_too_long_fetches_everything_again(
    server: event_stream.Server, site: Site, guard: Person
) -> None:
    with server.listen(event_stream.sign_in(guard), "?after=1000-0") as mine:
        assert mine.next()["event"] == "resync"


@pytest.mark.parametrize(
    ("cookie", "headers", "status"),
    [("", {}, 401), ("forged", {}, 401), ("", {"Sec_Fetch_Site": "cross-site"}, 403)],
)
def test_strangers_are_refused(
    server: event_stream.Server, cookie: str, headers: dict[str, str], status: int
) -> None:
    with server.listen(cookie, **headers) as refused:
        assert refused.status == status
        assert refused.answer.headers["Content-Type"] == "application/problem+json"


def _deactivate(guard: Person, session: str) -> None:
    Person.objects.filter(pk=guard.pk).update(is_active=False)


def _sign_out(guard: Person, session: str) -> None:
    Session.objects.filter(session_key=session).delete()


def _change_password(guard: Person, session: str) -> None:
    guard.set_password("another long password")
    guard.save()


@pytest.mark.parametrize("end", [_deactivate, _sign_out, _change_password])
def test_a_session_that_ends_closes_its_stream_within_ten_seconds(
    server: event_stream.Server, guard: Person, end: Any
) -> None:
    session = event_stream.sign_in(guard)
    with server.listen(session) as mine:
        end(guard, session)
        begun = time.monotonic()
        assert mine.rest() == ["signed-out"]
        assert time.monotonic() - begun < 10
    with server.listen(session) as again:
        assert again.status == 401


def test_open_streams_hold_no_database_connection(site: Site, guard: Person) -> None:
    session = event_stream.sign_in(guard)
    with event_stream.serving(PGAPPNAME="orderly-stream") as server, ExitStack() as stack:
        for _stream in range(25):
            stack.enter_context(server.listen(session))
        time.sleep(0.5)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'orderly-stream'")
            assert cursor.fetchone() == (0,)


def test_the_process_stops_at_once_although_streams_are_open(guard: Person) -> None:
    with event_stream.serving() as server, server.listen(event_stream.sign_in(guard)) as mine:
        begun = time.monotonic()
        server.process.terminate()
        assert mine.rest() == []
        server.process.wait(5)
        assert time.monotonic() - begun < 5


@pytest.mark.fault("F35")
def test_a_redis_that_dies_stops_neither_writers_nor_streams(
    site: Site, guard: Person, tmp_path: Any, settings: Any
) -> None:
    own = Valkey(tmp_path / "valkey", durable=False).start()
    address = own.url
    settings.REDIS_URL = address
    client.cache_clear()
    breaker.reset()
    try:
        with event_stream.serving() as server, server.listen(event_stream.sign_in(guard)) as mine:
            live.publish(f"site:{site.pk}", "rounds", n=1)
            assert mine.next()["ids"] == {"n": 1}
            assert own.process is not None
            own.process.kill()
            own.process.wait()
            begun = time.monotonic()
            for _write in range(20):
                live.publish(f"site:{site.pk}", "rounds", n=2)
            assert time.monotonic() - begun < 1.5
            down = mine.next()
            assert (down["event"], down["live"]) == ("state", False)
    finally:
        own.stop()
        client.cache_clear()
        breaker.reset()


def test_a_slow_reader_is_told_to_start_over_instead_of_filling_the_memory() -> None:
    listener = Listener(Visitor("s", 1, frozenset({"site:1"})), None)
    for number in range(QUEUE_LENGTH + 10):
        listener.put(f"{number}".encode())
    frames = [listener.queue.get_nowait() for _left in range(listener.queue.qsize())]
    assert frames[0] == RESYNC
    assert len(frames) == 11
    assert frames[-1] == f"{QUEUE_LENGTH + 9}".encode()


def test_a_page_asks_for_topics_but_gets_only_allowed_ones() -> None:
    visitor = Visitor("s", 1, frozenset({"site:1", "person:1"}))
    assert Listener(visitor, frozenset({"site:1", "site:2"})).topics == {"site:1"}
    assert Listener(visitor, None).topics == visitor.topics


def test_a_membership_that_ends_takes_the_topic_away(site: Site, guard: Person) -> None:
    assert f"site:{site.pk}" in live.allowed_topics(guard)
    Membership.objects.filter(person=guard).delete()
    assert live.allowed_topics(Person.objects.get(pk=guard.pk)) == {f"person:{guard.pk}"}
