"""The declared workflows: sound as tables, and no path through them skips what they demand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import now
from incidents.models import FACTS, Case, CaseKind, CaseStatus, EntryKind
from incidents.selectors.steps import may_take
from incidents.services.paths import NOTE, PSEUDO, field_of, value_at
from incidents.services.steps import record_act, take_step
from incidents.workflows import RESIDENT, RULE, WORKFLOWS, Step, Workflow
from organization.models import Person, Role
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory

KINDS = list(CaseKind)


@pytest.mark.parametrize("kind", KINDS)
class TestTable:
    def test_every_state_is_reached_and_left_or_final(self, kind: CaseKind) -> None:
        workflow = WORKFLOWS[kind]
        reached, todo = {workflow.initial.code}, [workflow.initial.code]
        while todo:
            for step in workflow.steps_from(todo.pop()):
                if step.target not in reached:
                    reached.add(step.target)
                    todo.append(step.target)
        assert reached == set(workflow.by_code)
        for state in workflow.states:
            ended = state.status in (CaseStatus.CLOSED, CaseStatus.VOID)
            assert ended or list(workflow.steps_from(state.code)), state.code

    def test_codes_are_unique_and_states_known(self, kind: CaseKind) -> None:
        workflow = WORKFLOWS[kind]
        for codes in (
            [s.code for s in workflow.steps],
            [s.code for s in workflow.states],
            [a.code for a in workflow.acts],
        ):
            assert len(codes) == len(set(codes))
            assert all(len(code) <= 20 for code in codes)
        for step in workflow.steps:
            assert {*step.sources, step.target} <= set(workflow.by_code)
            assert step.who, step.code
            assert step.who <= {*Role.values, RESIDENT, RULE}

    def test_fields_exist_and_are_asked_for_once(self, kind: CaseKind) -> None:
        workflow = WORKFLOWS[kind]
        case = Case(kind=kind)
        setattr(case, workflow.facts, FACTS[kind](case=case))
        for step in workflow.steps:
            assert len(step.fields) == len(set(step.fields)), step.code
            for path in (*step.fields, *step.stamps, *step.persons, *step.clears, *step.other_than):
                assert path in PSEUDO or field_of(case, path) is not None, path
        for act in workflow.acts:
            for path in (*act.demands, *act.stamps):
                assert path in PSEUDO or field_of(case, path) is not None, path

    def test_ends_have_a_time_and_beginnings_lose_it(self, kind: CaseKind) -> None:
        workflow = WORKFLOWS[kind]
        for step in workflow.steps:
            target = workflow.state(step.target).status
            before = {workflow.state(code).status for code in step.sources}
            if target in (CaseStatus.CLOSED, CaseStatus.VOID):
                assert "closed_at" in step.stamps, step.code
            if target == CaseStatus.OPEN and before - {CaseStatus.OPEN}:
                assert {"resolved_at"} <= set(step.clears), step.code
            if target in (CaseStatus.OPEN, CaseStatus.RESOLVED) and before & {
                CaseStatus.CLOSED,
                CaseStatus.VOID,
            }:
                assert "closed_at" in step.clears, step.code


def value_for(case: Case, path: str, cast: Cast) -> Any:
    """Something valid for a field."""
    if path == NOTE:
        return "Said so"
    if path == "category":
        return case.category
    if path == "assigned_to":
        return cast.facility_engineer
    if path == "due_at":
        return now() + timedelta(days=1)
    field = field_of(case, path)
    if path == "facts.sanction":
        return "none"
    if path == "facts.offender":
        return "resident"
    if field.choices:
        return list(field.choices)[-1][0]
    kind = field.get_internal_type()
    return {"BooleanField": True, "DateTimeField": now(), "PositiveIntegerField": 1}.get(kind, "A word on it")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def person_for(step: Step, case: Case, cast: Cast) -> Person | None:
    """Somebody whom the table lets take the step, other than those it excludes."""
    people = (
        cast.supervisor,
        cast.project_manager,
        cast.fire_safety_manager,
        cast.facility_engineer,
        cast.guard,
    )
    excluded = [value_at(case, path) for path in step.other_than]
    return next((one for one in people if may_take(one, case, step) and one not in excluded), None)


def check_invariants(case: Case, workflow: Workflow) -> None:
    """What holds after any path."""
    case.refresh_from_db()
    assert case.status == workflow.state(case.state).status
    ended = case.status in (CaseStatus.CLOSED, CaseStatus.VOID)
    assert (case.closed_at is not None) == ended
    if case.status == CaseStatus.RESOLVED:
        assert case.resolved_at is not None
    if case.verified_by is not None:
        assert case.verified_by != case.resolved_by
    trail = list(case.entries.filter(kind=EntryKind.STEP).order_by("pk"))
    at = workflow.initial.code
    for entry in trail:
        step = workflow.step(entry.code)
        assert entry.from_state == at
        assert at in step.sources
        assert entry.to_state == step.target
        assert entry.actor is not None
        at = entry.to_state
    assert case.state == at
    assert case.version == 1 + case.entries.exclude(kind=EntryKind.OPENED).count()


@pytest.mark.slow
@pytest.mark.requirement("R022")
@pytest.mark.parametrize("kind", KINDS)
def test_no_path_skips_a_demand_a_role_or_an_other_person(kind: CaseKind, cast: Cast) -> None:
    workflow = WORKFLOWS[kind]
    everybody = [
        cast.guard, cast.shift_leader, cast.supervisor, cast.fire_safety_manager, cast.facility_engineer, cast.trainer,
        cast.project_manager, cast.company_manager, cast.auditor, cast.administrator,
    ]  # fmt: skip
    moves = st.tuples(
        st.sampled_from(workflow.steps),
        st.sampled_from(everybody),
        st.booleans(),  # is a demand left out?
        st.integers(0, 9),
    )

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(moves, min_size=3, max_size=12))
    def walk(moves_made: list[tuple[Step, Person, bool, int]]) -> None:
        with undone():
            case = CaseFactory.create(site=cast.supervisor.memberships.get().site, kind=kind)
            if kind == CaseKind.INCIDENT:
                Case.objects.filter(pk=case.pk).update(category="003")
            for step, person, leaves_out, which in moves_made:
                # Half of the time somebody takes a step that does lead on, so that walks come far.
                case = Case.objects.get(pk=case.pk)
                if which < 5 and (open_steps := list(workflow.steps_from(case.state))):
                    step = open_steps[which % len(open_steps)]
                    person = person_for(step, case, cast) or person
                values = {
                    path: value_for(case, path, cast)
                    for path in step.demands
                    if path not in PSEUDO or path == NOTE
                }
                left_out = step.demands[which % len(step.demands)] if leaves_out and step.demands else None
                if left_out is not None:
                    values[left_out] = ""
                before = (case.state, case.version)
                allowed = may_take(person, case, step)
                same = any(value_at(case, path) == person for path in step.other_than)
                try:
                    with transaction.atomic():
                        take_step(user=person, case_id=case.pk, step=step.code, values=values)
                except PermissionDenied:
                    assert not allowed or person == cast.auditor
                except ValidationError:
                    case.refresh_from_db()
                    assert (case.state, case.version) == before
                else:
                    assert allowed
                    assert not same
                    assert before[0] in step.sources
                    case = Case.objects.get(pk=case.pk)
                    for path in step.demands:
                        assert path in PSEUDO or value_at(case, path) not in (None, ""), path
                    assert left_out != NOTE
                check_invariants(case, workflow)

    walk()


@pytest.mark.parametrize("kind", KINDS)
def test_every_pair_of_steps_in_both_orders_ends_where_the_table_says(kind: CaseKind, cast: Cast) -> None:
    workflow = WORKFLOWS[kind]
    site = cast.supervisor.memberships.get().site
    for first in workflow.steps:
        for second in workflow.steps:
            with undone():
                state = first.sources[0]
                status = workflow.state(state).status
                ended = now() if status in (CaseStatus.CLOSED, CaseStatus.VOID) else None
                resolved = now() if status != CaseStatus.OPEN else None
                case = CaseFactory.create(
                    site=site, kind=kind, state=state, closed_at=ended, resolved_at=resolved
                )
                for step in (first, second):
                    case = Case.objects.get(pk=case.pk)
                    before = case.state
                    person = person_for(step, case, cast)
                    if person is None:
                        assert step.who == {RULE}
                        continue
                    values = {path: value_for(case, path, cast) for path in step.demands}
                    try:
                        with transaction.atomic():
                            take_step(user=person, case_id=case.pk, step=step.code, values=values)
                    except ValidationError:
                        case.refresh_from_db()
                        assert case.state == before
                    else:
                        case.refresh_from_db()
                        assert before in step.sources
                        assert case.state == step.target


@pytest.mark.requirement("R078")
@pytest.mark.parametrize("kind", KINDS)
def test_acts_wait_for_no_step(kind: CaseKind, cast: Cast) -> None:
    workflow = WORKFLOWS[kind]
    site = cast.supervisor.memberships.get().site
    for state in workflow.states:
        ended = now() if state.status in (CaseStatus.CLOSED, CaseStatus.VOID) else None
        resolved = now() if state.status != CaseStatus.OPEN else None
        case = CaseFactory.create(
            site=site, kind=kind, state=state.code, closed_at=ended, resolved_at=resolved
        )
        for act in workflow.acts:
            values = {path: value_for(case, path, cast) for path in act.demands}
            entry = record_act(user=cast.guard, case_id=case.pk, act=act.code, values=values)
            assert (entry.kind, entry.code, entry.actor) == (EntryKind.ACT, act.code, cast.guard)
        case.refresh_from_db()
        assert case.state == state.code
        fresh = Case.objects.get(pk=case.pk)
        for act in workflow.acts:
            assert all(value_at(fresh, path) is not None for path in act.stamps)
