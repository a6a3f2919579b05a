"""Improvement measures through plan, do, check and act: who may, what is demanded, what the check keeps, whom it tells."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from collaboration.models import ActionItem
from collaboration.services.adding import add_action
from collaboration.services.handling import report_done, verify_action
from collaboration.versions import Stale
from core.ids import uuid7
from core.models.notification import Notification
from incidents.models import Case
from kpi.indicators.actions import K46
from kpi.models import Improvement, ImprovementLoop, Stage, Verdict
from kpi.selectors.compared import compared
from kpi.selectors.comparing import Comparison
from kpi.selectors.counting import days_of
from kpi.services.improving import confirming, proposing, stepping
from kpi.services.improving.reminding import remind
from organization.models import Site
from patrols.models import Plan, Round, RoundStatus
from patrols.services import partitions
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.measures import BEGUN, CHECKED, DONE, Led, draft_for, proposed, rounds
from tests.organization.factories import ZoneFactory
from tests.patrols.factories import PlanFactory, RouteFactory

pytestmark = [pytest.mark.requirement("R101")]


@pytest.fixture
def clock() -> Iterator[Any]:
    """It is the day the measure begins; `clock.move_to(…)` goes on."""
    with time_machine.travel(BEGUN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def plan(cast: Cast, site: Site, clock: Any) -> Plan:
    """A plan whose rounds are counted."""
    partitions.ensure(BEGUN - timedelta(days=200), CHECKED)
    return PlanFactory.create(route=RouteFactory.create(site=site))


@pytest.fixture
def led(cast: Cast, site: Site, clock: Any) -> Led:
    """A planned measure of the shift leader, judged by K09."""
    return Led(proposed(cast.supervisor, site, cast.shift_leader))


@pytest.fixture
def done(cast: Cast, led: Led, clock: Any) -> Led:
    """Done on 22 July; it is 20 August, the first day it may be checked."""
    led.begin(cast.project_manager)
    clock.move_to(DONE)
    led.done(cast.shift_leader)
    clock.move_to(CHECKED)
    return led


def kept_by(row: Improvement) -> Comparison:
    """The figures kept with the check of the current loop."""
    loop = row.loops.latest("number")
    assert loop.figures is not None
    return Comparison.from_json(loop.figures)


def told(kind: str) -> set[str]:
    """The names of those who were told."""
    return set(Notification.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def test_a_proposal_is_numbered_by_the_day_and_managers_are_told(cast: Cast, led: Led) -> None:
    row = led.row
    assert row.number == "IM20260701-0001"
    assert (row.stage, row.priority) == (Stage.PLAN, 16)
    assert row.current is not None
    assert (row.current.number, row.current.begun_on) == (1, None)
    assert told("kpi.measure_proposed") == {"Project Manager", "Company Manager", "Administrator"}
    assert told("kpi.measure_assigned") == {"Shift Leader"}


def test_the_same_operation_proposes_once(cast: Cast, site: Site, clock: Any) -> None:
    key = uuid7()
    made = [
        proposing.propose(
            user=cast.supervisor, operation_id=key, site=site, draft=draft_for(cast.shift_leader)
        )
        for _ in range(2)
    ]
    assert [one.created for one in made] == [True, False]
    assert made[0].improvement == made[1].improvement


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "  "}, "title"),
        ({"problem": ""}, "problem"),
        ({"measure": ""}, "measure"),
        ({"due_on": date(2026, 6, 30), "starts_on": date(2026, 7, 1)}, "due_on"),
        ({"due_on": date(2026, 6, 1), "starts_on": date(2026, 5, 1)}, "due_on"),
        ({"origin": "suggestion", "said": "More light"}, "said_by"),
        ({"origin": "suggestion", "said_by": "Ms Li"}, "said"),
        ({"indicator": "K99", "target": None}, "indicator"),
        ({"indicator": "", "target": 0.9}, "target"),
        ({"target": float("nan")}, "target"),
        ({"cost_before": Decimal(-1)}, "cost_before"),
    ],
)
def test_what_does_not_fit_is_named(
    cast: Cast, site: Site, clock: Any, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        proposed(cast.supervisor, site, cast.shift_leader, **given)
    assert field in refused.value.message_dict
    assert not Improvement.objects.exists()


def test_what_belongs_elsewhere_is_refused(cast: Cast, site: Site, sibling_site: Site, clock: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        proposed(cast.supervisor, site, cast.sibling_guard, zone=ZoneFactory.create(site=sibling_site))
    assert {"owner", "zone"} <= set(refused.value.message_dict)


@pytest.mark.requirement("R100")
def test_leaders_propose_and_guards_do_not(cast: Cast, site: Site, clock: Any) -> None:
    for user in (cast.shift_leader, cast.fire_safety_manager, cast.company_manager):
        proposed(user, site, cast.shift_leader)
    for stranger in (
        cast.guard,
        cast.facility_engineer,
        cast.auditor,
        cast.sibling_supervisor,
        cast.foreign_manager,
    ):
        with pytest.raises(PermissionDenied):
            proposed(stranger, site, cast.shift_leader)


def test_managers_decide_and_leaders_do_not(cast: Cast, led: Led) -> None:
    with pytest.raises(PermissionDenied):
        led.begin(cast.supervisor)
    row = led.begin(cast.project_manager)
    assert row.stage == Stage.DO
    assert row.current is not None
    assert (row.current.begun_on, row.current.begun_by) == (date(2026, 7, 1), cast.project_manager)
    assert told("kpi.measure_begun") == {"Shift Leader"}


@pytest.mark.parametrize("day", [date(2026, 7, 2), date(2026, 5, 30)])
def test_it_begins_not_in_the_future_and_not_long_ago(cast: Cast, led: Led, day: date) -> None:
    with pytest.raises(ValidationError):
        led.begin(cast.project_manager, begun_on=day)
    assert led.begin(cast.project_manager, begun_on=date(2026, 6, 1)).stage == Stage.DO


def test_the_owner_reports_and_checkers_are_told(cast: Cast, site: Site, clock: Any) -> None:
    led = Led(proposed(cast.supervisor, site, cast.guard))
    led.begin(cast.project_manager)
    with pytest.raises(Http404):  # another guard sees nothing of it
        led.done(cast.other_guard)
    assert led.done(cast.guard).stage == Stage.CHECK
    assert {"Supervisor", "Project Manager"} <= told("kpi.measure_done")
    assert "Guard" not in told("kpi.measure_done")


def test_who_saw_an_old_version_changes_nothing(cast: Cast, led: Led) -> None:
    led.begin(cast.project_manager)
    with pytest.raises(Stale):
        stepping.report_done(user=cast.shift_leader, improvement_id=led.row.pk, version=1, what_was_done="x")


def test_once_begun_what_it_is_judged_by_stays(cast: Cast, led: Led) -> None:
    led.take(proposing.change, cast.supervisor, draft=draft_for(cast.guard, indicator="K10", target=None))
    led.begin(cast.project_manager)
    with pytest.raises(PermissionDenied):
        led.take(proposing.change, cast.supervisor, draft=draft_for(cast.guard, indicator="K10", target=None))
    with pytest.raises(ValidationError, match="stays as it was"):
        led.take(proposing.change, cast.project_manager, draft=draft_for(cast.guard, indicator="K09"))
    row = led.take(
        proposing.change, cast.project_manager,
        draft=draft_for(cast.shift_leader, indicator="K10", target=None, due_on=date(2026, 8, 9)),
    )  # fmt: skip
    assert row.current is not None
    assert (row.owner, row.current.due_on) == (cast.shift_leader, date(2026, 8, 9))


@pytest.mark.requirement("R057")
@pytest.mark.requirement("R077")
def test_before_and_after_are_equal_windows_of_exact_counts(
    cast: Cast, site: Site, plan: Plan, done: Led
) -> None:
    rounds(site, plan, date(2026, 6, 1), date(2026, 7, 21), missed_every=4)  # 25 % missed until it is done
    rounds(site, plan, date(2026, 7, 22), date(2026, 8, 20), missed_every=50)
    row = done.check(cast.supervisor)
    loop = row.current
    assert loop is not None
    figures = kept_by(row)
    assert (figures.before.first, figures.before.last) == (date(2026, 6, 3), date(2026, 6, 30))
    assert (figures.after.first, figures.after.last) == (date(2026, 7, 23), date(2026, 8, 19))
    assert (figures.before.sample, figures.after.sample) == (280, 280)
    assert figures.before.value == pytest.approx(210 / 280)
    missed_after = sum(number % 50 == 0 for number in range(11, 291))
    assert figures.after.value == pytest.approx(1 - missed_after / 280)
    assert figures.effect == pytest.approx(1 - missed_after / 280 - 0.75)
    assert figures.low is not None
    assert figures.low > 0
    assert (loop.verdict, row.stage) == (Verdict.EFFECTIVE, Stage.ACT)


def test_a_frozen_check_stays_when_records_change(cast: Cast, site: Site, plan: Plan, done: Led) -> None:
    rounds(site, plan, date(2026, 6, 1), date(2026, 6, 30), missed_every=2)
    rounds(site, plan, date(2026, 7, 23), date(2026, 8, 19), missed_every=0)
    row = done.check(cast.supervisor)
    kept = kept_by(row)
    Round.objects.filter(site=site).update(status=RoundStatus.COMPLETED)
    shown = compared(Improvement.objects.get(pk=row.pk), ImprovementLoop.objects.get(improvement=row))
    assert shown is not None
    assert shown.comparison is not None
    assert shown.is_frozen
    assert shown.comparison == kept
    assert shown.comparison.before.value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(0, 3, Verdict.NOT_EFFECTIVE), (10, 9, Verdict.UNCLEAR), (3, 0, Verdict.EFFECTIVE)],
)
def test_only_intervals_that_part_decide(
    cast: Cast, site: Site, plan: Plan, done: Led, before: int, after: int, verdict: Verdict
) -> None:
    rounds(site, plan, date(2026, 6, 3), date(2026, 6, 30), missed_every=before)
    rounds(site, plan, date(2026, 7, 23), date(2026, 8, 19), missed_every=after)
    row = done.check(cast.supervisor)
    assert row.current is not None
    assert row.current.verdict == verdict


def test_without_records_nothing_is_clear(cast: Cast, plan: Plan, done: Led) -> None:
    row = done.check(cast.supervisor)
    assert row.current is not None
    assert row.current.verdict == Verdict.UNCLEAR
    assert kept_by(row).before.value is None


def test_the_window_after_must_be_over(cast: Cast, done: Led, clock: Any) -> None:
    clock.move_to(CHECKED - timedelta(days=1))
    with pytest.raises(ValidationError, match="2026-08-19"):
        done.check(cast.supervisor)
    clock.move_to(CHECKED + timedelta(days=20))  # 48 whole days: six weeks
    assert kept_by(done.check(cast.supervisor)).days == 42


def test_who_owns_or_did_it_never_checks_it(cast: Cast, site: Site, clock: Any) -> None:
    led = Led(proposed(cast.shift_leader, site, cast.supervisor, indicator="", target=None))
    led.begin(cast.project_manager)
    led.done(cast.project_manager)
    for own in (cast.supervisor, cast.project_manager):
        with pytest.raises(PermissionDenied):
            led.check(own, verdict="effective")
    with pytest.raises(ValidationError):
        led.check(cast.company_manager)
    assert led.check(cast.company_manager, verdict="effective").stage == Stage.ACT


@pytest.mark.requirement("R100")
def test_the_verdict_judges_its_verified_tasks_so_that_k46_follows(
    cast: Cast, site: Site, plan: Plan, led: Led, clock: Any
) -> None:
    tasks = [
        add_action(
            user=cast.supervisor, operation_id=uuid7(), site=site, title=f"Task {number}", owner=cast.facility_engineer,
            due_at=BEGUN + timedelta(days=9), kind="improvement", source=led.row,
        ).action
        for number in range(3)
    ]  # fmt: skip
    led.begin(cast.project_manager)
    for task in tasks[:2]:
        report_done(user=cast.facility_engineer, action_id=task.pk, version=1, what_was_done="Done")
        verify_action(user=cast.supervisor, action_id=task.pk, version=2)
    rounds(site, plan, date(2026, 6, 3), date(2026, 6, 30), missed_every=2)
    rounds(site, plan, date(2026, 7, 23), date(2026, 8, 19), missed_every=0)
    clock.move_to(DONE)
    led.done(cast.shift_leader)
    clock.move_to(CHECKED)
    led.check(cast.project_manager)
    judged = ActionItem.objects.filter(pk__in=[task.pk for task in tasks]).order_by("pk")
    assert [one.effectiveness for one in judged] == ["effective", "effective", "unknown"]
    assert led.row.number in judged[0].judgement_note
    counts = days_of(site, date(2026, 7, 1), date(2026, 7, 1)).total()
    assert (K46.numerator.number(counts), K46.denominator.number(counts)) == (2, 2)


@pytest.mark.requirement("R070")
def test_what_did_not_help_goes_round_again_and_keeps_its_loops(
    cast: Cast, site: Site, plan: Plan, done: Led, clock: Any
) -> None:
    rounds(site, plan, date(2026, 6, 3), date(2026, 6, 30), missed_every=0)
    rounds(site, plan, date(2026, 7, 23), date(2026, 8, 19), missed_every=3)
    done.check(cast.supervisor)
    with pytest.raises(ValidationError, match="not effective"):
        done.take(stepping.close, cast.project_manager, standard="SOP-7")
    row = done.take(
        stepping.plan_next_loop, cast.supervisor,
        measure="A second guard at night", starts_on=date(2026, 8, 24), due_on=date(2026, 9, 24),
    )  # fmt: skip
    assert row.stage == Stage.PLAN
    assert [loop.number for loop in row.loops.order_by("number")] == [1, 2]
    with pytest.raises(ValidationError):
        done.begin(cast.project_manager, begun_on=date(2026, 7, 21))  # the first loop was being done then
    assert done.begin(cast.project_manager).current.begun_on == date(2026, 8, 20)  # type: ignore[union-attr]  # as above


def test_what_helped_becomes_the_standard(cast: Cast, site: Site, clock: Any) -> None:
    led = Led(proposed(cast.shift_leader, site, cast.supervisor, indicator="", target=None))
    led.begin(cast.project_manager)
    led.done(cast.supervisor)
    row = led.check(cast.company_manager, verdict="effective", cost_after=Decimal(800))
    assert row.cost_after == Decimal(800)
    with pytest.raises(ValidationError):
        led.take(stepping.close, cast.project_manager, standard=" ")
    row = led.take(stepping.close, cast.project_manager, standard="SOP-7, version 3")
    assert (row.stage, row.standard) == (Stage.CLOSED, "SOP-7, version 3")
    with pytest.raises(ValidationError):
        led.take(stepping.cancel, cast.project_manager, reason="Too late")


def test_the_share_saved_is_of_the_cost_before(cast: Cast, site: Site, clock: Any) -> None:
    row = proposed(cast.supervisor, site, cast.guard, cost_before=Decimal(1000), cost_after=Decimal(800))
    assert row.saved == Decimal("-0.2")


def test_giving_up_needs_a_reason_and_a_manager(cast: Cast, led: Led) -> None:
    with pytest.raises(PermissionDenied):
        led.take(stepping.cancel, cast.supervisor, reason="No money")
    with pytest.raises(ValidationError):
        led.take(stepping.cancel, cast.project_manager, reason="")
    assert led.take(stepping.cancel, cast.project_manager, reason="No money").stage == Stage.CANCELLED
    assert told("kpi.measure_cancelled") == {"Shift Leader"}


@pytest.mark.requirement("R100")
def test_a_measure_comes_from_a_case_of_its_site(
    cast: Cast, site: Site, sibling_site: Site, clock: Any
) -> None:
    case: Case = CaseFactory.create(site=site, title="Door forced")
    foreign: Case = CaseFactory.create(site=sibling_site)
    made = proposing.propose(
        user=cast.supervisor, operation_id=uuid7(), site=site, source=case,
        draft=draft_for(cast.guard, origin="case"),
    )  # fmt: skip
    assert made.improvement.source_id == str(case.pk)
    with pytest.raises(ValidationError):
        proposing.propose(
            user=cast.supervisor, operation_id=uuid7(), site=site, source=foreign, draft=draft_for(cast.guard)
        )


#: Which step each stage allows; every other one is refused.
ALLOWED = {
    Stage.PLAN: {"change", "begin", "cancel"},
    Stage.DO: {"change", "done", "cancel"},
    Stage.CHECK: {"check", "cancel"},
    Stage.ACT: {"close", "loop", "cancel"},
    Stage.CLOSED: set(),
    Stage.CANCELLED: set(),
}


@pytest.mark.parametrize("stage", list(ALLOWED))
@pytest.mark.parametrize("step", ["change", "begin", "done", "check", "close", "loop", "cancel"])
def test_the_table_of_states_holds(cast: Cast, site: Site, clock: Any, stage: Stage, step: str) -> None:
    led = Led(proposed(cast.shift_leader, site, cast.supervisor, indicator="", target=None))
    manager = cast.company_manager
    path: dict[Stage, list[Any]] = {
        Stage.PLAN: [],
        Stage.DO: ["begin"],
        Stage.CHECK: ["begin", "done"],
        Stage.ACT: ["begin", "done", "check"],
        Stage.CLOSED: ["begin", "done", "check", "close"],
        Stage.CANCELLED: ["cancel"],
    }
    draft = draft_for(cast.supervisor, indicator="", target=None)
    steps: dict[str, Any] = {
        "change": lambda: led.take(proposing.change, manager, draft=draft),
        "begin": lambda: led.begin(manager),
        "done": lambda: led.done(cast.supervisor),
        "check": lambda: led.check(manager, verdict="unclear"),
        "close": lambda: led.take(stepping.close, manager, standard="SOP"),
        "loop": lambda: led.take(
            stepping.plan_next_loop,
            manager,
            measure="Again",
            starts_on=date(2026, 8, 1),
            due_on=date(2026, 9, 1),
        ),
        "cancel": lambda: led.take(stepping.cancel, manager, reason="Because"),
    }
    for name in path[stage]:
        steps[name]()
    assert led.row.stage == stage
    if step in ALLOWED[stage]:
        steps[step]()
    else:
        with pytest.raises(ValidationError, match="This is not possible"):
            steps[step]()
        assert Improvement.objects.get(pk=led.row.pk).stage == stage


def test_everybody_is_reminded_once(cast: Cast, led: Led, clock: Any) -> None:
    led.begin(cast.project_manager)
    clock.move_to(datetime(2026, 7, 23, 2, 0, tzinfo=UTC))
    assert [remind(), remind()] == [1, 0]
    assert told("kpi.measure_due_soon") == {"Shift Leader"}
    clock.move_to(datetime(2026, 7, 25, 15, 59, tzinfo=UTC))  # 23:59 at the site, on the due day
    assert remind() == 0
    clock.move_to(datetime(2026, 7, 25, 16, 1, tzinfo=UTC))
    assert [remind(), remind()] == [1, 0]
    assert "Shift Leader" in told("kpi.measure_overdue")
    led.done(cast.shift_leader, done_on=date(2026, 7, 24))
    clock.move_to(datetime(2026, 8, 21, 16, 1, tzinfo=UTC))
    assert [remind(), remind()] == [1, 0]
    assert "Shift Leader" not in told("kpi.measure_check_due")
    assert "Supervisor" in told("kpi.measure_check_due")


def test_the_checks_service_refuses_what_the_database_would_not_know(cast: Cast, done: Led) -> None:
    with pytest.raises(ValidationError):
        done.check(cast.supervisor, conclusion="  ")
    with pytest.raises(ValidationError):
        confirming.confirm_check(
            user=cast.supervisor, improvement_id=done.row.pk, version=done.row.version,
            conclusion="Fine", cost_after=Decimal(-5),
        )  # fmt: skip
    assert Improvement.objects.get(pk=done.row.pk).stage == Stage.CHECK
