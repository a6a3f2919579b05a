"""Escalation under a stepped clock: who is called when, until somebody acknowledges; never twice, never left out."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from core import faults
from core.models import Notification
from incidents.models import Case, Escalation, EscalationPolicy, EscalationStep
from incidents.selectors.plans import Plan, PlanStep, plan_for
from incidents.services.escalating import acknowledge, escalate
from incidents.services.handling import merge_duplicate
from incidents.services.pausing import pause, resume
from incidents.services.steps import record_act, take_step
from organization.models import Company, Person, Role, Site
from tests.conftest import Cast
from tests.incidents.test_limits import MINUTE, MORNING, opened

HOUR = timedelta(hours=1)


def at(moment: datetime) -> Any:
    """The clock stands at `moment`."""
    return time_machine.travel(moment, tick=False)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    """Everything begins at MORNING."""
    with at(MORNING):
        yield


def calls(case: Case, kind: str = "incidents.case_escalated") -> list[tuple[str, str]]:
    """Whom a case has called, in order: name and key's level."""
    rows = Notification.objects.filter(kind=kind, target_id=str(case.pk)).order_by(
        "created_at", "recipient__name"
    )
    return [(row.recipient.name, (row.key or "").rsplit(":", 1)[-1]) for row in rows]


def step_through(start: datetime, end: datetime, gap: timedelta) -> None:
    """A tick every `gap`."""
    moment = start
    while moment <= end:
        with at(moment):
            escalate()
        moment += gap


@pytest.mark.requirement("R014")
def test_an_emergency_nobody_takes_up_calls_level_after_level_and_round_after_round(
    cast: Cast, site: Site
) -> None:
    case = opened(cast, site, kind="incident", priority="P1")
    step_through(MORNING, MORNING + 30 * MINUTE, MINUTE)
    row = case.escalations.get(reason="unacknowledged")
    keys = list(
        Notification.objects.filter(key__startswith=f"{row.pk}:1:")
        .order_by("created_at", "recipient__name")
        .values_list("recipient__name", "key", "created_at")
    )
    told: dict[str, list[str]] = {}
    for name, key, _moment in keys:
        told.setdefault((key or "").rsplit(":", 1)[-1], []).append(name)
    assert told["1"] == ["Shift Leader", "Supervisor"]
    assert told["2"] == ["Fire Manager", "Project Manager"]
    assert told["3"] == ["Company Manager"]
    assert sorted(told, key=int) == [str(level) for level in range(1, 10)]
    # 1, 3, 5 minutes; the rounds follow 10 minutes (5 + the steps) after each other
    levels = dict(
        Notification.objects.filter(key__startswith=f"{row.pk}:1:").values_list("key", "created_at")
    )
    assert [(levels[f"{row.pk}:1:{n}"] - MORNING) / MINUTE for n in range(1, 10)] == [
        1,
        3,
        5,
        11,
        13,
        15,
        21,
        23,
        25,
    ]
    row.refresh_from_db()
    assert (row.level, row.rounds, row.next_at, row.ended_at) == (9, 3, None, None)


def test_a_warning_comes_first_then_the_limit(cast: Cast, site: Site) -> None:
    case = opened(cast, site, assigned_to=cast.facility_engineer)
    step_through(MORNING + 19 * MINUTE, MORNING + 31 * MINUTE, MINUTE)
    assert calls(case, "incidents.limit_warned") == [("Engineer", "0")]
    assert calls(case) == [("Shift Leader", "1")]
    lines = case.entries.filter(code__in=["warned", "escalated"]).order_by("pk")
    assert [(line.code, line.text, line.at - MORNING) for line in lines] == [
        ("warned", "Engineer", 20 * MINUTE),
        ("escalated", "1: Shift Leader", 30 * MINUTE),
    ]
    assert Case.objects.get(pk=case.pk).version == 1, "being called is no change that makes a form stale"


def test_i_am_on_it_ends_the_calling_and_counts_as_taken_up(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="incident", priority="P1", due_at=MORNING + 2 * HOUR)
    with at(MORNING + MINUTE):
        escalate()
    with at(MORNING + 2 * MINUTE):
        with pytest.raises(PermissionDenied):
            acknowledge(user=cast.auditor, case_id=case.pk)
        with pytest.raises(Http404):
            acknowledge(user=cast.foreign_guard, case_id=case.pk)
        taken = acknowledge(user=cast.guard, case_id=case.pk)
        again = acknowledge(user=cast.other_guard, case_id=case.pk)
    assert taken.acknowledged_at == MORNING + 2 * MINUTE
    assert again.version == taken.version, "a second press changes nothing"
    row = case.escalations.get(reason="unacknowledged")
    assert (row.acknowledged_by, row.next_at, row.ended_at) == (cast.guard, None, MORNING + 2 * MINUTE)
    # nobody has arrived: the response limit still calls
    step_through(MORNING + 3 * MINUTE, MORNING + 7 * MINUTE, MINUTE)
    assert ("Shift Leader", "1") in calls(case)
    with at(MORNING + 8 * MINUTE):
        acknowledge(user=cast.shift_leader, case_id=case.pk)
    before = len(calls(case))
    step_through(MORNING + 8 * MINUTE, MORNING + 60 * MINUTE, MINUTE)
    assert len(calls(case)) == before
    # what is late later calls anew
    step_through(MORNING + 2 * HOUR, MORNING + 2 * HOUR + MINUTE, MINUTE)
    assert len(calls(case)) > before


def test_the_step_that_acknowledges_and_the_act_that_arrives_end_it(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="incident", priority="P1")
    with at(MORNING + MINUTE):
        take_step(
            user=cast.shift_leader,
            case_id=case.pk,
            step="confirm",
            values={"category": "001", "facts.level": "3"},
        )
        assert case.escalations.get(reason="unacknowledged").ended_at is not None
        assert case.escalations.get(reason="response").ended_at is None
        record_act(user=cast.guard, case_id=case.pk, act="arrived")
    assert case.escalations.get(reason="response").ended_at is not None
    step_through(MORNING + MINUTE, MORNING + 8 * MINUTE, MINUTE)
    assert calls(case) == []


def test_paused_cases_are_silent_and_call_by_the_moved_limit_afterwards(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    with at(MORNING + 5 * MINUTE):
        pause(user=cast.supervisor, case_id=case.pk, reason="owner")
    step_through(MORNING + 5 * MINUTE, MORNING + 65 * MINUTE, 5 * MINUTE)
    assert calls(case) == []
    with at(MORNING + 65 * MINUTE):
        resume(user=cast.supervisor, case_id=case.pk)
    step_through(MORNING + 65 * MINUTE, MORNING + 89 * MINUTE, MINUTE)
    assert calls(case) == []
    step_through(MORNING + 90 * MINUTE, MORNING + 91 * MINUTE, MINUTE)
    assert calls(case) == [("Shift Leader", "1")]


def test_a_duplicate_calls_nobody_and_a_reopened_case_calls_from_its_reopening(
    cast: Cast, site: Site
) -> None:
    original, case = opened(cast, site), opened(cast, site)
    with at(MORNING):
        merge_duplicate(user=cast.supervisor, case_id=case.pk, version=1, original_id=original.pk)
        assert not case.escalations.filter(ended_at=None).exists()
        take_step(user=cast.supervisor, case_id=original.pk, step="fix", values={"resolution": "x"})
    later = MORNING + timedelta(days=5)
    with at(later):
        take_step(user=cast.shift_leader, case_id=original.pk, step="fail", values={"note": "Again"})
        escalate()
    assert calls(original) == [("Shift Leader", "1")], "the first level, not the last of those long past"
    step_through(later, later + 3 * HOUR, 30 * MINUTE)
    assert calls(original) == [("Shift Leader", "1"), ("Supervisor", "2")]


def test_after_an_outage_only_the_level_that_is_due_now_is_told(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="incident", priority="P1")
    row = case.escalations.get(reason="unacknowledged")
    with at(MORNING + 14 * MINUTE):
        escalate()
        escalate()
    told = Notification.objects.filter(key__startswith=f"{row.pk}:")
    assert {note.key for note in told} == {f"{row.pk}:1:5"}
    row.refresh_from_db()
    assert (row.level, row.next_at) == (5, MORNING + 15 * MINUTE)


def test_a_level_that_reaches_nobody_gives_way_to_the_next(cast: Cast, company: Company, site: Site) -> None:
    policy(company, site, (0, [Role.TRAINER], []), (60, [], [cast.project_manager]))
    cast.trainer.memberships.all().delete()
    case = opened(cast, site, kind="incident", priority="P2")
    with at(MORNING + MINUTE):
        escalate()
    assert calls(case) == [("Project Manager", "2")]


def policy(
    company: Company, site: Site | None, *steps: tuple[int, list[str], list[Person]], **fields: Any
) -> EscalationPolicy:
    """A policy with steps (delay, roles, people)."""
    made = EscalationPolicy.objects.create(company=company, site=site, name="Own", **({"repeat": 0} | fields))
    for position, (delay, roles, people) in enumerate(steps, start=1):
        row = EscalationStep.objects.create(policy=made, position=position, delay_minutes=delay, roles=roles)
        row.people.set(people)
    return made


def test_the_most_particular_policy_of_the_site_counts(cast: Cast, company: Company, site: Site) -> None:
    step: tuple[int, list[str], list[Person]] = (1, [Role.SUPERVISOR], [])
    case = opened(cast, site, kind="incident", priority="P1", facts={"level": 2})
    assert plan_for(case).name["en"] == "Emergencies (shipped)"
    company_wide = policy(company, None, step)
    for_site = policy(company, site, step, kinds=["incident"])
    grave = policy(company, site, step, minimum_level=2)
    policy(company, site, step, minimum_level=1)
    policy(company, site, step, priorities=["P3"])
    names = {company_wide.pk: "company", for_site.pk: "site", grave.pk: "grave"}
    for pk, name in names.items():
        EscalationPolicy.objects.filter(pk=pk).update(name=name)
    assert plan_for(case).name == "grave"
    assert plan_for(opened(cast, site, kind="incident", priority="P2")).name == "site"
    assert plan_for(opened(cast, site, kind="hazard", priority="P2")).name == "company"


@given(
    delays=st.lists(st.integers(0, 90), min_size=1, max_size=4),
    repeat=st.integers(0, 3),
    again=st.integers(1, 60),
    after=st.integers(0, 2000),
    first=st.integers(1, 4),
)
def test_the_level_due_is_the_last_whose_moment_has_come(
    delays: list[int], repeat: int, again: int, after: int, first: int
) -> None:
    plan = Plan("x", tuple(PlanStep(delay * MINUTE, ()) for delay in delays), repeat, again * MINUTE)
    row = Escalation(limit_at=MORNING, started_at=MORNING - HOUR, next_level=first)
    moment, level, due = MORNING, 0, None
    for _round in range(repeat + 1):
        for delay in delays:
            moment, level = moment + delay * MINUTE, level + 1
            assert plan.moment(row, level) == moment
            if level >= first and moment <= MORNING + after * MINUTE:
                due = level
        moment += again * MINUTE
    assert plan.last == level
    assert plan.moment(row, level + 1) is None
    assert plan.due_level(row, MORNING + after * MINUTE) == due


def test_a_worker_that_dies_between_notice_and_commit_neither_loses_nor_doubles(
    cast: Cast, site: Site
) -> None:
    case = opened(cast, site, kind="incident", priority="P1")
    with at(MORNING + MINUTE):
        with faults.armed("escalation.told", "raise:OperationalError"):
            escalate()
        assert calls(case) == []
        assert case.entries.filter(code="escalated").count() == 0
        escalate()
        escalate()
    assert calls(case) == [("Shift Leader", "1"), ("Supervisor", "1")]


def test_one_escalation_that_fails_does_not_hold_up_the_others(cast: Cast, site: Site) -> None:
    first = opened(cast, site, kind="incident", priority="P1")
    second = opened(cast, site, kind="incident", priority="P1")
    with at(MORNING + MINUTE), faults.armed("escalation.told", "raise:RuntimeError"):
        escalate()
    assert sorted([len(calls(first)), len(calls(second))]) == [0, 2]


@pytest.fixture
def threads() -> Callable[[Callable[[], object], int], list[object]]:
    """Run something in several threads at once, each with its own connection."""

    def run(function: Callable[[], object], many: int) -> list[object]:
        barrier, results = threading.Barrier(many), []

        def work() -> None:
            try:
                barrier.wait()
                results.append(function())
            except Exception as error:  # noqa: BLE001 - handed to the test
                results.append(error)
            finally:
                connection.close()

        running = [threading.Thread(target=work) for _n in range(many)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        return results

    return run


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_tell_every_level_once(
    cast: Cast, site: Site, threads: Callable[[Callable[[], object], int], list[object]]
) -> None:
    cases = [opened(cast, site, kind="incident", priority="P1") for _n in range(8)]
    with at(MORNING + MINUTE):
        results = threads(escalate, 4)
    assert all(isinstance(result, int) for result in results), results
    for case in cases:
        assert calls(case) == [("Shift Leader", "1"), ("Supervisor", "1")]
        assert case.entries.filter(code="escalated").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_tick_passes_over_a_case_that_is_being_written_and_comes_back(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="incident", priority="P1")
    ticked: list[int] = []

    def tick() -> None:
        ticked.append(escalate())
        connection.close()

    with at(MORNING + MINUTE):
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            other = threading.Thread(target=tick)
            other.start()
            other.join(timeout=20)
            assert ticked == [0]
        assert escalate() == 1
    assert len(calls(case)) == 2
