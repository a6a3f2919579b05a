"""Telephone interviews: households by lot, one caller each, numbers on record, one answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from organization.models import Site
from surveys.models import Call, InvitationState, Wave
from surveys.sampling import lot
from surveys.selectors.papers import call_counts
from surveys.services.interviewing import (
    HELD,
    answer_interview,
    call_again,
    next_household,
    note_outcome,
    phones_of,
)
from tests.conftest import Cast
from tests.organization.factories import ResidentFactory
from tests.surveys.scored import running_wave


@pytest.fixture
def wave(site: Site) -> Wave:
    """Five households, anonymous."""
    return running_wave(site, strata={"A": 5})


def test_households_come_by_lot_one_for_each_caller(wave: Wave, cast: Cast) -> None:
    by_lot = sorted(wave.invitations.values_list("pk", flat=True), key=lambda pk: lot(7, pk))
    first = next_household(user=cast.shift_leader, wave=wave)
    second = next_household(user=cast.supervisor, wave=wave)
    assert first is not None
    assert second is not None
    assert [first.pk, second.pk] == by_lot[:2]
    assert next_household(user=cast.shift_leader, wave=wave) == first  # until something came of it
    with time_machine.travel(timezone.now() + HELD + timedelta(minutes=1)):
        assert next_household(user=cast.project_manager, wave=wave) == first


def test_households_with_a_known_number_come_first(wave: Wave, cast: Cast) -> None:
    by_lot = sorted(wave.invitations.values_list("pk", flat=True), key=lambda pk: lot(7, pk))
    for pk in by_lot[-2:]:
        household = wave.invitations.get(pk=pk).household
        ResidentFactory.create(household=household, phone="13812345678")
        ResidentFactory.create(household=household, phone="")
    assert call_counts(wave).numberless == 3
    given = [
        next_household(user=one, wave=wave)
        for one in (cast.shift_leader, cast.supervisor, cast.project_manager)
    ]
    assert [one and one.pk for one in given] == [by_lot[3], by_lot[4], by_lot[0]]


def test_the_caller_is_told_what_was_noted(wave: Wave, cast: Cast, client: Client) -> None:
    invitation = next_household(user=cast.supervisor, wave=wave)
    assert invitation is not None
    client.force_login(cast.supervisor)
    page = client.get(reverse("surveys:call", args=[invitation.pk])).content.decode()
    assert "No number is known." in page
    assert "Show telephone numbers" not in page
    outcome = reverse("surveys:call_outcome", args=[invitation.pk, "unreachable"])
    told = client.post(outcome, follow=True).content.decode()
    assert f"Noted: {invitation.household}, Could not be reached." in told


def test_who_asks_to_be_called_later_is_left_alone_until_then(wave: Wave, cast: Cast) -> None:
    first = next_household(user=cast.supervisor, wave=wave)
    assert first is not None
    later = timezone.now() + timedelta(hours=3)
    call_again(user=cast.supervisor, invitation_id=first.pk, after=later)
    seen = {row.pk for _turn in range(5) if (row := next_household(user=cast.supervisor, wave=wave))}
    assert first.pk not in seen
    assert call_counts(wave).later == 1
    with pytest.raises(ValidationError):
        call_again(
            user=cast.supervisor,
            invitation_id=first.pk,
            after=(wave.closes_at or timezone.now()) + timedelta(days=1),
        )
    for row in wave.invitations.exclude(pk=first.pk):
        note_outcome(user=cast.supervisor, invitation_id=row.pk, state=InvitationState.REFUSED)
    assert next_household(user=cast.supervisor, wave=wave) is None
    with time_machine.travel(later + timedelta(minutes=1)):
        assert next_household(user=cast.supervisor, wave=wave) == first


def test_an_interview_is_one_answer_and_leaves_no_trace_of_when(wave: Wave, cast: Cast) -> None:
    household = next_household(user=cast.supervisor, wave=wave)
    assert household is not None
    answer_interview(
        user=cast.supervisor, invitation_id=household.pk, form_key=uuid4(), typed={"overall": "4"}
    )
    response = wave.responses.get()
    assert (response.channel, response.stratum_id) == ("interview", household.stratum_id)
    assert (response.invitation, response.entered_by, response.received_at) == (None, None, None)
    assert wave.opened_at is not None
    assert response.received_on == wave.opened_at.astimezone(wave.site.zone_info).date()
    assert not Call.objects.exists()
    with pytest.raises(ValidationError, match="answered"):
        answer_interview(
            user=cast.shift_leader, invitation_id=household.pk, form_key=uuid4(), typed={"overall": "1"}
        )
    assert wave.responses.count() == 1


def test_of_a_named_wave_the_same_form_twice_is_one_answer(site: Site, cast: Cast) -> None:
    wave = running_wave(site, strata={"A": 2}, is_anonymous=False)
    household, key = wave.invitations.order_by("pk")[0], uuid4()
    answer_interview(user=cast.supervisor, invitation_id=household.pk, form_key=key, typed={"overall": "4"})
    with pytest.raises(ValidationError):
        answer_interview(
            user=cast.supervisor, invitation_id=household.pk, form_key=key, typed={"overall": "4"}
        )
    response = wave.responses.get()
    assert (response.invitation_id, response.entered_by_id) == (household.pk, cast.supervisor.pk)


def test_every_look_at_numbers_is_recorded_and_only_some_may(wave: Wave, cast: Cast) -> None:
    invitation = wave.invitations.select_related("household__site").order_by("pk")[0]
    assert invitation.household is not None
    ResidentFactory.create(household=invitation.household, phone="13812345678")
    (resident,) = phones_of(user=cast.supervisor, invitation=invitation)
    assert resident.phone == "13812345678"
    assert AuditEntry.objects.filter(action="organization.phones_seen", actor=cast.supervisor).count() == 1
    with pytest.raises(PermissionDenied):
        phones_of(user=cast.fire_safety_manager, invitation=invitation)


def test_refusing_is_not_the_last_word(wave: Wave, cast: Cast) -> None:
    invitation = wave.invitations.order_by("pk")[0]
    note_outcome(user=cast.supervisor, invitation_id=invitation.pk, state=InvitationState.REFUSED)
    answer_interview(
        user=cast.supervisor, invitation_id=invitation.pk, form_key=uuid4(), typed={"overall": "4"}
    )
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.ANSWERED
    with pytest.raises(ValidationError):
        note_outcome(user=cast.supervisor, invitation_id=invitation.pk, state=InvitationState.REFUSED)
