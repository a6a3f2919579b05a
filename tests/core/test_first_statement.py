"""A kept connection that died meanwhile is noticed by the first statement itself."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, ProgrammingError, connection

from core.first_statement import first

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept() -> Iterator[int]:
    """The server's number of the connection this test keeps."""
    yield backend()
    connection.close()


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def kill(number: int) -> None:
    """End another session, from one of its own."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    finally:
        other.close()


def test_a_dead_connection_is_replaced(kept: int) -> None:
    kill(kept)
    assert first(backend) != kept
    assert first(backend) == backend()


def test_a_living_connection_is_not_asked_before(kept: int) -> None:
    connection.health_check_enabled, connection.health_check_done = True, False  # type: ignore[attr-defined]
    asked = []

    def spy(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        assert first(backend) == kept
    assert asked == ["SELECT pg_backend_pid()"]


def test_what_a_living_connection_refuses_is_not_repeated(kept: int) -> None:
    calls = 0

    def refused() -> None:
        nonlocal calls
        calls += 1
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")

    with pytest.raises(OperationalError):
        first(refused)
    assert calls == 1

    def wrong() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing")

    with pytest.raises(ProgrammingError):
        first(wrong)
    assert backend() == kept
