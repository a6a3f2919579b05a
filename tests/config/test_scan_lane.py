"""The short way of one scan is as strict as the long one."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.client import ClientHandler

from config.scan_lane import ScanLane
from core.clock import now
from core.ids import uuid7
from organization.models import Person, Site
from organization.sessions import person_of_session
from patrols.models import Scan
from patrols.services import partitions
from patrols.services.labels import _derive
from tests.conftest import Cast
from tests.organization.factories import PASSWORD
from tests.patrols.factories import CheckpointFactory


class LaneHandler(ClientHandler, ScanLane):  # type: ignore[misc]  # the test handler is called without start_response
    """Django's test handler over the lane's chain."""


class LaneClient(Client):
    """A client whose POSTs take the short way."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.handler = LaneHandler(self.handler.enforce_csrf_checks)


def post(client: Client, site: Site, **headers: str) -> Any:
    """Hand in a scan of a new point of `site`."""
    partitions.ensure()
    at = now() - timedelta(minutes=1)
    code = _derive(CheckpointFactory.create(site=site).pk, 1)
    body = {"id": str(uuid7(at)), "made_at": at.isoformat(), "method": "qr", "offset_ms": 0, "code": code}
    return client.post("/api/v1/scans/", json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.parametrize("way", [Client, LaneClient])
def test_both_ways_answer_alike(cast: Cast, site: Site, way: type[Client]) -> None:
    client = way()
    assert post(client, site).status_code == 401
    client.force_login(cast.guard)
    answer = post(client, site)
    assert answer.status_code == 201, answer.content
    assert answer.headers["X-Orderly-Receipt"] == "1"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert post(client, site, **{"x-orderly-person": str(cast.other_guard.pk)}).status_code == 401
    assert post(client, site, authorization="Bearer nonsense").status_code == 401
    assert Scan.objects.get().person == cast.guard


def test_csrf_is_checked(cast: Cast, site: Site) -> None:
    client = LaneClient(enforce_csrf_checks=True)
    client.force_login(cast.guard)
    assert post(client, site).json()["code"] == "csrf"


def test_the_lane_needs_two_statements_for_the_person_and_one_for_the_scan(
    cast: Cast, site: Site, django_assert_num_queries: Any
) -> None:
    client = LaneClient()
    client.force_login(cast.guard)
    post(client, site)
    partitions.ensure()
    at = now()
    body = {
        "id": str(uuid7(at)),
        "made_at": at.isoformat(),
        "method": "qr",
        "offset_ms": 0,
        "code": _derive(CheckpointFactory.create(site=site).pk, 1),
    }
    with django_assert_num_queries(3):
        assert (
            client.post("/api/v1/scans/", json.dumps(body), content_type="application/json").status_code
            == 201
        )


def test_a_session_ends_with_password_activity_and_time(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.guard)
    key = client.cookies["sessionid"].value
    assert person_of_session(key) == cast.guard
    assert person_of_session("") is None
    assert person_of_session("x" * 32) is None
    person = Person.objects.get(pk=cast.guard.pk)
    old = person.password
    person.set_password(PASSWORD + "!")
    person.save()
    assert person_of_session(key) is None
    Person.objects.filter(pk=person.pk).update(password=old)
    assert person_of_session(key) == cast.guard
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert person_of_session(key) is None
    Person.objects.filter(pk=person.pk).update(is_active=True)
    session = client.session
    session.set_expiry(-1)
    session.save()
    assert person_of_session(key) is None
