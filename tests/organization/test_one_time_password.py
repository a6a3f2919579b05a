"""A one-time password opens one page: the one where the person chooses their own."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast

OWN = "a sentence nobody guesses"


@pytest.mark.requirement("R066")
def test_every_page_leads_to_the_new_password_first(cast: Cast, client: Client) -> None:
    """Until it is chosen; then everything opens, and the session goes on."""
    person = cast.supervisor
    person.must_change_password = True
    person.set_password("told-in-person-once")
    person.save()
    client.force_login(person)
    target = reverse("organization:my_password")
    assert client.get(reverse("portal:live")).headers["Location"] == target
    assert client.get(target).status_code == 200
    answer = client.post(target, {"current": "told-in-person-once", "password": OWN})
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
