"""Requests between departments: asked, answered, begun, delivered, sent back, confirmed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from collaboration.models import CollaborationRequest
from collaboration.services import requesting
from collaboration.versions import Stale
from core.models import Notification
from organization.models import Department, Person
from tests.collaboration.conftest import MORNING, Make
from tests.conftest import Cast


def told(kind: str) -> set[Any]:
    """Who has been told something of a kind."""
    return {row.recipient for row in Notification.objects.filter(kind=f"collaboration.{kind}")}


@pytest.mark.requirement("R096")
def test_a_request_lives_from_asked_to_confirmed(
    cast: Cast, request_made: CollaborationRequest, fitter: Person, clock: Any
) -> None:
    row, key = request_made, request_made.pk
    assert row.number == "CR20261125-0001"
    assert row.answer_by == MORNING + timedelta(hours=4)
    assert told("requested") == {fitter}
    clock.move_to(MORNING + timedelta(hours=1))
    requesting.accept_request(user=fitter, request_id=key, version=1)
    requesting.start_request(user=fitter, request_id=key, version=2)
    requesting.deliver_request(user=fitter, request_id=key, version=3, delivery="Two lamps replaced")
    assert told("request_delivered") == {cast.shift_leader}
    back = requesting.return_request(
        user=cast.shift_leader, request_id=key, version=4, reason="One still flickers"
    )
    assert (back.status, back.delivered_at, back.returned_by) == ("returned", None, cast.shift_leader)
    assert told("request_returned") == {fitter}
    requesting.deliver_request(user=fitter, request_id=key, version=5, delivery="Ballast replaced")
    row = requesting.confirm_request(user=cast.shift_leader, request_id=key, version=6)
    assert (row.status, row.answered_by, row.started_by, row.delivered_by, row.confirmed_by) == (
        "confirmed",
        fitter,
        fitter,
        fitter,
        cast.shift_leader,
    )
    assert list(row.entries.values_list("kind", flat=True)) == [
        "submitted",
        "accepted",
        "started",
        "delivered",
        "returned",
        "delivered",
        "confirmed",
    ]


def test_a_request_is_declined_with_a_reason(request_made: CollaborationRequest, fitter: Person) -> None:
    with pytest.raises(ValidationError, match="reason"):
        requesting.decline_request(user=fitter, request_id=request_made.pk, version=1, reason=" ")
    row = requesting.decline_request(
        user=fitter, request_id=request_made.pk, version=1, reason="The landlord's lamps"
    )
    assert (row.status, row.decline_reason) == ("declined", "The landlord's lamps")
    with pytest.raises(ValidationError):
        requesting.start_request(user=fitter, request_id=request_made.pk, version=2)


def test_only_the_asked_side_answers_and_only_the_asking_side_judges(
    cast: Cast, request_made: CollaborationRequest, fitter: Person
) -> None:
    key = request_made.pk
    for person in (cast.shift_leader, cast.guard, cast.auditor):
        with pytest.raises(PermissionDenied):
            requesting.accept_request(user=person, request_id=key, version=1)
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(Http404):
            requesting.accept_request(user=person, request_id=key, version=1)
    requesting.accept_request(user=cast.supervisor, request_id=key, version=1)  # planners may always
    requesting.start_request(user=fitter, request_id=key, version=2)
    requesting.deliver_request(user=fitter, request_id=key, version=3, delivery="x")
    with pytest.raises(PermissionDenied):
        requesting.confirm_request(user=fitter, request_id=key, version=4)


@pytest.mark.fault("F46")
def test_nobody_answers_what_somebody_has_answered(
    cast: Cast, request_made: CollaborationRequest, fitter: Person
) -> None:
    requesting.accept_request(user=fitter, request_id=request_made.pk, version=1)
    with pytest.raises(Stale):
        requesting.decline_request(user=cast.supervisor, request_id=request_made.pk, version=1, reason="x")


def test_somebody_outside_is_asked_by_name(cast: Cast, ask: Make) -> None:
    row = ask(to_department=None, to_party="Lift company")
    assert row.receiver == "Lift company"
    requesting.accept_request(user=cast.supervisor, request_id=row.pk, version=1)
    with pytest.raises(PermissionDenied):
        requesting.start_request(user=cast.shift_leader, request_id=row.pk, version=2)


def test_what_does_not_fit_is_named(
    ask: Make, security: Department, foreign_site: Any, sibling_site: Any
) -> None:
    elsewhere = Department.objects.create(company=sibling_site.company, site=sibling_site, name="Other")
    foreign = Department.objects.create(company=foreign_site.company, name="Foreign")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("title", {"title": " "}),
        ("to_department", {"to_department": None}),
        ("to_department", {"to_party": "Both"}),
        ("to_department", {"to_department": security}),
        ("to_department", {"to_department": elsewhere}),
        ("to_department", {"to_department": foreign}),
        ("from_department", {"from_department": elsewhere}),
        ("due_at", {"due_at": MORNING}),
    ]
    for name, fields in cases:
        with pytest.raises(ValidationError) as refused:
            ask(**fields)
        assert set(refused.value.error_dict) == {name}


def test_an_answer_is_never_due_after_the_thing_itself(ask: Make) -> None:
    soon = MORNING + timedelta(hours=2)
    assert ask(due_at=soon).answer_by == soon
