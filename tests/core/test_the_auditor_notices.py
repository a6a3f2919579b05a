"""The auditor finds what is missing, raises one alarm for it, and shows that it still looks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.translation import gettext_lazy as _

from core import clock, tasks
from core.auditor import Finding, beat, expectation, expectations, heart, pulse, rounds
from core.models import AuditorFinding, Heartbeat, Notification, OutboxItem
from organization.models import Company, Site
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def missing() -> Iterator[list[Finding]]:
    """What the only expectation of these tests finds; a list the test fills and empties."""
    others = dict(expectations._expectations)
    expectations._expectations.clear()
    found: list[Finding] = []
    expectation("test.rounds", _("Failed"))(lambda: list(found))
    yield found
    expectations._expectations.clear()
    expectations._expectations.update(others)


def test_a_finding_opens_once_lasts_and_is_resolved(missing: list[Finding], site: Site) -> None:
    missing.append(Finding("plan-1", company_id=site.company_id, site_id=site.pk, details={"rounds": 3}))
    assert rounds.run() == 1
    assert rounds.run() == 1
    row = AuditorFinding.objects.get()
    assert (row.key, row.site, row.details) == ("plan-1", site, {"rounds": 3})
    assert row.last_seen_at > row.first_seen_at
    missing.clear()
    assert rounds.run() == 0
    row.refresh_from_db()
    assert row.resolved_at is not None


def test_a_check_that_breaks_is_a_finding_and_the_others_still_run(missing: list[Finding]) -> None:
    def broken() -> list[Finding]:
        raise RuntimeError("boom")

    expectation("test.broken")(broken)
    missing.append(Finding("x"))
    assert rounds.run() == 2
    assert AuditorFinding.objects.get(expectation="test.broken").details == {"error": "RuntimeError: boom"}
    assert Heartbeat.objects.get(name=heart.AUDITOR).findings == 2


def test_managers_and_administrators_hear_of_it_once(
    missing: list[Finding], cast: Cast, site: Site, django_capture_on_commit_callbacks: Any
) -> None:
    missing.append(Finding("plan-1", company_id=site.company_id, site_id=site.pk))
    for _round in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            rounds.run()
    told = Notification.objects.filter(kind="core.finding_opened")
    assert {row.recipient for row in told} == {cast.company_manager, cast.administrator}
    assert told.count() == 2


def test_the_heartbeat_is_red_without_a_sign_of_life_for_ten_minutes() -> None:
    assert pulse().tone == "danger"
    beat(heart.AUDITOR)
    assert pulse().tone == "ok"
    beat(heart.AUDITOR, findings=2)
    assert pulse().tone == "warn"
    Heartbeat.objects.update(beaten_at=clock.now() - timedelta(minutes=10, seconds=1))
    assert pulse().tone == "danger"


@pytest.mark.parametrize(
    ("age", "words"), [(None, "Not being checked"), (1, "Checked"), (11, "Not being checked")]
)
def test_the_component_says_it_in_words(age: int | None, words: str) -> None:
    if age is not None:
        beat(heart.AUDITOR)
        Heartbeat.objects.update(beaten_at=clock.now() - timedelta(minutes=age))
    html = Template("{% load auditor %}{% heartbeat %}").render(Context({}))
    assert words in html
    assert "UNDEFINED" not in html


def test_work_nobody_takes_up_and_given_up_work_are_findings(company: Company) -> None:
    late = clock.now() - timedelta(minutes=6)
    OutboxItem.objects.create(handler="x", company=company, not_before=late)
    OutboxItem.objects.create(handler="x", company=company, not_before=late)
    OutboxItem.objects.create(handler="y", company=company, state="dead")
    rounds.run()
    found = {
        row.expectation: row.details for row in AuditorFinding.objects.filter(expectation__startswith="core.")
    }
    assert found == {"core.outbox": {"work": "x", "count": 2}, "core.given_up": {"work": "y", "count": 1}}


def test_the_tasks_leave_their_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.outbox.running.sweep", lambda: 0)
    tasks.sweep_outbox()
    tasks.run_auditor()
    assert {row.name for row in Heartbeat.objects.all()} == {heart.SWEEPER, heart.AUDITOR}


@pytest.mark.parametrize(
    ("name", "status"), [("company_manager", 200), ("administrator", 200), ("auditor", 200), ("guard", 403)]
)
def test_the_list_of_missing_things_is_for_those_who_look_after_the_company(
    client: Client, cast: Cast, missing: list[Finding], site: Site, foreign_site: Site, name: str, status: int
) -> None:
    missing.append(Finding("mine", company_id=site.company_id, site_id=site.pk, details={"n": "OURS"}))
    missing.append(Finding("theirs", company_id=foreign_site.company_id, details={"n": "CANARY-B"}))
    rounds.run()
    client.force_login(getattr(cast, name))
    answer = client.get("/audit/missing/")
    assert answer.status_code == status
    body = answer.content.decode()
    assert ("OURS" in body) == (status == 200)
    assert "CANARY-B" not in body
