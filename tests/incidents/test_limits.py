"""Limits: which rule sets them, what stretches them, what happens when a case turns out to be something else."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from core.ids import uuid7
from incidents.models import Case, ElasticRule, EntryKind, LimitRule
from incidents.selectors.clocks import due_of, readings
from incidents.services.clock_rules import declare_storm, end_storm, remove, save_elastic, save_limit
from incidents.services.handling import assign_case
from incidents.services.opening import open_case
from incidents.services.prioritising import change_priority
from incidents.services.steps import take_step
from incidents.services.writing import StaleCase
from organization.models import Company, Site
from tests.conftest import Cast

#: Wednesday 18 November, 10:00 in Shanghai
MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def opened(cast: Cast, site: Site, at: datetime = MORNING, **fields: Any) -> Case:
    """A hazard found by the guard."""
    values: dict[str, Any] = {"kind": "hazard", "title": "Matter", "reported_by": cast.guard}
    return open_case(
        operation_id=uuid7(), site=site, occurred_at=at, reported_at=at, **(values | fields)
    ).case


def minutes(case: Case, aspect: str) -> float | None:
    """How long after the report a limit lies."""
    due = due_of(case, aspect)
    return None if due is None else (due - case.reported_at) / MINUTE


@pytest.mark.requirement("R010")
@pytest.mark.requirement("R071")
@pytest.mark.parametrize(
    ("fields", "response", "completion"),
    [
        ({"kind": "incident", "priority": "P1", "category": "002"}, 3, 1440),
        ({"kind": "incident", "priority": "P1", "category": "001"}, 5, 1440),
        ({"kind": "incident", "priority": "P2", "category": "002"}, 10, 1440),
        ({"kind": "service_request", "priority": "P3"}, 30, 1440),
        ({"kind": "complaint", "priority": "P1"}, 30, 2880),
        ({"kind": "violation"}, 30, 7 * 1440),
        ({"facts": {"deadline": "shift"}}, 30, 480),
        ({"facts": {"deadline": "week", "grade": "major"}}, 30, 7 * 1440),
        ({"facts": {"grade": "major"}}, 30, 30 * 1440),
        ({}, 30, 1440),
    ],
)
def test_shipped_limits(
    cast: Cast, site: Site, fields: dict[str, Any], response: int, completion: int
) -> None:
    case = opened(cast, site, **fields)
    assert (minutes(case, "response"), minutes(case, "completion")) == (response, completion)
    assert case.original_due_at == case.due_at
    assert {row.source for row in readings(case)} == {"Shipped limit"}
    assert all(row.basis for row in readings(case))


@pytest.mark.requirement("R072")
def test_repairs_are_answered_within_two_hours_and_complaints_within_ten_days(cast: Cast, site: Site) -> None:
    repair = opened(cast, site, kind="service_request", facts={"is_repair": True})
    assert minutes(repair, "answer") == 120
    assert minutes(opened(cast, site, kind="service_request"), "answer") is None
    assert minutes(opened(cast, site, kind="complaint"), "ultimate") == 10 * 1440


def rule(company: Company, site: Site | None, minutes: int, **fields: Any) -> LimitRule:
    """A limit for completion of hazards."""
    values = {"aspect": "completion", "kind": "hazard", "basis": "Contract"} | fields
    return LimitRule.objects.create(company=company, site=site, minutes=minutes, **values)


@pytest.mark.requirement("R014")
def test_the_sites_rule_stands_above_the_companys_and_that_above_the_shipped(
    cast: Cast, company: Company, site: Site, sibling_site: Site, foreign_company: Company
) -> None:
    rule(foreign_company, None, 1)
    rule(sibling_site.company, sibling_site, 2)
    assert minutes(opened(cast, site), "completion") == 1440
    rule(company, None, 700)
    case = opened(cast, site)
    assert (minutes(case, "completion"), case.limits["completion"]["source"]) == (700, "company")
    own = rule(company, site, 600)
    case = opened(cast, site)
    assert (minutes(case, "completion"), case.limits["completion"]["rule"]) == (600, own.pk)
    assert readings(case)[-1].basis == "Contract"


def test_the_more_particular_line_counts_whoever_set_it(cast: Cast, company: Company, site: Site) -> None:
    rule(company, site, 600)
    rule(company, None, 300, category="lift")
    rule(company, None, 200, priority="P1")
    assert minutes(opened(cast, site, category="lift"), "completion") == 300
    assert minutes(opened(cast, site, category="gas"), "completion") == 600
    assert minutes(opened(cast, site, category="gas", priority="P1"), "completion") == 200
    # the deadline somebody chose is more particular than any of them
    assert minutes(opened(cast, site, category="lift", facts={"deadline": "day"}), "completion") == 1440


def test_business_limits_wait_for_the_morning(cast: Cast, company: Company, site: Site) -> None:
    site.business_hours = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    site.save()
    rule(company, site, 120, calendar="business")
    case = opened(cast, site, at=MORNING + timedelta(hours=7))  # Wednesday 17:00
    assert case.due_at == MORNING + timedelta(hours=24)  # Thursday 10:00


def test_a_named_due_time_stays_whatever_the_rules_say(cast: Cast, site: Site) -> None:
    named = MORNING + timedelta(days=3)
    case = opened(cast, site, due_at=named)
    assert (case.due_at, case.original_due_at, case.limits["completion"]["source"]) == (named, named, "named")
    graded = take_step(user=cast.supervisor, case_id=case.pk, step="assess", values={"facts.grade": "major"})
    assert graded.due_at == named


@pytest.mark.requirement("R054")
def test_another_grade_sets_the_limits_again_and_says_so(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    first = case.due_at
    graded = take_step(
        user=cast.supervisor,
        case_id=case.pk,
        step="assess",
        values={"facts.grade": "general", "facts.deadline": "week"},
    )
    assert graded.due_at == MORNING + timedelta(days=7)
    assert graded.original_due_at == first
    line = case.entries.get(code="limits")
    assert (line.kind, line.text) == (EntryKind.CHANGED, "completion: 2026-11-19 10:00 → 2026-11-25 10:00")
    assert graded.version == 3


def test_assigning_with_a_due_time_names_it(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    until = MORNING + timedelta(days=2)
    changed = assign_case(
        user=cast.supervisor, case_id=case.pk, version=1, person=cast.facility_engineer, due_at=until
    )
    assert (changed.due_at, changed.limits["completion"]["source"]) == (until, "named")
    assert changed.limits["completion"]["baseline"] == (MORNING + timedelta(days=1)).isoformat()


def test_a_raised_priority_responds_from_now_and_a_lowered_one_from_the_report(
    cast: Cast, site: Site
) -> None:
    case = opened(cast, site, kind="incident")
    with time_machine.travel(MORNING + 20 * MINUTE, tick=False):
        raised = change_priority(
            user=cast.shift_leader, case_id=case.pk, version=1, priority="P1", note="Smoke"
        )
        assert raised.response_due_at == MORNING + 25 * MINUTE
        assert case.entries.get(code="priority").text == "P3 → P1. Smoke"
        with pytest.raises(StaleCase):
            change_priority(user=cast.shift_leader, case_id=case.pk, version=1, priority="P2")
        lowered = change_priority(
            user=cast.shift_leader, case_id=case.pk, version=raised.version, priority="P3"
        )
        assert lowered.response_due_at == MORNING + 30 * MINUTE
    with pytest.raises(PermissionDenied):
        change_priority(user=cast.guard, case_id=case.pk, version=4, priority="P1")
    with pytest.raises(Http404):
        change_priority(user=cast.foreign_supervisor, case_id=case.pk, version=4, priority="P1")


def elastic(site: Site, condition: str, **fields: Any) -> ElasticRule:
    """A rule of the site."""
    values = {"stretches": "response", "extra_minutes": 5, "reason": f"Because of {condition}"} | fields
    return ElasticRule.objects.create(company=site.company, site=site, condition=condition, **values)


@pytest.mark.requirement("R074")
class TestElasticRules:
    def test_at_night_by_the_sites_wall_clock(self, cast: Cast, site: Site) -> None:
        elastic(
            site, "night", night_from=time(22), night_until=time(6), factor=Decimal("1.5"), extra_minutes=0
        )
        night = opened(cast, site, at=datetime(2026, 11, 18, 14, 0, tzinfo=UTC), priority="P1")  # 22:00
        assert minutes(night, "response") == 8  # 5 × 1.5, rounded up
        assert night.limits["response"]["stretched"] == [
            {"condition": "night", "reason": "Because of night", "minutes": 3}
        ]
        assert night.limits["response"]["baseline"] == (night.reported_at + 5 * MINUTE).isoformat()
        day = opened(cast, site, at=datetime(2026, 11, 18, 22, 0, tzinfo=UTC), priority="P1")  # 06:00
        assert minutes(day, "response") == 5

    def test_while_a_storm_is_declared(self, cast: Cast, site: Site, sibling_site: Site) -> None:
        elastic(site, "storm", stretches="both", factor=Decimal(2), extra_minutes=10)
        with time_machine.travel(MORNING, tick=False):
            storm = declare_storm(user=cast.shift_leader, site=site)
            assert declare_storm(user=cast.supervisor, site=site) == storm
            assert (minutes(opened(cast, site), "response"), minutes(opened(cast, site), "completion")) == (
                70,
                2890,
            )
        with time_machine.travel(MORNING + 10 * MINUTE, tick=False):
            end_storm(user=cast.shift_leader, condition_id=storm.pk)
            assert minutes(opened(cast, site, at=MORNING + 10 * MINUTE), "response") == 30
        with pytest.raises(PermissionDenied):
            declare_storm(user=cast.guard, site=site)
        with pytest.raises(Http404):
            end_storm(user=cast.foreign_supervisor, condition_id=storm.pk)

    def test_when_several_emergencies_come_at_once(self, cast: Cast, site: Site, sibling_site: Site) -> None:
        elastic(site, "simultaneous", at_least=3, within_minutes=30, extra_minutes=7)
        opened(cast, sibling_site, priority="P1", reported_by=cast.sibling_guard)
        opened(cast, site, priority="P3")
        opened(cast, site, at=MORNING - timedelta(hours=2), priority="P1")
        first, second = opened(cast, site, priority="P1"), opened(cast, site, priority="P2")
        third = opened(cast, site, at=MORNING + 29 * MINUTE, priority="P2")
        assert [minutes(case, "response") for case in (first, second, third)] == [5, 10, 17]
        assert minutes(opened(cast, site, at=MORNING + 29 * MINUTE, priority="P3"), "response") == 30

    def test_a_sites_rule_replaces_the_companys_and_priorities_are_heeded(
        self, cast: Cast, site: Site
    ) -> None:
        ElasticRule.objects.create(
            company=site.company,
            condition="night",
            extra_minutes=50,
            reason="Company",
            night_from=time(0),
            night_until=time(0),
        )
        assert minutes(opened(cast, site, priority="P2"), "response") == 60
        elastic(site, "night", night_from=time(0), night_until=time(0), extra_minutes=1, priorities=["P2"])
        assert minutes(opened(cast, site, priority="P2"), "response") == 11


class TestWhoSetsRules:
    values = {"aspect": "response", "kind": "", "category": "", "trait": "", "priority": "P1", "minutes": 4, "warn_minutes": 1, "calendar": "always", "basis": "Contract §3"}  # fmt: skip

    def test_planners_of_the_site_and_company_wide_roles(
        self, cast: Cast, company: Company, site: Site
    ) -> None:
        save_limit(user=cast.supervisor, company=company, site=site, values=self.values)
        save_limit(user=cast.company_manager, company=company, site=None, values=self.values)
        for person, where in ((cast.guard, site), (cast.shift_leader, site), (cast.supervisor, None), (cast.sibling_supervisor, site), (cast.foreign_manager, site)):  # fmt: skip
            with pytest.raises(PermissionDenied):
                save_limit(user=person, company=company, site=where, values=self.values)
        known = LimitRule.objects.get(site=site)
        with pytest.raises(Http404):
            remove(user=cast.foreign_manager, model=LimitRule, rule_id=known.pk)
        remove(user=cast.supervisor, model=LimitRule, rule_id=known.pk)
        assert list(LimitRule.objects.values_list("site", flat=True)) == [None]

    def test_one_rule_per_line_and_traits_fit_their_kind(
        self, cast: Cast, company: Company, site: Site
    ) -> None:
        save_limit(user=cast.supervisor, company=company, site=site, values=self.values)
        with pytest.raises(ValidationError):
            save_limit(user=cast.supervisor, company=company, site=site, values=self.values)
        wrong = self.values | {"kind": "complaint", "trait": "week"}
        with pytest.raises(ValidationError, match="does not fit"):
            save_limit(user=cast.supervisor, company=company, site=site, values=wrong)

    def test_an_elastic_rule_must_stretch(self, cast: Cast, company: Company, site: Site) -> None:
        values = {"condition": "night", "factor": Decimal(1), "extra_minutes": 0, "reason": "Night"}
        with pytest.raises(ValidationError, match="factor above 1"):
            save_elastic(user=cast.supervisor, company=company, site=site, values=values)
