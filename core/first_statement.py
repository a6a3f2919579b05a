"""The first statement of a hot request, instead of a question before it whether the connection still lives."""

from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")


def first(read: Callable[[], T]) -> T:
    """`read()`, which only reads; run again on a new connection when the kept one has died meanwhile.

    Spares the round trip of CONN_HEALTH_CHECKS, which Django makes before the first statement of each request, and
    is as safe: what a dead connection refuses is repeated. Raises what `read` raises on a living one.
    """
    if connection.in_atomic_block or connection.connection is None:
        return read()
    connection.health_check_done = True  # type: ignore[attr-defined]  # the stubs do not know it
    try:
        return read()
    except (OperationalError, InterfaceError):
        if connection.is_usable():
            raise
        connection.close()
        return read()
