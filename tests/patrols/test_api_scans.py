"""The endpoint for one scan."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from core.ids import uuid7
from core.models import Quarantine
from organization.models import Person
from patrols.models import Scan
from patrols.services.labels import _derive
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING


def post(person: Person, **fields: Any) -> Any:
    """Hand in one scan over HTTP by the person's session."""
    client = Client()
    client.force_login(person)
    body = {
        "id": str(uuid7(MORNING)),
        "made_at": (MORNING + timedelta(minutes=5)).isoformat(),
        "method": "qr",
        "offset_ms": 0,
    } | fields
    return client.post("/api/v1/scans/", json.dumps(body), content_type="application/json")


def test_a_scan_is_created_once(cast: Cast, beat: Beat) -> None:
    key = str(uuid7(MORNING))
    fields = {"id": key, "code": _derive(beat.points[0].pk, 1), "offset_age_ms": 1000}
    first, again = post(cast.guard, **fields), post(cast.guard, **fields)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["outcome"] == "accepted"
    assert first.json()["round_status"] == "missed" or first.json()["round_id"] == beat.round.pk
    assert first.headers["X-Orderly-Receipt"] == "1"
    assert Scan.objects.get().pk == UUID(key)


def test_the_same_id_with_another_body_is_a_conflict(cast: Cast, beat: Beat) -> None:
    key = str(uuid7(MORNING))
    post(cast.guard, id=key, code=_derive(beat.points[0].pk, 1))
    answer = post(cast.guard, id=key, code=_derive(beat.points[1].pk, 1))
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
    assert Quarantine.objects.count() == 1
    assert Scan.objects.get().checkpoint_id == beat.points[0].pk


def test_an_unknown_code_is_kept_aside(cast: Cast, beat: Beat) -> None:
    answer = post(cast.guard, code="zz.1.aaaa")
    assert answer.status_code == 202
    assert answer.json()["reasons"] == ["unknown_code"]
    assert Quarantine.objects.get().site == beat.plan.site


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"id": 1}',
        b"\xff\xfe",
        b'{"id": "\\u0000"}',
        b"[" * 5000,
        b'{"id": "01900000-0000-7000-8000-000000000000", "made_at": "2026-01-01T00:00:00", "method": "qr"}',
        b'{"id": "01900000-0000-7000-8000-000000000000", "made_at": "2026-01-01T00:00:00Z", "method": "qr", "lat": 91}',
        b'{"id": "01900000-0000-7000-8000-000000000000", "made_at": "2026-01-01T00:00:00Z", "method": "typed", "typed": "\\u0000"}',
        b'{"id": "01900000-0000-7000-8000-000000000000", "made_at": "2026-01-01T00:00:00Z", "method": "qr", "seq": 99999999999999999999}',
    ],
)
def test_a_body_that_is_no_scan_is_refused_politely(cast: Cast, beat: Beat, body: bytes) -> None:
    client = Client()
    client.force_login(cast.guard)
    answer = client.post("/api/v1/scans/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_strangers_and_stale_tokens_are_refused(cast: Cast, beat: Beat) -> None:
    assert Client().post("/api/v1/scans/", b"{}", content_type="application/json").status_code == 401
    wrong = Client(headers={"authorization": "Bearer nothing"})
    assert wrong.post("/api/v1/scans/", b"{}", content_type="application/json").status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.guard)
    answer = strict.post("/api/v1/scans/", b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_the_list_answers_at_the_same_address(cast: Cast, beat: Beat) -> None:
    post(cast.guard, code=_derive(beat.points[0].pk, 1))
    client = Client()
    client.force_login(cast.supervisor)
    assert [row["checkpoint"] for row in client.get("/api/v1/scans/").json()["results"]] == [
        beat.points[0].pk
    ]
    client.force_login(cast.foreign_manager)
    assert client.get("/api/v1/scans/").json()["results"] == []
