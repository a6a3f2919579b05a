"""Scans made by the database itself: INSERT … SELECT over generate_series, their UUIDv7 in order of time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from benchmarks.world import POINTS, World
from patrols.services import partitions

#: Days of history the scans are spread over: 10 million at 160,000 a day.
DAYS = 62
CHUNK = 500_000

COLUMNS = (
    "id", "company_id", "site_id", "person_id", "checkpoint_id", "round_id", "device_time", "corrected_at", "received_at",
    "offset_ms", "seq", "latitude", "longitude", "accuracy_m", "distance_m", "label_serial", "time_trust", "method",
    "verdict", "reasons", "explanation", "body_sha256",
)  # fmt: skip

ROWS = f"""
SELECT (lpad(to_hex((extract(epoch FROM t.at) * 1000)::bigint), 12, '0') || '7' || substr(t.hash, 1, 3)
        || '8' || substr(t.hash, 4, 15))::uuid,
    %(company)s::bigint, (%(sites)s::bigint[])[t.s], (%(people)s::bigint[])[t.s],
    (%(points)s::bigint[])[(t.s - 1) * {POINTS} + 1 + (t.n / %(count)s) %% {POINTS}], 1000000000 + t.n / {POINTS},
    t.at, t.at, t.at + interval '2 seconds', 0::bigint, t.n, 31.2::float8, 121.4::float8, 8::real, 5::real, 1,
    'exact'::varchar, 'qr'::varchar, 'verified'::varchar, '{{}}'::varchar[], ''::varchar, decode(t.hash || t.hash, 'hex')
FROM (
    SELECT n, 1 + (n %% %(count)s)::int AS s, md5(n || %(salt)s) AS hash,
        %(first)s::timestamptz + (n - %(low)s) * %(step)s::interval AS at
    FROM generate_series(%(low)s::bigint, %(high)s::bigint - 1) AS n
) AS t
"""
INSERT = f"INSERT INTO patrols_scan ({', '.join(COLUMNS)}) {ROWS}"


def values(world: World, first: datetime, last: datetime, count: int, salt: str) -> dict[str, Any]:
    """Parameters of ROWS for `count` scans spread evenly over [first, last)."""
    return {
        "company": world.company.pk,
        "sites": [site.pk for site in world.sites],
        "people": [guard.pk for guard in world.guards],
        "points": [point.pk for site in world.sites for point in world.points[site.pk]],
        "count": len(world.sites),
        "first": first,
        "low": 0,
        "high": count,
        "step": (last - first) / count,
        "salt": salt,
    }


def fill(world: World, first: datetime, last: datetime, count: int, salt: str) -> None:
    """Put `count` scans into the table, a chunk at a time."""
    if not count:
        return
    partitions.ensure(first, last)
    step = (last - first) / count
    for low, high in _chunks(count):
        chunk = values(world, first + low * step, first + high * step, high - low, f"{salt}{low}")
        with connection.cursor() as cursor:
            cursor.execute(INSERT, chunk)


def history(world: World, before: datetime, count: int) -> None:
    """`count` scans over the two months before `before`."""
    fill(world, before - timedelta(days=DAYS), before, count, "history")


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    for low in range(0, count, CHUNK):
        yield low, min(low + CHUNK, count)
