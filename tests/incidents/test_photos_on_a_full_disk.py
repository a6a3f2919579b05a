"""A photo that cannot be kept at the desk costs nothing else: the form says so beside the field, nothing typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from core import faults
from core.api.problems import exception_handler
from core.attachments import StoreUnavailable
from core.models import Attachment
from core.pages import STORE_UNAVAILABLE
from incidents.models import Case, CaseEntry
from organization.models import Site
from tests.conftest import Cast
from tests.core import pictures
from tests.incidents.factories import CaseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F38", "F39")]


@contextmanager
def full_disk() -> Iterator[None]:
    """While this lasts, no file can be written."""

    def no_space() -> None:
        raise faults._ERRORS["ENOSPC"]()

    with faults.armed("store.save", no_space):
        yield


def photo() -> SimpleUploadedFile:
    """A photo as a browser sends it."""
    return SimpleUploadedFile("door.jpg", pictures.jpeg(), "image/jpeg")


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """The supervisor's browser."""
    client.force_login(cast.supervisor)
    return client


def refused(response: Any) -> None:
    """The form is there again, with the message beside the photos and in no other place."""
    assert response.status_code == 503
    assert response.context["form"].errors == {"photos": [str(STORE_UNAVAILABLE)]}


def test_a_new_case_is_typed_once_and_saved_without_its_photo(desk: Client) -> None:
    typed = {
        "title": "Fire door wedged open",
        "kind": "hazard",
        "priority": "P3",
        "source": "desk",
        "place": "Stair 2",
        "form_key": "k-1",
    }
    with full_disk():
        response = desk.post("/cases/add/", typed | {"photos": photo()})
    refused(response)
    page = response.content.decode()
    assert "Fire door wedged open" in page
    assert "Stair 2" in page
    assert not Case.objects.exists()
    assert desk.post("/cases/add/", typed).status_code == 302
    assert Case.objects.get().title == "Fire door wedged open"
    assert not Attachment.objects.exists()


def test_a_note_is_typed_once_and_entered_when_its_photo_can_be_kept(
    desk: Client, cast: Cast, site: Site
) -> None:
    case = CaseFactory.create(site=site, reported_by=cast.guard)
    address = f"/cases/{case.pk}/note/"
    with full_disk():
        response = desk.post(address, {"text": "Wedge removed, door closes.", "photos": photo()})
    refused(response)
    assert "Wedge removed, door closes." in response.content.decode()
    assert not CaseEntry.objects.filter(case=case).exists()
    typed = {"text": "Wedge removed, door closes.", "photos": photo()}
    assert desk.post(address, typed).status_code == 302
    assert Attachment.objects.count() == 1


def test_a_site_plan_is_refused_in_the_same_words(client: Client, cast: Cast, site: Site) -> None:
    client.force_login(cast.project_manager)
    with full_disk():
        response = client.post(
            f"/organization/sites/{site.pk}/plan/",
            {"plan": photo(), "plan_width_m": "321", "plan_height_m": "100"},
        )
    assert response.status_code == 503
    assert response.context["form"].errors == {"plan": [str(STORE_UNAVAILABLE)]}
    assert 'value="321"' in response.content.decode()
    site.refresh_from_db()
    assert not site.plan
    assert str(site.plan_width_m) == "200.0"


def test_the_words_are_there_in_every_language(settings: Any) -> None:
    said = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            said.add(str(STORE_UNAVAILABLE))
    assert len(said) == len(settings.LANGUAGES)


def test_the_api_answers_with_a_problem_and_when_to_come_back() -> None:
    response = exception_handler(StoreUnavailable("full"), {})
    assert response is not None
    assert (response.status_code, response.content_type) == (503, "application/problem+json")
    assert response.data["code"] == "store_unavailable"
    assert "Retry-After" in response.headers
