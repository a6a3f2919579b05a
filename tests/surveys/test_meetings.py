"""Observations, forums and feedback: what was due is done, findings become cases, residents read what is published."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from collaboration.selectors.linked import actions_of
from collaboration.services.adding import add_action
from core.recurrence import rule_from_json
from incidents.links import digest, point_token
from incidents.models import CaseSource, IntakePoint
from organization.models import Site
from surveys.links import invitation_digest, invitation_token
from surveys.models import Forum, Observation, Occasion, OccasionState, SaidDone, SurveyPlan
from surveys.services.feedback import publish_feedback, save_feedback, withdraw_feedback
from surveys.services.meetings import open_case_of_finding, save_forum, save_observation
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory
from tests.surveys.scored import answer, close, running_wave


def occasion(site: Site, activity: str, in_days: int) -> Occasion:
    """Something due around today."""
    rule = rule_from_json({"frequency": "monthly", "month_days": [5], "times": ["09:00"]})
    plan = SurveyPlan.objects.create(site=site, activity=activity, rule=rule, starts_on=timezone.now().date())
    return Occasion.objects.create(plan=plan, due_on=timezone.now().date() + timedelta(days=in_days))


@pytest.mark.requirement("R069")
def test_an_observation_does_what_was_due_and_its_findings_become_cases(site: Site, cast: Cast) -> None:
    due, far = occasion(site, "observation", 4), occasion(site, "observation", 60)
    row = save_observation(
        user=cast.shift_leader,
        observation=Observation(
            site=site,
            observed_at=timezone.now(),
            zone=ZoneFactory.create(site=site),
            what_was_seen="Gate at night",
        ),
        findings=["Barrier stays open", "", "Guard on the telephone"],
    )
    due.refresh_from_db()
    far.refresh_from_db()
    assert (due.state, due.done_by, far.state) == (OccasionState.DONE, cast.shift_leader, OccasionState.DUE)
    assert row.occasion == due
    finding = row.findings.order_by("pk")[0]
    assert row.findings.count() == 2
    case = open_case_of_finding(user=cast.shift_leader, finding_id=finding.pk, kind="hazard")
    assert (case.title, case.source, case.zone) == ("Barrier stays open", CaseSource.DESK, row.zone)
    assert open_case_of_finding(user=cast.supervisor, finding_id=finding.pk, kind="hazard") == case
    client = Client()
    client.force_login(cast.supervisor)
    other = row.findings.order_by("pk")[1]
    sent: Any = client.post(reverse("surveys:finding_case", args=[other.pk]), {"kind": "violation"})
    other.refresh_from_db()
    assert sent["Location"] == reverse("incidents:case", args=[other.case_id])
    with pytest.raises(PermissionDenied):
        save_observation(
            user=cast.guard, observation=Observation(site=site, observed_at=timezone.now(), what_was_seen="x")
        )
    with pytest.raises(ValidationError):
        save_observation(
            user=cast.supervisor,
            observation=Observation(
                site=site, observed_at=timezone.now() + timedelta(days=1), what_was_seen="x"
            ),
        )


@pytest.mark.requirement("R076")
def test_a_forum_is_announced_then_held_and_what_was_agreed_has_owners(
    site: Site, cast: Cast, client: Client
) -> None:
    due = occasion(site, "forum", -3)
    held = timezone.now() - timedelta(hours=1)
    row = save_forum(
        user=cast.supervisor, forum=Forum(site=site, held_at=held, place="Hall", topics="Parking")
    )
    due.refresh_from_db()
    assert (row.occasion, due.state) == (due, OccasionState.DUE)  # not before its minutes are written
    row.minutes = "Twelve more spaces are marked."
    save_forum(user=cast.supervisor, forum=row)
    due.refresh_from_db()
    assert due.state == OccasionState.DONE
    add_action(
        user=cast.supervisor, operation_id=uuid4(), site=site, title="Mark the spaces", owner=cast.facility_engineer,
        due_at=timezone.now() + timedelta(days=7), source=row,
    )  # fmt: skip
    client.force_login(cast.supervisor)
    page = client.get(reverse("surveys:forum", args=[row.pk])).content.decode()
    assert "Mark the spaces" in page
    pdf = client.get(reverse("surveys:forum_minutes", args=[row.pk]))
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.requirement("R069")
def test_a_result_is_given_to_a_department_and_its_state_stands_on_the_result(
    site: Site, cast: Cast, client: Client
) -> None:
    wave = running_wave(site, strata={"A": 20})
    answer(wave, [5] * 10 + [1] * 2)
    close(wave)
    client.force_login(cast.supervisor)
    page = client.get(reverse("surveys:results", args=[wave.pk])).content.decode()
    source = f"surveys.wave%3A{wave.pk}"
    assert f"?source={source}&amp;title=Overall" in page
    form: Any = client.get(f"{reverse('collaboration:action_add')}?source={source}&title=Overall%3F")
    assert form.context["form"]["title"].value() == "Overall?"
    add_action(
        user=cast.supervisor, operation_id=uuid4(), site=site, title="Answer faster", owner=cast.shift_leader,
        due_at=timezone.now() + timedelta(days=7), source=wave,
    )  # fmt: skip
    assert actions_of(wave).get().title == "Answer faster"
    assert "Answer faster" in client.get(reverse("surveys:results", args=[wave.pk])).content.decode()


@pytest.mark.requirement("R069")
def test_residents_read_what_is_published_and_nothing_else(site: Site, cast: Cast, client: Client) -> None:
    point = IntakePoint.objects.create(site=site, place="Gate", issued_at=timezone.now(), serial=1)
    point.token_sha256 = digest(point_token(point.pk, point.serial))
    point.save()
    wave = running_wave(site, strata={"A": 1})
    invitation = wave.invitations.get()
    invitation.token_sha256 = invitation_digest(invitation.pk, invitation.serial)
    invitation.save()
    paths = (
        reverse("portal:point_said_done", args=[point_token(point.pk, point.serial)]),
        reverse("portal:survey_said_done", args=[invitation_token(invitation.pk, invitation.serial)]),
    )
    row = save_feedback(
        user=cast.supervisor,
        feedback=SaidDone(
            site=site, said={"en": "Too dark", "zh-hans": "太暗"}, did={"en": "Forty new lamps"}
        ),
    )

    def told() -> list[bool]:
        return ["Forty new lamps" in client.get(path).content.decode() for path in paths]

    assert told() == [False, False]
    publish_feedback(user=cast.supervisor, feedback_id=row.pk)
    assert told() == [True, True]
    withdraw_feedback(user=cast.supervisor, feedback_id=row.pk)
    assert told() == [False, False]
    with pytest.raises(PermissionDenied):
        publish_feedback(user=cast.shift_leader, feedback_id=row.pk)
