"""Liveness touches nothing; readiness says what is wrong."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from core import health
from core.auditor import beat, heart


def test_liveness_asks_neither_database_nor_session(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readiness_is_ok_when_everything_is_there(client: Client) -> None:
    beat(heart.AUDITOR)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "redis": "ok", "heartbeat": "ok"},
    }


@pytest.mark.django_db
def test_without_redis_or_heartbeat_it_is_degraded_and_still_serves(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> bool:
        raise RedisConnectionError("secret-host:6379 refused")

    monkeypatch.setattr(health, "_redis", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "redis": "failed",
        "heartbeat": "failed",
    }
    assert b"secret-host" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("check", ["_database", "_migrations"])
def test_without_database_or_with_missing_migrations_it_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    def broken() -> Any:
        raise OperationalError("no")

    monkeypatch.setattr(health, check, broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.json()["status"] == "unavailable"
