"""Reminders: each thing is said once, however often and late the tick comes."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import close_old_connections, connection

from collaboration.models import ActionItem, CollaborationRequest
from collaboration.services.extending import ask_extension, decide_extension
from collaboration.services.handling import report_done
from collaboration.services.reminding import remind
from core.models import ChangedDay, Notification
from organization.models import Person
from tests.collaboration.conftest import MORNING, WEEK, Make
from tests.conftest import Cast

DUE = MORNING + WEEK


def said() -> Counter[str]:
    """How often each kind of reminder was sent."""
    names = ("due_soon", "overdue", "escalated", "request_unanswered", "request_overdue")
    rows = Notification.objects.filter(kind__in=[f"collaboration.{name}" for name in names])
    return Counter(kind.removeprefix("collaboration.") for kind in rows.values_list("kind", flat=True))


def test_the_owner_is_reminded_a_day_before_and_when_it_is_overdue(
    cast: Cast, action: ActionItem, clock: Any
) -> None:
    assert remind() == 0
    clock.move_to(DUE - timedelta(hours=23))
    assert (remind(), remind()) == (1, 0)
    assert said() == {"due_soon": 1}
    clock.move_to(DUE + timedelta(minutes=1))
    ChangedDay.objects.all().delete()
    assert (remind(), remind()) == (1, 0)
    assert said() == {"due_soon": 1, "overdue": 1}
    assert list(ChangedDay.objects.values_list("day", flat=True)) == [DUE.date()]
    assert set(
        Notification.objects.filter(kind="collaboration.overdue").values_list("recipient", flat=True)
    ) == {cast.facility_engineer.pk}


def test_leaders_are_told_after_three_days_once(cast: Cast, action: ActionItem, clock: Any) -> None:
    clock.move_to(DUE + timedelta(days=2, hours=23))
    remind()
    assert said() == {"overdue": 1}
    clock.move_to(DUE + timedelta(days=3))
    for _tick in range(3):
        remind()
    told = {row.recipient for row in Notification.objects.filter(kind="collaboration.escalated")}
    assert told == {cast.shift_leader, cast.supervisor, cast.project_manager, cast.company_manager}
    assert said()["escalated"] == 4
    assert list(action.entries.values_list("kind", flat=True)) == ["opened", "escalated"]


def test_a_tick_after_a_long_silence_says_everything_once(action: ActionItem, clock: Any) -> None:
    clock.move_to(DUE + timedelta(days=5))
    remind()
    remind()
    assert said() == {"overdue": 1, "escalated": 4}


def test_more_time_begins_anew(cast: Cast, action: ActionItem, clock: Any) -> None:
    clock.move_to(DUE + timedelta(minutes=1))
    remind()
    ask_extension(user=cast.facility_engineer, action_id=action.pk, version=1, reason="x", until=DUE + WEEK)
    decide_extension(user=cast.supervisor, action_id=action.pk, version=2, approve=True)
    assert remind() == 0
    clock.move_to(DUE + WEEK + timedelta(minutes=1))
    remind()
    assert said()["overdue"] == 2


def test_what_is_done_is_not_reminded_of(cast: Cast, action: ActionItem, clock: Any) -> None:
    report_done(user=cast.facility_engineer, action_id=action.pk, version=1, what_was_done="x")
    clock.move_to(DUE + timedelta(days=4))
    assert remind() == 0


def test_what_is_given_for_today_is_not_called_due_soon_at_once(add: Make) -> None:
    add(due_at=MORNING + timedelta(hours=6))
    assert remind() == 0


def test_an_unanswered_request_is_noticed_after_four_hours(
    cast: Cast, request_made: CollaborationRequest, fitter: Person, clock: Any
) -> None:
    clock.move_to(MORNING + timedelta(hours=4))
    assert remind() == 0
    clock.move_to(MORNING + timedelta(hours=4, minutes=1))
    assert (remind(), remind()) == (1, 0)
    told = {row.recipient for row in Notification.objects.filter(kind="collaboration.request_unanswered")}
    assert {fitter, cast.shift_leader, cast.supervisor} <= told
    clock.move_to(MORNING + timedelta(days=1, minutes=1))
    assert (remind(), remind()) == (1, 0)
    assert said()["request_overdue"] == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.fault("F33")
def test_two_ticks_at_once_say_it_once(add: Make, clock: Any) -> None:
    for _number in range(12):
        add()
    clock.move_to(DUE + timedelta(days=3, minutes=1))
    start, counts = Barrier(2), []

    def tick() -> None:
        close_old_connections()
        start.wait()
        counts.append(remind())
        connection.close()

    threads = [Thread(target=tick) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 24
    assert said() == {"overdue": 12, "escalated": 48}
