"""Whatever happens to cases, the kept figures of every day are right once the tick has run: nobody forgets to mark a day."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from core import changed_days
from core.clock import now
from incidents.models import AnalysisReport, Case, CaseKind, ElasticRule
from incidents.services import analysing, bulk, extending, handling, pausing, reporting_up
from incidents.services.clock_rules import declare_storm
from incidents.services.prioritising import change_priority
from incidents.services.steps import record_act, take_step
from incidents.services.writing import StaleCase
from incidents.workflows import workflow_of
from kpi.indicators import indicators
from kpi.models import CountedUntil, DayFigure
from kpi.selectors.counting import days_of
from kpi.services.checking import check
from kpi.services.folding import fold_changed
from kpi.services.turning import turn_days
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.incidents.test_limits import MINUTE, MORNING, opened
from tests.kpi.slow import slow_counts
from tests.organization.factories import ZoneFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = date(2026, 11, 10)


def at(moment: datetime) -> Any:
    """The clock stands at `moment`."""
    return time_machine.travel(moment, tick=False)


def tick() -> None:
    """What runs every minute."""
    turn_days()
    while fold_changed():
        pass


def check_kept(site: Site) -> None:
    """The tick runs; then every kept day, and today as it is read, is what a slow reading of the cases says."""
    tick()
    today = now().astimezone(site.zone_info).date()
    kept = dict(DayFigure.objects.filter(site=site, zone=None).values_list("day", "counts"))
    for number in range((today - FIRST).days):
        day = FIRST + timedelta(days=number)
        assert kept.get(day, {}) == slow_counts(site, day, day, now()), day
    assert days_of(site, today, today).total() == slow_counts(site, today, today, now())


class Life:
    """Things that happen to the cases of a site, by chance."""

    def __init__(self, cast: Cast, site: Site, seed: int) -> None:
        self.cast, self.site, self.chance = cast, site, Random(seed)
        self.zones = [ZoneFactory.create(site=site), None]
        self.acts: list[Callable[[Case], object]] = [
            self.step, self.step, self.step, self.step, self.act, self.pause, self.resume, self.ask, self.decide,
            self.merge, self.rank, self.assign, self.recur, self.send, self.analyse, self.answer,
        ]  # fmt: skip

    def happen(self) -> None:
        """One thing."""
        if self.chance.random() < 0.3 or not Case.objects.filter(site=self.site).exists():
            self.open()
            return
        case = self.chance.choice(list(Case.objects.filter(site=self.site).order_by("pk")))
        with suppress(ValidationError, PermissionDenied, StaleCase, reporting_up.StaleReport):
            self.chance.choice(self.acts)(case)

    def open(self) -> None:
        """A case, reported now or told of late."""
        late = self.chance.choice((timedelta(), timedelta(), HOUR, 30 * HOUR))
        facts = (
            {"is_repair": True} if (kind := self.chance.choice(list(CaseKind))) == "service_request" else {}
        )
        opened(
            self.cast,
            self.site,
            at=now() - late,
            kind=kind,
            zone=self.chance.choice(self.zones),
            priority=self.chance.choice(("P1", "P2", "P3")),
            facts=facts,
        )

    def value(self, case: Case, path: str) -> Any:
        """Something a field takes."""
        known = {
            "facts.level": self.chance.choice((1, 2, 4)),
            "category": self.chance.choice(("002", "001")) if case.kind == "incident" else case.category,
            "facts.grade": self.chance.choice(("general", "major")),
            "facts.deadline": "week",
            "facts.offender": self.chance.choice(("staff", "resident")),
            "facts.severity": "minor",
            "facts.sanction": "none",
            "facts.answer": "accepted",
            "facts.is_valid": self.chance.random() < 0.5,
            "facts.is_our_responsibility": True,
            "facts.injured": 1,
            "facts.dead": 0,
            "facts.seriously_injured": 1,
            "assigned_to": self.cast.shift_leader,
            "due_at": now() + self.chance.choice((HOUR, 2 * DAY)),
            "facts.origin": "patrol",
        }
        return known.get(path, "Word")

    def step(self, case: Case) -> None:
        """A step that leads on, by whoever may."""
        found = self.chance.choice(list(workflow_of(case.kind).steps_from(case.state)) or [None])
        if found is None:
            return
        offered = [path for path in found.offers if path in ("facts.deadline", "no_action_reason", "facts.is_our_responsibility")]  # fmt: skip
        values = {path: self.value(case, path) for path in (*found.demands, *offered)}
        for person in (self.cast.supervisor, self.cast.project_manager):
            with suppress(ValidationError, PermissionDenied):
                take_step(user=person, case_id=case.pk, step=found.code, values=values)
                return

    def act(self, case: Case) -> None:
        """An act beside the steps."""
        found = self.chance.choice(workflow_of(case.kind).acts)
        values = {path: self.value(case, path) for path in found.demands}
        record_act(user=self.cast.supervisor, case_id=case.pk, act=found.code, values=values)

    def pause(self, case: Case) -> None:
        """Nothing can be done."""
        pausing.pause(user=self.cast.supervisor, case_id=case.pk, reason="owner")

    def resume(self, case: Case) -> None:
        """It goes on."""
        pausing.resume(user=self.cast.supervisor, case_id=case.pk)

    def ask(self, case: Case) -> None:
        """More time is asked for."""
        until = now() + 3 * DAY
        extending.ask_extension(user=self.cast.shift_leader, case_id=case.pk, until=until, reason="x")

    def decide(self, case: Case) -> None:
        """It is granted."""
        extending.decide_extension(user=self.cast.project_manager, case_id=case.pk, is_granted=True)

    def merge(self, case: Case) -> None:
        """It is the same as another, several at once."""
        other = Case.objects.filter(site=self.site, kind=case.kind).exclude(pk=case.pk).first()
        if other is not None and self.chance.random() < 0.3:
            values = {"original_id": other.pk}
            bulk.run(user=self.cast.supervisor, act="merge", seen=[(case.pk, case.version)], values=values)

    def rank(self, case: Case) -> None:
        """Another priority."""
        rank = self.chance.choice(("P1", "P2", "P3"))
        change_priority(user=self.cast.supervisor, case_id=case.pk, version=case.version, priority=rank)

    def assign(self, case: Case) -> None:
        """Somebody is to settle it, until another time."""
        due = now() + self.chance.choice((HOUR, DAY, 3 * DAY))
        handling.assign_case(user=self.cast.supervisor, case_id=case.pk, version=case.version, person=self.cast.guard, due_at=due)  # fmt: skip

    def recur(self, case: Case) -> None:
        """It happened before."""
        earlier = Case.objects.filter(
            site=self.site, kind=case.kind, reported_at__lt=case.reported_at
        ).first()
        if earlier is not None:
            handling.link_recurrence(user=self.cast.supervisor, case_id=case.pk, version=case.version, earlier_id=earlier.pk)  # fmt: skip

    def send(self, case: Case) -> None:
        """It is reported upward."""
        report = case.upward_reports.filter(sent_at=None).first()
        if report is not None:
            reporting_up.write_report(
                user=self.cast.supervisor,
                case_id=case.pk,
                version=report.version,
                items={},
                statutory_grade=self.chance.choice(("none", "general")),
                is_sent=self.chance.random() < 0.7,
                sent_to="Street office",
                channel="phone",
            )

    def analyse(self, case: Case) -> None:
        """The analysis is written, handed in, or sent back."""
        report = AnalysisReport.objects.filter(case=case).first()
        if report is None:
            return
        if report.state == "submitted":
            analysing.return_report(user=self.cast.project_manager, case_id=case.pk, version=report.version, note="x")  # fmt: skip
            return
        texts = dict.fromkeys(analysing.DEMANDED, "x")
        report = analysing.write_report(user=self.cast.supervisor, case_id=case.pk, version=report.version, values=texts)  # fmt: skip
        analysing.submit_report(user=self.cast.supervisor, case_id=case.pk, version=report.version)

    def answer(self, case: Case) -> None:
        """The resident is written to."""
        handling.add_note(user=self.cast.supervisor, case_id=case.pk, text="Soon", is_internal=False)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_kept_days_are_right(cast: Cast, site: Site, seed: int) -> None:
    ElasticRule.objects.create(company=site.company, condition="storm", reason="Storm", factor=2)
    life, moment = Life(cast, site, seed), MORNING
    with at(moment):
        declare_storm(user=cast.supervisor, site=site)
    for number in range(120):
        moment += life.chance.choice((MINUTE, 10 * MINUTE, HOUR, 5 * HOUR, 13 * HOUR))
        with at(moment):
            life.happen()
            if number % 8 == 7:
                check_kept(site)
    with at(moment + 40 * DAY):
        check_kept(site)
        assert check(site, [FIRST + timedelta(days=number) for number in range(60)]) == 0


def test_what_falls_due_counts_without_anybody_touching_it(cast: Cast, site: Site) -> None:
    """Due at ten, counted at nine and never touched: the turn of the day counts it; until then readers do."""
    with at(MORNING):
        case = opened(cast, site, kind="service_request")
        tick()
    assert case.counted_due_at == MORNING + DAY
    due_day = (MORNING + DAY).date()
    with at(MORNING + DAY - MINUTE):
        assert days_of(site, due_day, due_day).total().get("service_due") is None
        tick()
    with at(MORNING + DAY + MINUTE):
        assert days_of(site, due_day, due_day).total()["service_due"] == 1  # today is read over the records
    midnight = MORNING + DAY + 14 * HOUR  # the site's
    with at(midnight + MINUTE):
        assert not changed_days.waiting(site.pk, due_day, due_day)
        assert days_of(site, due_day, due_day).total()["service_due"] == 1  # not yet counted since it ended
        tick()
        assert DayFigure.objects.get(site=site, zone=None, day=due_day).counts["service_due"] == 1
        assert CountedUntil.objects.get(site=site).day == due_day
        assert turn_days() == 0


def test_the_limit_figures_go_by_is_moved_by_pauses_alone(cast: Cast, site: Site) -> None:
    ElasticRule.objects.create(
        company=site.company, condition="storm", reason="Storm", factor=2, stretches="both"
    )
    with at(MORNING - HOUR):
        declare_storm(user=cast.supervisor, site=site)
    case = opened(cast, site, kind="service_request")
    assert case.due_at == MORNING + 2 * DAY  # the storm doubles it
    assert case.counted_due_at == MORNING + DAY
    assert case.counted_response_due_at == MORNING + 30 * MINUTE
    with at(MORNING + 10 * MINUTE):
        pausing.pause(user=cast.supervisor, case_id=case.pk, reason="owner")
    with at(MORNING + 70 * MINUTE):
        case = pausing.resume(user=cast.supervisor, case_id=case.pk)
    assert case.counted_due_at == MORNING + DAY + HOUR
    assert case.counted_response_due_at == MORNING + 90 * MINUTE
    with at(MORNING + 2 * HOUR):
        extending.ask_extension(
            user=cast.shift_leader, case_id=case.pk, until=MORNING + 9 * DAY, reason="Parts"
        )
        case = extending.decide_extension(user=cast.project_manager, case_id=case.pk, is_granted=True)
    assert case.due_at == MORNING + 9 * DAY
    assert case.counted_due_at == MORNING + DAY + HOUR


def test_the_plan_of_a_hazard_sets_its_deadline_once(cast: Cast, site: Site) -> None:
    with at(MORNING):
        case = opened(cast, site)
        graded = {"facts.grade": "general", "facts.deadline": "week"}
        case = take_step(user=cast.supervisor, case_id=case.pk, step="assess", values=graded)
    assert case.counted_due_at == MORNING + 7 * DAY
    planned = {"facts.measure": "x", "assigned_to": cast.shift_leader, "due_at": MORNING + 12 * DAY}
    with at(MORNING + HOUR):
        case = take_step(user=cast.supervisor, case_id=case.pk, step="plan", values=planned)
    assert case.counted_due_at == MORNING + 12 * DAY
    later = MORNING + 20 * DAY
    case = handling.assign_case(user=cast.supervisor, case_id=case.pk, version=case.version, person=None, due_at=later)  # fmt: skip
    assert (case.due_at, case.counted_due_at) == (later, MORNING + 12 * DAY)


def test_a_hazard_opened_again_makes_a_later_one_a_recurrence(cast: Cast, site: Site) -> None:
    earlier = CaseFactory.create(
        site=site, state="closed", status="closed", occurred_at=MORNING - 130 * DAY, resolved_at=MORNING - 125 * DAY,
        verified_at=MORNING - 121 * DAY, closed_at=MORNING - 120 * DAY,
    )  # fmt: skip
    with at(MORNING):
        later = opened(cast, site)
        handling.link_recurrence(user=cast.supervisor, case_id=later.pk, version=1, earlier_id=earlier.pk)
    with at(MORNING + DAY):
        check_kept(site)
        assert "hazards_recurred" not in days_of(site, FIRST, MORNING.date()).total()
        take_step(user=cast.supervisor, case_id=earlier.pk, step="reopen", values={"note": "Loose again"})
        check_kept(site)
        assert days_of(site, FIRST, MORNING.date()).total()["hazards_recurred"] == 1


@pytest.mark.requirement("R072")
def test_a_repair_answered_late_shows_in_the_share(cast: Cast, site: Site) -> None:
    for minutes in (100, 120, 121):
        with at(MORNING):
            case = opened(cast, site, kind="service_request", facts={"is_repair": True})
        with at(MORNING + minutes * MINUTE):
            take_step(user=cast.supervisor, case_id=case.pk, step="accept")
    with at(MORNING + 3 * HOUR):
        counts = days_of(site, MORNING.date(), MORNING.date()).total()
    assert indicators()["K06"].value(counts, site) == pytest.approx(2 / 3)
