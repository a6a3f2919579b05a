"""A one-time password opens one page, at the desk and on the phone: the one where the person chooses their own."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.core.operations import operation

ONE_TIME = "told-in-person-once"
OWN = "a sentence nobody guesses"


@pytest.mark.requirement("R066")
def test_every_page_leads_to_the_new_password_first(cast: Cast, client: Client) -> None:
    """Until it is chosen; then everything opens, and the session goes on."""
    person = cast.supervisor
    person.must_change_password = True
    person.set_password(ONE_TIME)
    person.save()
    client.force_login(person)
    target = reverse("organization:my_password")
    assert client.get(reverse("portal:live")).headers["Location"] == target
    assert client.get(target).status_code == 200
    answer = client.post(target, {"current": ONE_TIME, "password": OWN})
    assert answer.status_code == 302
    assert client.get(reverse("portal:live")).status_code == 200
    person.refresh_from_db()
    assert person.check_password(OWN)


def test_a_wrong_current_password_changes_nothing(cast: Cast, client: Client) -> None:
    """The error stands beside the field."""
    client.force_login(cast.supervisor)
    answer = client.post(reverse("organization:my_password"), {"current": "wrong", "password": OWN})
    assert answer.status_code == 422
    assert "This is not your current password." in answer.content.decode()


@pytest.fixture
def phone(cast: Cast) -> Client:
    """A phone on which a guard signed in with a one-time password; CSRF is checked as in production."""
    cast.guard.must_change_password = True
    cast.guard.set_password(ONE_TIME)
    cast.guard.save()
    client = Client(enforce_csrf_checks=True)
    token = client.get("/api/v1/session/").json()["csrf"]
    answer = post(client, "/api/v1/session/", token, identifier=cast.guard.username, password=ONE_TIME)
    assert answer.json()["own_password_needed"] is True
    return client


def post(client: Client, path: str, token: str, **body: Any) -> Any:
    """As the phone posts."""
    return client.post(path, body, content_type="application/json", headers={"X-CSRFToken": token})


def choose(client: Client, password: str, current: str = ONE_TIME) -> Any:
    """Choose a password as the phone does."""
    token = client.get("/api/v1/session/").json()["csrf"]
    return post(client, "/api/v1/session/password/", token, current=current, password=password)


def test_the_api_refuses_everything_but_handing_in(phone: Client, cast: Cast) -> None:
    """Nothing a phone has recorded waits for the password; nothing else is answered."""
    token = phone.get("/api/v1/session/").json()["csrf"]
    for path in ("/api/v1/phone/bundle/", "/api/v1/scans/", "/api/v1/rounds/", "/api/v1/schema/"):
        answer = phone.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "own_password_needed"), path
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert post(phone, "/api/v1/cases/", token, title="x").json()["code"] == "own_password_needed"
    handed_in = post(
        phone, "/api/v1/operations/", token, operations=[operation(cast.guard, kind="incidents.unheard_of")]
    )
    assert [receipt["outcome"] for receipt in handed_in.json()["receipts"]] == ["quarantined"]
    assert phone.get(f"/api/v1/uploads/{'0' * 64}/").json()["code"] == "unknown_upload"
    assert phone.get("/api/v1/phone/clock/").status_code == 200
    scan = post(phone, "/api/v1/scans/", token, id="none", made_at="2026-01-01T00:00:00Z", method="qr")
    assert scan.json()["code"] == "malformed"  # looked at, not refused


def test_choosing_on_the_phone_opens_the_api_and_keeps_the_session(phone: Client, cast: Cast) -> None:
    """Under a new key; every other session of the person has ended."""
    elsewhere = Client()
    elsewhere.force_login(cast.guard)
    key = phone.cookies["sessionid"].value
    answer = choose(phone, OWN)
    assert answer.status_code == 200
    assert (answer.json()["person"]["id"], answer.json()["own_password_needed"]) == (cast.guard.pk, False)
    assert phone.cookies["sessionid"].value != key
    assert phone.get("/api/v1/phone/bundle/").status_code == 200
    assert elsewhere.get("/api/v1/session/").status_code == 401
    cast.guard.refresh_from_db()
    assert cast.guard.check_password(OWN)


@pytest.mark.parametrize(
    ("password", "current", "codes"),
    [
        ("short", ONE_TIME, {"password": ["password_too_short"]}),
        ("password1234", ONE_TIME, {"password": ["password_too_common"]}),
        (ONE_TIME, ONE_TIME, {"password": ["password_unchanged"]}),
        (OWN, "guessed", {"current": ["password_wrong"]}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_changes_nothing(
    phone: Client, cast: Cast, password: str, current: str, codes: dict[str, list[str]]
) -> None:
    """In words for readers and in codes for the phone, which has words of its own."""
    answer = choose(phone, password, current)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["codes"] == codes
    assert {field: len(words) for field, words in answer.json()["errors"].items()} == {
        field: len(found) for field, found in codes.items()
    }
    cast.guard.refresh_from_db()
    assert cast.guard.must_change_password
    assert cast.guard.check_password(ONE_TIME)


def test_the_current_password_cannot_be_guessed_for_long(phone: Client) -> None:
    """A phone left lying about is no way to try passwords."""
    answers = [choose(phone, OWN, f"guess {number}").status_code for number in range(11)]
    assert answers == [400] * 10 + [429]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"current": 1}', b"\xff", b'{"current":"a","password":"b","x":1}']
)
def test_what_is_no_choice_is_malformed(phone: Client, body: bytes) -> None:
    """Never a fault of ours."""
    token = phone.get("/api/v1/session/").json()["csrf"]
    answer = phone.post(
        "/api/v1/session/password/", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_the_desk_says_beside_the_field_what_is_wrong(cast: Cast, client: Client) -> None:
    """Too short, and the one-time password itself."""
    cast.supervisor.set_password(ONE_TIME)
    cast.supervisor.save()
    client.force_login(cast.supervisor)
    for password in ("short", ONE_TIME):
        answer = client.post(reverse("organization:my_password"), {"current": ONE_TIME, "password": password})
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"password"}
