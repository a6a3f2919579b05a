"""An empty installation is founded once; the door closes behind the first."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from organization.models import Company, Membership, Person, Site
from organization.services import companies
from tests.conftest import Cast
from tests.organization.factories import CompanyFactory

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Lakeside Property",
    "code": "LP",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "person_name": "Zhou Mei",
    "staff_number": "1001",
    "email": "mei@example.org",
    "password": "four words on a quiet evening",
}


def test_the_first_visitor_founds_the_company_and_is_led_on(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/organization/found/"
    answer = client.post("/organization/found/", FORM)
    assert answer.headers["Location"] == "/organization/setup/"
    person = Person.objects.get()
    assert (person.username, str(person.company)) == ("lp-1001", "Lakeside Property")
    assert set(Membership.objects.values_list("role", flat=True)) == {"administrator", "company_manager"}
    assert client.get("/organization/setup/").status_code == 200, "signed in already"


def test_once_somebody_exists_nobody_founds_again(client: Client, cast: Cast) -> None:
    before = Company.objects.count()
    for answer in (client.get("/organization/found/"), client.post("/organization/found/", FORM)):
        assert answer.headers["Location"] == "/accounts/login/"
    with pytest.raises(ValidationError):
        companies.found_company(**FORM)
    assert Company.objects.count() == before


@pytest.mark.parametrize(
    "change",
    [
        {"password": "short"},
        {"email": "nobody"},
        {"code": "L P"},
        {"code": ""},
        {"time_zone": "Mars/Base"},
        {"staff_number": "1 2"},
    ],
)
def test_a_wrong_value_founds_nothing_and_keeps_what_was_typed(
    client: Client, change: dict[str, Any]
) -> None:
    answer = client.post("/organization/found/", FORM | change)
    assert answer.status_code == 422
    assert not Company.objects.exists()
    assert "Lakeside Property" in answer.content.decode()
    assert FORM["password"] not in answer.content.decode()


def test_a_setup_code_keeps_strangers_out(client: Client, settings: Any) -> None:
    settings.SETUP_CODE = "only-the-owner"
    assert client.post("/organization/found/", FORM).status_code == 422
    assert client.post("/organization/found/", {**FORM, "setup_code": "guess"}).status_code == 422
    assert client.post("/organization/found/", {**FORM, "setup_code": "only-the-owner"}).status_code == 302


def test_a_second_company_beside_the_first_shares_nothing(cast: Cast, site: Site) -> None:
    other = CompanyFactory.create()
    assert not Site.objects.visible_to(cast.company_manager).filter(company=other).exists()
