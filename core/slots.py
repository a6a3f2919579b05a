"""Doing something once per occurrence, however often beat ticks (reliability.md F33)."""

from django.db import connection, transaction

from core import clock

_TAKE = """
    INSERT INTO core_slot (schedule, slot, taken_at) VALUES (%s, %s, %s)
    ON CONFLICT (schedule, slot) DO NOTHING
"""


def take(schedule: str, slot: str) -> bool:
    """True for exactly one caller per (schedule, slot).

    Call it inside the transaction that does the work: the row and the work commit together, so a process that
    dies half-way leaves the occurrence to the next tick, and a second beat waits for the first and then does
    nothing. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a slot is taken inside the transaction of its work")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, (schedule, slot, clock.now()))
        return bool(cursor.rowcount == 1)
