"""Sending people: one leads, what they say arrives in any order, and nothing anybody said is lost."""

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from core.ids import uuid7
from core.models import Notification
from incidents import dispatch_states
from incidents.dispatch_states import STEPS, WAY, Event, Verdict, after, next_step
from incidents.models import Case, Dispatch, DispatchState, EscalationReason, LimitRule
from incidents.selectors.clocks import met_at
from incidents.selectors.reading import timeline
from incidents.services.dispatching import LeadChanged, move, send, stamp, withdraw
from incidents.services.escalating import escalate
from incidents.services.handling import assign_case
from incidents.services.steps import take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.test_limits import MINUTE, MORNING, opened


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    """Everything begins at MORNING."""
    with time_machine.travel(MORNING, tick=False):
        yield


def at(moment: Any) -> Any:
    """The clock stands at `moment`."""
    return time_machine.travel(moment, tick=False)


def told(kind: str) -> list[str]:
    """Whom a notice of this kind has reached."""
    return sorted(row.recipient.name for row in Notification.objects.filter(kind=kind))


def titles(case: Case) -> list[str]:
    """The timeline's titles with their texts."""
    return [f"{event.title}: {event.text}" if event.text else event.title for event in timeline(case)]


@pytest.fixture
def case(cast: Cast, site: Site) -> Case:
    """An emergency reported by a guard."""
    return opened(cast, site, kind="incident", priority="P1", category="001")


class TestTable:
    """The state table by itself (F47)."""

    @pytest.mark.fault("F47")
    @pytest.mark.parametrize("state", DispatchState.values)
    @pytest.mark.parametrize(("first", "second"), list(itertools.product(Event, repeat=2)))
    def test_every_pair_of_events_in_both_orders_ends_in_a_documented_state(
        self, state: str, first: Event, second: Event
    ) -> None:
        ends = {after(after(state, one)[0], two)[0] for one, two in ((first, second), (second, first))}
        if {first, second} <= set(STEPS):
            assert len(ends) == 1, "what was done on the spot counts the same in any order"
        reached = {DispatchState(state), after(state, first)[0], after(state, second)[0]}
        assert ends <= reached

    @given(st.permutations(STEPS), st.lists(st.sampled_from(STEPS)))
    def test_what_was_done_on_the_spot_only_leads_forward(
        self, order: list[Event], again: list[Event]
    ) -> None:
        state, seen = DispatchState.ASSIGNED, []
        for event in (*order, *again):
            state, _verdict = after(state, event)
            seen.append(WAY.index(state))
        assert seen == sorted(seen)
        assert state == DispatchState.DONE

    @given(st.lists(st.sampled_from(Event), min_size=1, max_size=12))
    def test_an_end_is_an_end(self, events: list[Event]) -> None:
        ended: DispatchState | None = None
        state = DispatchState.ASSIGNED
        for event in events:
            state, verdict = after(state, event)
            if ended is not None:
                assert (state, verdict != Verdict.MOVED) == (ended, True)
            if next_step(state) is None:
                ended = ended or state

    def test_the_documented_table_is_the_table(self) -> None:
        rows = [line for line in (dispatch_states.__doc__ or "").splitlines() if line.startswith("|")]
        events = [Event(cell.strip()) for cell in rows[0].split("|")[2:-1]]
        for row in rows[2:]:
            state, *cells = (cell.strip() for cell in row.split("|")[1:-1])
            for event, said in zip(events, cells, strict=True):
                target, verdict = after(state, event)
                assert said == (target if verdict == Verdict.MOVED else verdict), (state, event)


@pytest.mark.requirement("R014")
def test_from_sent_to_done_the_case_follows(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    assert sent.answer_by == MORNING + 2 * MINUTE
    case.refresh_from_db()
    assert case.assigned_to == cast.guard
    assert case.incident.dispatched_at == MORNING
    assert told("incidents.dispatched") == ["Guard"]

    for minute, event in enumerate(("accept", "leave", "arrive"), start=1):
        with at(MORNING + minute * MINUTE):
            move(user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event=event)
    case.refresh_from_db()
    assert (case.acknowledged_at, case.arrived_at) == (MORNING + MINUTE, MORNING + 3 * MINUTE)
    assert met_at(case, "response") == MORNING + 3 * MINUTE
    move(user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event="finish", note="Talked to both")
    sent.refresh_from_db()
    assert (sent.state, sent.accepted_at, sent.on_way_at, sent.on_site_at) == (
        "done", MORNING + MINUTE, MORNING + 2 * MINUTE, MORNING + 3 * MINUTE,
    )  # fmt: skip
    assert {"Sent: Guard", "Accepted", "On the way", "On site", "Done on site: Talked to both"} <= set(
        titles(case)
    )


def test_a_leader_says_it_for_them_and_the_line_names_both(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    move(user=cast.shift_leader, case_id=case.pk, dispatch_id=sent.pk, event="arrive", note="by radio")
    line = case.entries.get(code="dispatch.arrive")
    assert (line.actor, line.text) == (cast.shift_leader, "Guard\nby radio")


@pytest.mark.fault("F46")
def test_who_looked_before_somebody_else_sent_is_told_and_overwrites_nothing(cast: Cast, case: Case) -> None:
    first = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    with pytest.raises(LeadChanged, match="Guard"):
        send(user=cast.shift_leader, case_id=case.pk, person=cast.other_guard)
    case.refresh_from_db()
    assert case.assigned_to == cast.guard

    second = send(user=cast.shift_leader, case_id=case.pk, person=cast.other_guard, instead_of=first.pk)
    first.refresh_from_db()
    assert (first.state, second.is_lead) == ("withdrawn", True)
    assert told("incidents.recalled") == ["Guard"]
    with pytest.raises(LeadChanged):
        send(user=cast.supervisor, case_id=case.pk, person=cast.facility_engineer, instead_of=first.pk)


def test_helpers_come_beside_and_may_be_made_the_one_who_leads(cast: Cast, case: Case) -> None:
    lead = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    helper = send(user=cast.supervisor, case_id=case.pk, person=cast.other_guard, is_lead=False)
    again = send(user=cast.shift_leader, case_id=case.pk, person=cast.other_guard, is_lead=False)
    assert (again.pk, again.assigned_by) == (helper.pk, cast.supervisor)
    promoted = send(user=cast.supervisor, case_id=case.pk, person=cast.other_guard, instead_of=lead.pk)
    assert promoted.pk == helper.pk
    case.refresh_from_db()
    assert case.assigned_to == cast.other_guard


def test_declining_needs_a_reason_and_calls_the_leaders(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    with pytest.raises(ValidationError, match="Say why"):
        move(user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event="decline", note="  ")
    move(user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event="decline", note="Alone at the gate")
    case.refresh_from_db()
    assert case.assigned_to is None
    assert "Supervisor" in told("incidents.dispatch_declined")
    assert case.escalations.get(reason=EscalationReason.UNACKNOWLEDGED).ended_at is None


def test_an_unaccepted_call_reminds_and_then_calls_the_leaders(cast: Cast, case: Case, site: Site) -> None:
    LimitRule.objects.create(company=site.company, site=site, aspect="accept", priority="P1", minutes=4)
    send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    assert case.escalations.get(reason=EscalationReason.UNACKNOWLEDGED).ended_at is not None
    with at(MORNING + 2 * MINUTE):
        escalate()
    assert told("incidents.limit_warned") == ["Guard"]
    with at(MORNING + 4 * MINUTE):
        escalate()
    row = case.escalations.get(reason=EscalationReason.UNACCEPTED)
    assert row.level == 1
    assert {"Shift Leader", "Supervisor"} <= set(told("incidents.case_escalated"))
    with at(MORNING + 5 * MINUTE):
        move(user=cast.guard, case_id=case.pk, dispatch_id=case.dispatches.get().pk, event="accept")
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.fault("F47")
def test_what_comes_after_a_recall_changes_no_state_and_stays_in_the_timeline(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    with at(MORNING + 5 * MINUTE):
        withdraw(user=cast.supervisor, case_id=case.pk, dispatch_id=sent.pk, reason="Wrong block")
    moved = move(
        user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event="arrive", note="Two people arguing",
        at=MORNING + 4 * MINUTE, operation_id=uuid7(),
    )  # fmt: skip
    assert (moved.verdict, moved.dispatch.state) == (Verdict.LATE, "withdrawn")
    case.refresh_from_db()
    assert case.arrived_at == MORNING + 4 * MINUTE, (
        "somebody of ours was there, whatever was decided meanwhile"
    )
    assert "On site, after it had ended: Two people arguing" in titles(case)


def test_the_same_operation_again_changes_nothing(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    operation = uuid7()
    for _time in range(3):
        move(user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event="leave", operation_id=operation)
    assert case.entries.filter(code="dispatch.leave").count() == 1


@given(order=st.permutations(list(enumerate(STEPS))))
def test_moments_are_the_same_in_any_order_of_arrival(order: list[tuple[int, Event]]) -> None:
    row = Dispatch(state=DispatchState.ASSIGNED, assigned_at=MORNING)
    for minute, event in order:
        row.state, verdict = after(row.state, event)
        stamp(row, event, verdict, MORNING + minute * MINUTE)
    assert (row.accepted_at, row.on_way_at, row.on_site_at, row.ended_at) == tuple(
        MORNING + n * MINUTE for n in range(4)
    )


def test_a_case_that_is_settled_binds_nobody(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="incident", priority="P2", category="001")
    lead = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    helper = send(user=cast.supervisor, case_id=case.pk, person=cast.other_guard, is_lead=False)
    move(user=cast.guard, case_id=case.pk, dispatch_id=lead.pk, event="arrive")
    case.refresh_from_db()
    take_step(
        user=cast.supervisor, case_id=case.pk, step="settle", version=case.version,
        values={"category": "001", "resolution": "Both calmed down"},
    )  # fmt: skip
    lead.refresh_from_db()
    helper.refresh_from_db()
    assert (lead.state, helper.state) == ("done", "withdrawn")
    with pytest.raises(ValidationError, match="settled"):
        send(user=cast.supervisor, case_id=case.pk, person=cast.guard)


def test_giving_the_case_to_somebody_else_calls_the_former_back(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    case.refresh_from_db()
    assign_case(user=cast.supervisor, case_id=case.pk, version=case.version, person=cast.other_guard)
    sent.refresh_from_db()
    assert sent.state == "withdrawn"
    assert told("incidents.recalled") == ["Guard"]


def test_who_may_send_and_who_may_be_sent(cast: Cast, case: Case) -> None:
    with pytest.raises(PermissionDenied):
        send(user=cast.guard, case_id=case.pk, person=cast.guard)
    for stranger in (cast.sibling_supervisor, cast.foreign_supervisor):
        with pytest.raises(Http404):
            send(user=stranger, case_id=case.pk, person=cast.guard)
    for person in (cast.sibling_guard, cast.foreign_guard, cast.auditor):
        with pytest.raises(ValidationError, match="does not work"):
            send(user=cast.supervisor, case_id=case.pk, person=person)
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    with pytest.raises(PermissionDenied):
        move(user=cast.other_guard, case_id=case.pk, dispatch_id=sent.pk, event="accept")
    with pytest.raises(PermissionDenied):
        withdraw(user=cast.guard, case_id=case.pk, dispatch_id=sent.pk)


def test_the_database_itself_keeps_one_lead(cast: Cast, case: Case) -> None:
    rows = [
        Dispatch(
            case=case, person=person, assigned_by=cast.supervisor, assigned_at=MORNING, answer_by=MORNING
        )
        for person in (cast.guard, cast.other_guard)
    ]
    rows[0].save()
    with pytest.raises(IntegrityError, match="dispatch_one_lead"), transaction.atomic():
        rows[1].save()


def together(*jobs: Callable[[], object]) -> list[object]:
    """Run jobs at the same moment, each with a connection of its own; what each gave or raised."""
    barrier = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(number: int, job: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[number] = job()
        except Exception as error:  # noqa: BLE001 - what it raised is the result
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.mark.fault("F46")
@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_one(cast: Cast, site: Site) -> None:
    for _round in range(10):
        case = opened(cast, site, kind="incident", priority="P1")
        results = together(
            lambda case=case: send(user=cast.supervisor, case_id=case.pk, person=cast.guard),  # type: ignore[misc]
            lambda case=case: send(user=cast.shift_leader, case_id=case.pk, person=cast.other_guard),  # type: ignore[misc]
        )
        assert sorted(type(result).__name__ for result in results) == ["Dispatch", "LeadChanged"], results
        lead = case.dispatches.active().get()
        case.refresh_from_db()
        assert case.assigned_to_id == lead.person_id


@pytest.mark.fault("F47")
@pytest.mark.django_db(transaction=True)
def test_accepting_while_being_called_back_ends_called_back_with_both_in_the_timeline(
    cast: Cast, site: Site
) -> None:
    for _round in range(10):
        case = opened(cast, site, kind="incident", priority="P1")
        sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
        results = together(
            lambda case=case, sent=sent: move(  # type: ignore[misc]
                user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event="accept", operation_id=uuid7()
            ),
            lambda case=case, sent=sent: withdraw(  # type: ignore[misc]
                user=cast.supervisor, case_id=case.pk, dispatch_id=sent.pk
            ),
        )
        assert not [result for result in results if isinstance(result, Exception)], results
        sent.refresh_from_db()
        assert sent.state == "withdrawn"
        codes = set(case.entries.values_list("code", flat=True))
        assert "dispatch.withdraw" in codes
        assert codes & {"dispatch.accept", "dispatch.late.accept"}


def test_the_time_to_accept_is_by_priority(cast: Cast, site: Site) -> None:
    expected = {"P1": timedelta(minutes=2), "P2": timedelta(minutes=5), "P3": timedelta(minutes=15)}
    for priority, span in expected.items():
        case = opened(cast, site, priority=priority)
        sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
        assert sent.answer_by - sent.assigned_at == span
