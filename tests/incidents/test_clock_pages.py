"""The clocks on the pages and in the API."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from incidents.models import Case, ElasticRule, EscalationPolicy, LimitRule, SiteCondition
from incidents.services.escalating import escalate
from organization.models import Person, Site
from tests.conftest import Cast
from tests.incidents.test_limits import MINUTE, MORNING, opened


def as_(person: Person) -> Client:
    """Signed in."""
    client = Client()
    client.force_login(person)
    return client


def page(person: Person, name: str, *args: Any, **query: Any) -> str:
    """The text of a page."""
    answer = as_(person).get(reverse(f"incidents:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def now() -> Any:
    """Everything happens at MORNING."""
    with time_machine.travel(MORNING, tick=False):
        yield


def test_a_case_says_what_is_left_which_rule_says_so_and_what_stretched_it(
    cast: Cast, site: Site, now: Any
) -> None:
    ElasticRule.objects.create(
        company=site.company, site=site, condition="storm", extra_minutes=15, reason="Roads under water"
    )
    SiteCondition.objects.create(site=site, started_at=MORNING, started_by=cast.shift_leader)
    case = opened(cast, site)
    text = page(cast.guard, "case", case.pk)
    assert "45 min left" in text
    assert "24 h" in text or "1 d left" in text
    assert "Shipped limit" in text
    assert "Service standard: response within 30 minutes" in text
    assert "Roads under water" in text
    assert "I am on it" in text
    assert "Pause" not in text, "a guard does not pause"
    assert "I am on it" not in page(cast.auditor, "case", case.pk)


def test_the_buttons_pause_resume_acknowledge_and_extend(cast: Cast, site: Site, now: Any) -> None:
    case = opened(cast, site)
    leader = as_(cast.supervisor)
    url = lambda name: reverse(f"incidents:{name}", args=[case.pk])  # noqa: E731 - short for a test
    assert leader.post(url("case_pause"), {"reason": "owner", "version": 1}).status_code == 302
    assert "Waiting for the owner" in page(cast.supervisor, "case", case.pk)
    stale = leader.post(url("case_resume"), {"version": 1, "note": "Back again"})
    assert "Back again" in stale.content.decode()
    assert leader.post(url("case_resume"), {"version": 2}).status_code == 302
    assert as_(cast.guard).post(url("case_acknowledge")).status_code == 302
    assert Case.objects.get(pk=case.pk).acknowledged_at == MORNING
    assert leader.post(url("case_priority"), {"version": 4, "priority": "P1"}).status_code == 302
    early = leader.post(url("case_extension"), {"until": "2026-11-18T11:00", "reason": "Parts"})
    assert "until" in early.context["form"].errors
    assert (
        leader.post(url("case_extension"), {"until": "2026-11-21T10:00", "reason": "Parts"}).status_code
        == 302
    )
    assert "More time asked for" in page(cast.project_manager, "case", case.pk)
    version = Case.objects.get(pk=case.pk).version
    decided = as_(cast.project_manager).post(
        url("case_extension_decide"), {"is_granted": "yes", "version": version}
    )
    assert decided.status_code == 302
    assert Case.objects.get(pk=case.pk).due_at == MORNING + timedelta(days=3)


def test_the_list_counts_down_in_words(cast: Cast, site: Site, now: Any) -> None:
    opened(cast, site, due_at=MORNING - 90 * MINUTE)
    opened(cast, site, due_at=MORNING + 20 * MINUTE)
    text = page(cast.supervisor, "cases")
    assert "overdue by 1 h 30 min" in text
    assert "20 min left" in text


def test_planners_set_a_limit_from_its_line_and_take_it_away(cast: Cast, site: Site) -> None:
    client = as_(cast.supervisor)
    client.get(reverse("incidents:cases"), {"site": site.pk})
    shown = page(cast.supervisor, "clocks")
    assert "Micro fire station" in shown
    line: dict[str, str | int] = {
        "aspect": "response",
        "kind": "incident",
        "category": "002",
        "priority": "P1",
        "minutes": 3,
        "warn": 1,
    }
    form = client.get(reverse("incidents:limit_add"), line).context["form"]
    assert (form["amount"].value(), form["unit"].value(), form["category"].value()) == (3, "minutes", "002")
    data = {"scope": "site", "aspect": "response", "kind": "incident", "category": "002", "priority": "P1", "trait": "", "amount": 2, "unit": "minutes", "warn_minutes": 1, "calendar": "always", "basis": "Contract"}  # fmt: skip
    bad = client.post(reverse("incidents:limit_add"), data | {"warn_minutes": 9})
    assert bad.context["form"].errors.keys() == {"warn_minutes"}
    forbidden = client.post(reverse("incidents:limit_add"), data | {"scope": "company"})
    assert forbidden.context["form"].errors.keys() == {"scope"}
    assert client.post(reverse("incidents:limit_add"), data).status_code == 302
    rule = LimitRule.objects.get()
    assert (rule.site, rule.minutes) == (site, 2)
    assert "Micro fire station" not in page(cast.supervisor, "clocks")
    changed = client.post(reverse("incidents:limit_change", args=[rule.pk]), data | {"amount": 4})
    assert changed.status_code == 302
    rule.refresh_from_db()
    assert rule.minutes == 4
    assert client.post(reverse("incidents:limit_remove", args=[rule.pk])).status_code == 302
    assert not LimitRule.objects.exists()


def test_a_policy_is_typed_step_by_step(cast: Cast, site: Site) -> None:
    client = as_(cast.company_manager)
    data = {"scope": "company", "name": "Night watch", "repeat": 2, "repeat_after": 10, "delay1": 0, "roles1": ["shift_leader"], "delay2": 15, "people2": [cast.project_manager.pk], "delay3": 5}  # fmt: skip
    wrong = client.post(reverse("incidents:policy_add"), data)
    assert wrong.context["form"].errors.keys() == {"roles3"}
    del data["delay3"]
    assert client.post(reverse("incidents:policy_add"), data).status_code == 302
    policy = EscalationPolicy.objects.get()
    assert [(step.delay_minutes, step.roles) for step in policy.steps.all()] == [
        (0, ["shift_leader"]),
        (15, []),
    ]
    assert "Night watch" in page(cast.supervisor, "clocks")
    form = client.get(reverse("incidents:policy_change", args=[policy.pk])).context["form"]
    assert form["delay2"].value() == 15
    assert (
        client.post(reverse("incidents:policy_change", args=[policy.pk]), data | {"name": "Day"}).status_code
        == 302
    )
    assert policy.steps.count() == 2


def test_an_elastic_rule_and_a_storm(cast: Cast, site: Site) -> None:
    client = as_(cast.supervisor)
    data = {"scope": "site", "condition": "storm", "stretches": "both", "factor": "1.5", "extra_minutes": 0, "night_from": "22:00", "night_until": "06:00", "at_least": 3, "within_minutes": 60, "reason": "Flooded roads"}  # fmt: skip
    assert client.post(reverse("incidents:elastic_add"), data).status_code == 302
    assert ElasticRule.objects.get().factor == 1.5
    assert client.post(reverse("incidents:storm_declare", args=[site.pk])).status_code == 302
    client.get("/", {"site": site.pk})
    assert "Storm declared" in client.get(reverse("incidents:cases")).content.decode()
    storm = SiteCondition.objects.get()
    assert client.post(reverse("incidents:storm_end", args=[storm.pk])).status_code == 302
    assert "Storm declared" not in client.get(reverse("incidents:cases")).content.decode()


class TestApi:
    def send(self, person: Person, case: Case, what: str, body: dict[str, Any]) -> Any:
        """One POST."""
        return as_(person).post(f"/api/v1/cases/{case.pk}/{what}/", body, content_type="application/json")

    def test_limits_pauses_and_escalations_stand_in_the_case(self, cast: Cast, site: Site, now: Any) -> None:
        case = opened(cast, site, kind="incident", priority="P1")
        with time_machine.travel(MORNING + MINUTE, tick=False):
            escalate()
        paused = self.send(cast.supervisor, case, "pause", {"reason": "access", "note": "Locked"})
        assert paused.status_code == 200, paused.content
        data = paused.json()
        assert [(row["aspect"], row["state"], row["set_by"]) for row in data["limits"]] == [
            ("response", "paused", "shipped"),
            ("completion", "paused", "shipped"),
        ]
        assert [row["reason"] for row in data["pauses"]] == ["access"]
        assert {row["reason"]: row["level"] for row in data["escalations"]}["unacknowledged"] == 1
        assert self.send(cast.supervisor, case, "resume", {"version": 1}).status_code == 412
        assert self.send(cast.supervisor, case, "resume", {}).status_code == 200
        assert self.send(cast.guard, case, "acknowledge", {}).json()["acknowledged_at"] is not None

    def test_priority_and_more_time(self, cast: Cast, site: Site, now: Any) -> None:
        case = opened(cast, site)
        raised = self.send(cast.supervisor, case, "priority", {"priority": "P1", "version": 1})
        assert (raised.status_code, raised.json()["priority"]) == (200, "P1")
        until = (MORNING + timedelta(days=2)).isoformat()
        assert self.send(cast.guard, case, "extension", {"until": until, "reason": "x"}).status_code == 403
        asked = self.send(cast.supervisor, case, "extension", {"until": until, "reason": "Parts"})
        assert asked.status_code == 200, asked.content
        version = asked.json()["version"]
        decided = self.send(
            cast.project_manager, case, "extension/decide", {"is_granted": True, "version": version}
        )
        assert (decided.status_code, decided.json()["due_at"][:10]) == (200, "2026-11-20")

    def test_roles_and_sites_are_kept_apart(self, cast: Cast, site: Site, now: Any) -> None:
        case = opened(cast, site)
        bodies: dict[str, dict[str, Any]] = {
            "pause": {"reason": "owner"},
            "priority": {"priority": "P1", "version": 1},
        }
        for what, body in bodies.items():
            assert self.send(cast.guard, case, what, body).status_code == 403
            assert self.send(cast.foreign_supervisor, case, what, body).status_code == 404
        assert self.send(cast.auditor, case, "acknowledge", {}).status_code == 403
        assert self.send(cast.supervisor, case, "pause", {"reason": "lunch"}).status_code == 400
