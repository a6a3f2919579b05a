"""Somebody deactivated while their phone was offline hands in what they recorded before, and may do nothing else (F24)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core import clock
from core.models import Operation, Quarantine
from incidents.models import Case
from organization.models import Person
from organization.services import people
from organization.sessions import LATE_WITHIN
from patrols.models import Scan
from patrols.services.labels import label_url
from tests.conftest import Cast
from tests.core.operations import batch, operation
from tests.organization.factories import PASSWORD
from tests.patrols.factories import CheckpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F24")]


@pytest.fixture
def guard(cast: Cast) -> Person:
    """Somebody with a password."""
    cast.guard.set_password(PASSWORD)
    cast.guard.save()
    return cast.guard


@pytest.fixture
def phone(guard: Person) -> Client:
    """Their phone, signed in; CSRF is checked as in production."""
    client = Client(enforce_csrf_checks=True)
    client.get("/api/v1/session/")
    assert sign_in(client, guard).status_code == 200
    return client


def sign_in(client: Client, person: Person, password: str = PASSWORD) -> Any:
    """As the phone does."""
    body = {"identifier": person.username, "password": password}
    return client.post("/api/v1/session/", body, content_type="application/json", headers=csrf(client))


def csrf(client: Client) -> dict[str, str]:
    """The header of a write."""
    return {"X-CSRFToken": client.get("/api/v1/session/").json()["csrf"]}


def let_go(person: Person, cast: Cast) -> datetime:
    """Deactivate; returns the instant."""
    people.deactivate(actor=cast.project_manager, person=person)
    person.refresh_from_db()
    assert person.deactivated_at is not None
    return person.deactivated_at


def made(person: Person, at: datetime, **changes: Any) -> dict[str, Any]:
    """A report made at `at` by a phone whose clock is right."""
    body = {"kind": "hazard", "text": "A door stands open", "site_id": person.memberships.get().site_id}
    return operation(
        person, kind="incidents.report", made_at=at.isoformat(), offset_ms=0, body=body, **changes
    )


def hand_in(client: Client, *operations: Any) -> Any:
    """Post a batch."""
    return client.post(
        "/api/v1/operations/", batch(*operations), content_type="application/json", headers=csrf(client)
    )


def outcomes(answer: Any) -> list[tuple[str, list[str]]]:
    """What became of each."""
    assert answer.status_code == 200, answer.content
    return [(receipt["outcome"], receipt["reasons"]) for receipt in answer.json()["receipts"]]


def test_both_sides_of_the_instant(phone: Client, guard: Person, cast: Cast) -> None:
    """Made before: taken and flagged. Made after: kept for a decision. The queue empties either way."""
    ended_at = let_go(guard, cast)
    second = timedelta(seconds=1)
    clock_later = ended_at + second
    before, at_it, after = (made(guard, at) for at in (ended_at - second, ended_at, clock_later))
    while timezone.now() <= clock_later:  # nothing is dated after its receipt
        pass
    answer = outcomes(hand_in(phone, before, at_it, after))
    assert [outcome for outcome, _ in answer] == ["flagged", "flagged", "quarantined"]
    assert all("late_hand_in" in reasons for _, reasons in answer[:2])
    assert answer[2][1] == ["deactivated"]
    assert Case.objects.count() == 2
    assert {case.reported_by for case in Case.objects.all()} == {guard}
    assert Quarantine.objects.get().reason == "deactivated"
    assert outcomes(hand_in(phone, before, at_it, after)) == answer  # as every replay


def test_a_scan_made_before_counts_and_asks_for_a_look(phone: Client, guard: Person, cast: Cast) -> None:
    """Doubtful is a question to a person, never a sanction."""
    point = CheckpointFactory.create(site=guard.memberships.get().site)
    ended_at = let_go(guard, cast)
    body = {"method": "qr", "code": label_url(point.labels.get())}
    op = made(guard, ended_at - timedelta(minutes=5)) | {"kind": "patrols.scan", "body": body}
    [(outcome, reasons)] = outcomes(hand_in(phone, op))
    assert (outcome, "late_hand_in" in reasons) == ("flagged", True)
    scan = Scan.objects.get()
    assert (scan.verdict, scan.checkpoint) == ("doubtful", point)


def test_what_was_taken_in_before_is_receipted_as_before(phone: Client, guard: Person, cast: Cast) -> None:
    """The answer had been lost; the deactivation changes nothing about it."""
    op = made(guard, clock.now() - timedelta(minutes=1))
    first = outcomes(hand_in(phone, op))
    let_go(guard, cast)
    assert outcomes(hand_in(phone, op)) == first
    assert Operation.objects.count() == 1


def test_the_session_is_dead_for_everything_else(phone: Client, guard: Person, cast: Cast) -> None:
    """It only says whose records these are."""
    headers = csrf(phone)
    let_go(guard, cast)
    whose = phone.get("/api/v1/session/")
    assert (whose.status_code, whose.json()["code"]) == (401, "deactivated")
    assert whose.json()["person_id"] == guard.pk
    assert "person" not in whose.json()
    for path in ("phone/bundle/", "scans/", "rounds/", "cases/", "schema/"):
        assert phone.get(f"/api/v1/{path}").status_code == 401, path
    body = {"current": PASSWORD, "password": "four quiet words at night"}
    for path in ("session/password/", "scans/", "cases/"):
        answer = phone.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)
        assert answer.status_code == 401, path
    assert phone.get("/live/").status_code == 302
    assert phone.get(f"/api/v1/uploads/{'0' * 64}/").status_code == 404  # a photo of theirs would be told


def test_signing_in_again_serves_for_handing_in_alone(guard: Person, cast: Cast) -> None:
    """After the session had ended, or the person had signed out with records sealed on the phone."""
    ended_at = let_go(guard, cast)
    phone = Client(enforce_csrf_checks=True)
    assert sign_in(phone, guard, "wrong password here").json()["code"] == "credentials"
    answer = sign_in(phone, guard)
    assert (answer.status_code, answer.json()["code"]) == (401, "deactivated")
    assert answer.json()["person_id"] == guard.pk
    assert outcomes(hand_in(phone, made(guard, ended_at - timedelta(hours=2))))[0][0] == "flagged"
    assert phone.get("/api/v1/phone/bundle/").status_code == 401
    assert phone.get("/").status_code == Client().get("/").status_code
    assert phone.delete("/api/v1/session/", headers=csrf(phone)).status_code == 204
    assert phone.get("/api/v1/session/").json()["code"] == "not_authenticated"


def test_it_ends_after_a_month_with_a_new_password_and_with_reactivation(
    phone: Client, guard: Person, cast: Cast
) -> None:
    """And somebody deactivated before the instant was kept has none of it."""
    let_go(guard, cast)
    Person.objects.filter(pk=guard.pk).update(deactivated_at=clock.now() - LATE_WITHIN)
    assert phone.get("/api/v1/session/").json()["code"] == "not_authenticated"
    Person.objects.filter(pk=guard.pk).update(deactivated_at=None)
    assert phone.get("/api/v1/session/").json()["code"] == "not_authenticated"
    guard.refresh_from_db()
    people.reactivate(actor=cast.project_manager, person=guard)
    assert phone.get("/api/v1/session/").status_code == 200
    let_go(guard, cast)
    guard.set_password("another one altogether")
    guard.save()
    assert phone.get("/api/v1/session/").json()["code"] == "not_authenticated"


def test_deactivating_twice_keeps_the_first_instant(guard: Person, cast: Cast) -> None:
    """What was made between the two was made too late."""
    first = let_go(guard, cast)
    assert let_go(guard, cast) == first


def test_only_ones_own_records(phone: Client, guard: Person, cast: Cast) -> None:
    """A colleague's go into quarantine, as always; a phone that believes in another person is refused."""
    let_go(guard, cast)
    assert outcomes(hand_in(phone, made(cast.other_guard, clock.now())))[0] == ("quarantined", ["author"])
    headers = csrf(phone) | {"X-Orderly-Person": str(cast.other_guard.pk)}
    answer = phone.post("/api/v1/operations/", batch(), content_type="application/json", headers=headers)
    assert answer.status_code == 401
