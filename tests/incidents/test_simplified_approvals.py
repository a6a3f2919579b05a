"""Routine matters go on without a superior or a second person where a rule says so, and only there (R054)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.clock import now
from incidents.models import ApprovalRule, Case
from incidents.selectors.steps import steps_for
from incidents.services.prepared import install_rules, save_rule, shipped
from incidents.services.steps import take_step
from incidents.workflows import workflow_of
from organization.models import Person, Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory

pytestmark = pytest.mark.requirement("R054")


def take(case: Case, person: Person, step: str, **values: Any) -> Case:
    return take_step(user=person, case_id=case.pk, step=step, values=values)


def request_of(site: Site, **more: Any) -> Case:
    return CaseFactory.create(site=site, kind="service_request", **more)


def test_without_a_rule_the_whole_way_is_gone(cast: Cast, site: Site) -> None:
    with pytest.raises(PermissionDenied):
        take(request_of(site), cast.guard, "accept")


def test_a_guard_accepts_a_routine_repair_and_the_timeline_says_by_which_rule(cast: Cast, site: Site) -> None:
    install_rules(site.company)
    case = request_of(site)
    assert "accept" in [step.code for step in steps_for(cast.guard, case)]
    assert take(case, cast.guard, "accept").state == "accepted"
    used = case.entries.get(code="simplified")
    assert used.text.startswith("routine-repair-accept")
    assert used.actor == cast.guard


def test_whoever_the_table_allows_uses_no_rule(cast: Cast, site: Site) -> None:
    install_rules(site.company)
    case = request_of(site)
    take(case, cast.supervisor, "accept")
    assert not case.entries.filter(code="simplified").exists()


def test_graver_cases_other_sites_and_auditors_keep_the_whole_way(
    cast: Cast, site: Site, sibling_site: Site
) -> None:
    install_rules(site.company)
    with pytest.raises(PermissionDenied):
        take(request_of(site, priority="P1"), cast.guard, "accept")
    with pytest.raises(PermissionDenied):
        take(request_of(site), cast.auditor, "accept")
    ApprovalRule.objects.update(site=sibling_site)
    with pytest.raises(PermissionDenied):
        take(request_of(site), cast.guard, "accept")
    ApprovalRule.objects.update(site=None, is_active=False)
    with pytest.raises(PermissionDenied):
        take(request_of(site), cast.guard, "accept")


@pytest.mark.parametrize(("severity", "is_simple"), [("minor", True), ("serious", False)])
def test_a_minor_violation_needs_no_second_person(
    severity: str, is_simple: bool, cast: Cast, site: Site
) -> None:
    install_rules(site.company)
    case = CaseFactory.create(site=site, kind="violation")
    leader = cast.shift_leader
    said = {"facts.facts": "x", "facts.evidence": "x", "facts.proposal": "x", "facts.offender": "staff"}
    take_step(user=leader, case_id=case.pk, step="submit", values={**said, "facts.severity": severity})
    plan = {"facts.plan": "Reminded", "assigned_to": leader, "due_at": now() + timedelta(days=1)}
    if not is_simple:
        with pytest.raises(PermissionDenied), transaction.atomic():
            take_step(user=leader, case_id=case.pk, step="plan", values=plan)
        return
    take_step(user=leader, case_id=case.pk, step="plan", values=plan)
    take_step(user=leader, case_id=case.pk, step="rectify", values={"resolution": "Reminded on the spot"})
    take_step(user=leader, case_id=case.pk, step="reinspect", values={"facts.reinspection": "Kept"})
    case.refresh_from_db()
    assert case.verified_by == case.resolved_by == leader
    assert case.entries.filter(code="simplified").count() == 2


def test_the_shipped_rules_name_steps_that_exist_and_come_once(site: Site) -> None:
    for row in shipped("approvals"):
        workflow_of(row["kind"]).step(row["step"])
    assert len(install_rules(site.company)) == len(shipped("approvals"))
    assert install_rules(site.company) == []


def test_only_managers_write_rules_and_only_sound_ones(cast: Cast, site: Site) -> None:
    good = {
        "company": site.company,
        "site": site,
        "code": "x",
        "name": {"en": "x"},
        "kind": "hazard",
        "step": "close",
    }
    with pytest.raises(PermissionDenied):
        save_rule(user=cast.supervisor, rule=ApprovalRule(**good, waives_superior=True))
    with pytest.raises(PermissionDenied):
        save_rule(
            user=cast.project_manager, rule=ApprovalRule(**{**good, "site": None}, waives_superior=True)
        )
    for wrong in ({"step": "nonsense"}, {"severity": "minor"}, {"category": "nonsense"}):
        with pytest.raises(ValidationError):
            save_rule(user=cast.project_manager, rule=ApprovalRule(**{**good, **wrong}, waives_superior=True))
    with pytest.raises(ValidationError):
        save_rule(user=cast.project_manager, rule=ApprovalRule(**good))
    assert save_rule(user=cast.project_manager, rule=ApprovalRule(**good, waives_superior=True)).pk


def test_the_page_writes_rule_and_template_in_three_languages(cast: Cast, site: Site) -> None:
    client = Client()
    client.force_login(cast.company_manager)
    rule = {"code": "r", "way": "hazard/close", "gravest": "P3", "waives_superior": "on", "is_active": "on"}
    assert client.post(reverse("incidents:rule_add"), rule).status_code == 422
    rule |= {"name_zh-hans": "一般隐患直接关闭", "name_en": "General hazard"}
    assert client.post(reverse("incidents:rule_add"), rule).status_code == 302
    made = ApprovalRule.objects.get()
    assert made.name == {"zh-hans": "一般隐患直接关闭", "en": "General hazard"}
    page = client.get(reverse("incidents:rule_change", args=[made.pk])).content.decode()
    assert "一般隐患直接关闭" in page
    template = {
        "code": "t", "kind": "hazard", "what": "hazard/gas", "priority": "P2", "position": 5, "is_active": "on",
        "name_zh-hans": "燃气", "title_zh-hans": "燃气泄漏隐患", "measures_zh-hans": "关阀\n通风",
    }  # fmt: skip
    assert client.post(reverse("incidents:template_add"), template).status_code == 302
    kept = site.company.case_templates.get()
    assert (kept.category, kept.measures["zh-hans"].split()) == ("gas", ["关阀", "通风"])
    wrong = client.post(
        reverse("incidents:template_add"), {**template, "code": "u", "what": "violation/pets"}
    )
    assert wrong.status_code == 422
