"""Operations as a phone sends them, and two kinds of record made for these tests."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from core.clock import now
from core.ids import uuid7

DEVICE = "0198b3f0-1111-7aaa-8bbb-000000000001"


def operation(person: Any, **changes: Any) -> dict[str, Any]:
    """One operation of `person`, made a minute ago on a phone whose clock is right."""
    made_at = now() - timedelta(minutes=1)
    return {
        "id": str(uuid7(made_at)),
        "kind": "tests.note",
        "schema": 1,
        "seq": 1,
        "person_id": person.pk,
        "made_at": made_at.astimezone(UTC).isoformat(),
        "offset_ms": 120,
        "offset_age_ms": 5_000,
        "mono_ms": 12_345.6,
        "page": str(uuid7()),
        "body": {"text": "The lift stands still", "kind": "note"},
        "photos": [],
    } | changes


def batch(*operations: Any, **changes: Any) -> dict[str, Any]:
    """A request's body."""
    return {"device": DEVICE, "sent_at": now().isoformat(), "operations": list(operations)} | changes


def send(client: Client, *operations: Any, **headers: Any) -> Any:
    """Post a batch; returns the response."""
    return post(client, json.dumps(batch(*operations)).encode(), **headers)


def post(client: Client, body: bytes, **headers: Any) -> Any:
    """Post bytes as they are."""
    return client.post("/api/v1/operations/", body, content_type="application/json", headers=headers)


def receipts(response: Any) -> dict[Any, dict[str, Any]]:
    """The receipts of a response by id; asserts that it is a response a phone believes."""
    assert response.status_code == 200, response.content
    assert response.headers["X-Orderly-Receipt"] == "1"
    assert response.headers["Content-Type"] == "application/json"
    return {receipt["id"]: receipt for receipt in response.json()["receipts"]}


def at(text: str) -> datetime:
    """An aware datetime from ISO text."""
    return datetime.fromisoformat(text)
