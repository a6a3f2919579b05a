"""Numbers people read: one counter row per series, without gaps."""

from django.db import connection, transaction

_NEXT = """
    INSERT INTO core_numberseries (series, company_id, site_id, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (series, company_id, site_id) DO UPDATE SET last = core_numberseries.last + 1
    RETURNING last
"""


def next_number(series: str, *, company_id: int, site_id: int | None = None) -> int:
    """The next number of `series` (1, 2, 3 …) in a company, or at one of its sites.

    Gapless because it commits or rolls back with the row that carries it: call it as late as possible in that
    transaction, for others wait meanwhile. Put the year into the series ("case-2026") to start over yearly.
    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a number is taken in the transaction of the row it names"
        )
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, (series, company_id, site_id))
        return int(cursor.fetchone()[0])
