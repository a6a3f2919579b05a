"""Work after a commit is kept in PostgreSQL, done once in effect, retried, and never lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client

from core import clock, context, faults, outbox
from core.models import AuditEntry, OutboxItem
from core.outbox import bell, claiming, registry, running
from organization.models import Company
from tests.conftest import Cast


@pytest.fixture
def work() -> Iterator[Callable[..., None]]:
    """Registers a handler "test.work" for one test; give it a function and options of outbox.handler."""

    def register(function: Callable[[dict[str, Any], OutboxItem], None], **options: Any) -> None:
        outbox.handler("test.work", **options)(function)

    yield register
    registry._handlers.pop("test.work", None)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the bell was rung for."""
    ids: list[str] = []

    def ring(identifiers: list[str]) -> int:
        ids.extend(identifiers)
        return len(identifiers)

    monkeypatch.setattr(bell, "ring", ring)
    return ids


def _make_group(payload: dict[str, Any], item: OutboxItem) -> None:
    Group.objects.create(name=payload["name"])


def _run(item: OutboxItem) -> None:
    running.run(ids=[item.pk])


@pytest.mark.django_db(transaction=True)
def test_work_rolls_back_with_the_change_it_belongs_to(work: Callable[..., None], rung: list[str]) -> None:
    work(_make_group)
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.enqueue("test.work", {"name": "a"})
        raise RuntimeError
    assert not OutboxItem.objects.exists()
    assert rung == []


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_not_before(work: Callable[..., None], rung: list[str]) -> None:
    work(_make_group)
    with transaction.atomic():
        item = outbox.enqueue("test.work", {"name": "a"})
        assert rung == []
    assert rung == [str(item.pk)]


@pytest.mark.django_db
def test_work_is_done_once_however_often_the_bell_rings(work: Callable[..., None]) -> None:
    work(_make_group)
    item = outbox.enqueue("test.work", {"name": "a"})
    for _ring in range(3):
        _run(item)
    item.refresh_from_db()
    assert item.state == OutboxItem.State.DONE
    assert Group.objects.filter(name="a").count() == 1


@pytest.mark.django_db
def test_the_same_key_is_enqueued_once(work: Callable[..., None]) -> None:
    work(_make_group)
    first = outbox.enqueue("test.work", {"name": "a"}, key="k")
    second = outbox.enqueue("test.work", {"name": "b"}, key="k")
    assert first.pk == second.pk
    assert OutboxItem.objects.get().payload == {"name": "a"}


@pytest.mark.django_db
def test_an_unknown_handler_is_refused_where_it_is_enqueued() -> None:
    with pytest.raises(LookupError):
        outbox.enqueue("test.nobody", {})


@pytest.mark.django_db
def test_work_is_not_done_before_its_time(work: Callable[..., None], rung: list[str]) -> None:
    work(_make_group)
    item = outbox.enqueue("test.work", {"name": "a"}, not_before=clock.now() + timedelta(hours=1))
    _run(item)
    assert running.sweep() == 0
    assert not Group.objects.exists()


@pytest.mark.django_db
def test_work_runs_on_behalf_of_who_asked_for_it(work: Callable[..., None], cast: Cast) -> None:
    seen: list[tuple[int | None, str]] = []
    work(lambda payload, item: seen.append((context.actor_id.get(), context.request_id.get())))
    with context.acting(actor=cast.guard.pk, act="test", request="r-7"):
        item = outbox.enqueue("test.work", {})
    _run(item)
    assert seen == [(cast.guard.pk, "r-7")]


@pytest.mark.django_db
def test_a_failure_leaves_nothing_behind_and_is_tried_again_later(work: Callable[..., None]) -> None:
    def fail_after_writing(payload: dict[str, Any], item: OutboxItem) -> None:
        _make_group(payload, item)
        raise RuntimeError("no paper")

    work(fail_after_writing)
    item = outbox.enqueue("test.work", {"name": "a"})
    _run(item)
    item.refresh_from_db()
    assert not Group.objects.exists()
    assert (item.state, item.attempts, item.last_error) == ("waiting", 1, "RuntimeError: no paper")
    assert item.claimed_until is None
    assert timedelta(seconds=1) < item.not_before - clock.now() < timedelta(seconds=10)


def test_the_wait_doubles_with_jitter_up_to_a_bound() -> None:
    for attempts in range(1, 30):
        wait = running.delay(attempts)
        bound = min(running.FIRST_DELAY * 2 ** (attempts - 1), running.LONGEST_DELAY)
        assert bound / 2 <= wait <= bound * 1.5
    assert len({running.delay(5) for _try in range(10)}) > 1


@pytest.mark.django_db
def test_work_that_fails_again_and_again_is_given_up_and_says_so(work: Callable[..., None]) -> None:
    buried: list[OutboxItem] = []

    def fail(payload: dict[str, Any], item: OutboxItem) -> None:
        raise RuntimeError("never")

    work(fail, max_attempts=3, after_death=buried.append)
    item = outbox.enqueue("test.work", {})
    for _attempt in range(5):
        OutboxItem.objects.update(not_before=clock.now())
        _run(item)
    item.refresh_from_db()
    assert (item.state, item.attempts, item.last_error) == ("dead", 3, "RuntimeError: never")
    assert [one.pk for one in buried] == [item.pk]


@pytest.mark.django_db
def test_a_handler_may_give_up_at_once_or_ask_for_later(work: Callable[..., None]) -> None:
    answers: list[Exception] = [
        outbox.TryLater("busy", after=timedelta(minutes=3)),
        outbox.GiveUp("address gone"),
    ]

    def answer(payload: dict[str, Any], item: OutboxItem) -> None:
        raise answers.pop(0)

    work(answer)
    item = outbox.enqueue("test.work", {})
    _run(item)
    item.refresh_from_db()
    assert (item.state, item.attempts) == ("waiting", 0)
    assert item.not_before > clock.now() + timedelta(minutes=2)
    OutboxItem.objects.update(not_before=clock.now())
    _run(item)
    item.refresh_from_db()
    assert (item.state, item.last_error) == ("dead", "address gone")


@pytest.mark.django_db
def test_a_claim_keeps_others_away_until_its_lease_runs_out(
    work: Callable[..., None], rung: list[str]
) -> None:
    work(_make_group)
    item = outbox.enqueue("test.work", {"name": "a"})
    [held] = claiming.claim(ids=[item.pk])
    assert claiming.claim(ids=[item.pk]) == []
    assert running.sweep() == 0
    OutboxItem.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    assert running.sweep() == 1
    [taken] = claiming.claim(ids=[item.pk])
    assert taken.attempts == 2
    assert not claiming.finish(held)
    assert not claiming.renew(held)
    assert claiming.finish(taken)


@pytest.mark.django_db
@pytest.mark.fault("F32")
def test_who_lost_the_claim_leaves_no_effect(work: Callable[..., None]) -> None:
    work(_make_group)
    item = outbox.enqueue("test.work", {"name": "a"})

    def somebody_else_takes_it() -> None:
        OutboxItem.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
        [taken] = claiming.claim(ids=[item.pk])
        assert claiming.renew(taken)

    with faults.armed("outbox.worked", somebody_else_takes_it):
        _run(item)
    item.refresh_from_db()
    assert item.state == OutboxItem.State.WAITING
    assert not Group.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.fault("F32")
def test_many_workers_at_once_do_each_item_once(work: Callable[..., None], rung: list[str]) -> None:
    work(_make_group)
    items = [outbox.enqueue("test.work", {"name": f"g{number}"}) for number in range(20)]

    def hurry() -> None:
        try:
            for item in items:
                _run(item)
        finally:
            connection.close()

    threads = [Thread(target=hurry) for _worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Group.objects.count() == 20
    assert OutboxItem.objects.filter(state="done", attempts=1).count() == 20


@pytest.mark.django_db(transaction=True)
def test_long_work_renews_its_lease(work: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr("core.outbox.keeper.RENEW_EVERY", 0.2)
    others: list[int] = []
    done = Event()

    def slow(payload: dict[str, Any], item: OutboxItem) -> None:
        done.wait(2.0)
        others.append(len(claiming.claim(ids=[item.pk])))
        _make_group(payload, item)

    work(slow, atomic=False)
    item = outbox.enqueue("test.work", {"name": "slow"})
    _run(item)
    item.refresh_from_db()
    assert others == [0]
    assert (item.state, item.attempts) == ("done", 1)


@pytest.mark.django_db
def test_given_up_work_is_listed_for_its_company_and_can_be_tried_again(
    client: Client,
    cast: Cast,
    company: Company,
    foreign_company: Company,
    work: Callable[..., None],
    rung: list[str],
) -> None:
    work(_make_group)
    mine = outbox.enqueue("test.work", {"name": "a"}, company_id=company.pk)
    theirs = outbox.enqueue("test.work", {"name": "b"}, company_id=foreign_company.pk)
    OutboxItem.objects.update(state="dead", ended_at=clock.now(), last_error="CANARY")
    OutboxItem.objects.filter(pk=mine.pk).update(last_error="no route")
    client.force_login(cast.administrator)
    body = client.get("/outbox/").content.decode()
    assert "no route" in body
    assert "CANARY" not in body
    assert client.post(f"/outbox/{theirs.pk}/again/").status_code == 404
    assert client.post(f"/outbox/{mine.pk}/again/").status_code == 302
    _run(mine)
    assert Group.objects.filter(name="a").exists()
    assert AuditEntry.objects.filter(action="core.work_retried", actor=cast.administrator).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("supervisor", 404), ("guard", 404)])
def test_only_those_who_look_after_the_company_may_try_again(
    client: Client, cast: Cast, company: Company, work: Callable[..., None], name: str, status: int
) -> None:
    work(_make_group)
    item = outbox.enqueue("test.work", {"name": "a"}, company_id=company.pk)
    OutboxItem.objects.update(state="dead", ended_at=clock.now())
    client.force_login(getattr(cast, name))
    assert client.post(f"/outbox/{item.pk}/again/").status_code == status
