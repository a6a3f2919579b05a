"""What a device does: signs a body and posts it."""

import json
import time
from typing import Any

from django.test import Client
from django.urls import reverse

from core.webhooks.signing import signature
from incidents.models import AlarmMessage, AlarmReading, AlarmSource
from incidents.services.alarm_intake import JUDGE, Read, read, take
from tests.incidents.factories import SECRET
from tests.outbox import work_off


def post(source: AlarmSource, body: Any, *, secret: str = SECRET, **headers: str) -> Any:
    """Post `body` (JSON, or bytes as they are), signed now unless the headers say otherwise."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = headers.pop("Orderly_Timestamp", str(int(time.time())))
    given = {"Orderly-Timestamp": stamp, "Orderly-Signature": f"v1={signature(secret, int(stamp), sent)}"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    address = reverse("api:alarm-intake", args=[source.public_id])
    return Client().post(address, sent, content_type="application/json", headers=given)


def messages(*given: dict[str, Any]) -> list[Read]:
    """Messages as they are read from a body."""
    return read(json.dumps(list(given)).encode())


def told(source: AlarmSource, *given: dict[str, Any]) -> None:
    """Take these messages in and judge them."""
    take(source=source, messages=messages(*given), channel="webhook")
    work_off(JUDGE)


def outcomes(source: AlarmSource) -> list[tuple[str, str]]:
    """(message id, outcome) in the order of intake."""
    rows = AlarmReading.objects.filter(source=source).order_by("message_id")
    return list(rows.values_list("message__message_id", "outcome"))


def everything_is_there_once(source: AlarmSource, ids: set[str]) -> None:
    """Nothing lost, nothing doubled, nothing left over."""
    stored = list(AlarmMessage.objects.filter(source=source).values_list("message_id", flat=True))
    assert sorted(stored) == sorted(ids)
    readings = AlarmReading.objects.filter(source=source)
    assert readings.count() == len(ids)
    assert not readings.filter(outcome="waiting").exists()
    counted = sum(source.alarms.values_list("count", flat=True)) + sum(source.alarms.values_list("repeats", flat=True))  # fmt: skip
    assert counted == readings.filter(alarm__isnull=False).count()
