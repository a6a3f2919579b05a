"""One door, four names: staff number, phone, mail or sign-in name; and what a one-time password opens."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from organization.models import Company, Person, Role, Site
from organization.services import people
from tests.conftest import Cast
from tests.organization.factories import PASSWORD, CompanyFactory, PersonFactory, person_with

pytestmark = pytest.mark.django_db
NEW = "four words on a quiet evening"


@pytest.fixture
def mei(site: Site) -> Person:
    """A guard with every name somebody can have."""
    return person_with(
        Role.GUARD, site=site, staff_number="1042", phone="13812345678", email="mei@example.org"
    )


def sign_in(client: Client, login: str, password: str) -> Any:
    """As the form sends it."""
    return client.post("/accounts/login/", {"login": login, "password": password})


@pytest.mark.parametrize(
    "login", ["1042", "13812345678", "mei@example.org", "MEI@Example.org", " 1042 ", "ours-1042", "OURS-1042"]
)
def test_any_of_the_four_names_signs_in(client: Client, mei: Person, login: str) -> None:
    mei.username = "ours-1042"
    mei.save()
    response = sign_in(client, login, PASSWORD)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(mei.pk)


@pytest.mark.parametrize(
    "login", ["1042", "104", "", "nobody", "mei@example.org' OR 1=1--", "x" * 5000, "a\x00b"]
)
def test_a_wrong_password_or_name_signs_nobody_in(client: Client, mei: Person, login: str) -> None:
    response = sign_in(client, login, "wrong password here")
    assert response.status_code < 500
    assert "_auth_user_id" not in client.session


def test_a_staff_number_of_two_companies_is_told_apart_by_the_password(mei: Person) -> None:
    other = PersonFactory.create(company=CompanyFactory.create(code="twin"), staff_number="1042")
    other.set_password(NEW)
    other.save()
    assert authenticate(username="1042", password=PASSWORD) == mei
    assert authenticate(username="1042", password=NEW) == other


def test_a_number_that_fits_two_people_signs_nobody_in_but_the_full_name_does(mei: Person) -> None:
    other = PersonFactory.create(company=CompanyFactory.create(code="twin"), staff_number="1042")
    assert authenticate(username="1042", password=PASSWORD) is None
    assert authenticate(username="twin-1042", password=PASSWORD) == other


def test_who_has_left_cannot_sign_in_and_open_sessions_end(client: Client, cast: Cast, mei: Person) -> None:
    sign_in(client, "1042", PASSWORD)
    assert client.get("/notifications/unread/").status_code == 200
    people.deactivate(actor=cast.company_manager, person=mei)
    assert client.get("/notifications/unread/").status_code == 302
    assert sign_in(Client(), "1042", PASSWORD).status_code != 302
    people.reactivate(actor=cast.company_manager, person=mei)
    assert sign_in(Client(), "1042", PASSWORD).status_code == 302


def test_a_supervisor_helps_back_in_with_a_password_that_holds_once(
    client: Client, cast: Cast, mei: Person
) -> None:
    elsewhere = Client()
    sign_in(elsewhere, "1042", PASSWORD)
    client.force_login(cast.supervisor)
    page = client.post(f"/organization/people/{mei.pk}/reset-password/", follow=True)
    mei.refresh_from_db()
    assert mei.must_change_password
    shown = page.context["password"]
    assert shown in page.content.decode()
    assert shown not in client.get(f"/organization/people/{mei.pk}/").content.decode(), "shown once"
    assert elsewhere.get("/notifications/unread/").status_code == 302, "older sessions ended"

    phone = Client()
    assert sign_in(phone, "1042", shown).status_code == 302
    assert phone.get("/").headers["Location"] == "/organization/me/password/"
    answer = phone.post("/organization/me/password/", {"current": shown, "password": NEW})
    assert answer.status_code == 302
    assert phone.get("/notifications/unread/").status_code == 200, "stays signed in here"
    assert authenticate(username="1042", password=shown) is None
    assert authenticate(username="1042", password=NEW) == mei


@pytest.mark.parametrize("weak", ["short", "password1234", "13812345678"])
def test_a_weak_password_is_refused_beside_its_field(client: Client, mei: Person, weak: str) -> None:
    client.force_login(mei)
    response = client.post("/organization/me/password/", {"current": PASSWORD, "password": weak})
    assert response.status_code == 422
    assert authenticate(username="1042", password=PASSWORD) == mei


def test_a_supervisor_cannot_reset_who_outranks_them_or_works_elsewhere(client: Client, cast: Cast) -> None:
    client.force_login(cast.supervisor)
    for person, status in ((cast.company_manager, 404), (cast.sibling_guard, 404), (cast.foreign_guard, 404)):
        before = person.password
        assert client.post(f"/organization/people/{person.pk}/reset-password/").status_code == status
        person.refresh_from_db()
        assert person.password == before


def test_new_people_get_a_one_time_password(cast: Cast, company: Company, site: Site) -> None:
    person, password = people.add_person(
        actor=cast.project_manager, company=company, site=site, role=Role.GUARD, staff_number="2001", name="New",
        phone="", email="", language="",
    )  # fmt: skip
    assert person.username == "ours-2001"
    assert person.must_change_password
    assert authenticate(username="2001", password=password) == person
