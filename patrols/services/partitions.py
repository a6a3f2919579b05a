"""Months of the scan table. Bounds are the smallest UUIDv7 of a month's first instant (UTC); performance.md F1."""

from datetime import UTC, datetime

from django.db import connection, transaction

from core.clock import now
from core.ids import uuid7_floor

TABLE = "patrols_scan"
DEFAULT = f"{TABLE}_default"
#: Months kept ahead of the present one, and behind it for phones that hand in late.
AHEAD, BEHIND = 3, 1
LOCK = 0x5CA7 << 32


def month_of(at: datetime) -> datetime:
    """The first instant of the month of `at`, UTC."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(month: datetime, by: int = 1) -> datetime:
    """The first instant of the month `by` months after `month` (which is one)."""
    years, index = divmod(month.month - 1 + by, 12)
    return month.replace(year=month.year + years, month=index + 1)


def name_of(month: datetime) -> str:
    """The table of a month."""
    return f"{TABLE}_{month:%Y_%m}"


def ensure(first: datetime | None = None, last: datetime | None = None) -> list[str]:
    """Make the partitions that are missing from the month of `first` to that of `last`; their names.

    By default from last month to three ahead. Scans of such a month that had fallen into the default partition are
    moved into the new one.
    """
    month = month_of(first) if first else next_month(month_of(now()), -BEHIND)
    end = month_of(last) if last else next_month(month_of(now()), AHEAD)
    made = []
    while month <= end:
        if _make(month):
            made.append(name_of(month))
        month = next_month(month)
    return made


def misplaced() -> int:
    """Scans in the default partition that belong into a month which should have a partition.

    Phones that believe in 1970 land there rightly and do not count.
    """
    first, after = next_month(month_of(now()), -BEHIND), next_month(month_of(now()), AHEAD + 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {DEFAULT} WHERE id >= %s AND id < %s",  # noqa: S608 - a constant
            [str(uuid7_floor(first)), str(uuid7_floor(after))],
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def _make(month: datetime) -> bool:
    name, low, high = name_of(month), str(uuid7_floor(month)), str(uuid7_floor(next_month(month)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is not None:
            return False
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is not None:
            return False
        cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {DEFAULT} WHERE id >= %s AND id < %s RETURNING *)"  # noqa: S608 - constants
            f" INSERT INTO {name} SELECT * FROM moved",
            [low, high],
        )
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)", [low, high]
        )
    return True
