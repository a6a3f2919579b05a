"""The write path of scans: one statement for one, COPY and the same statement for a batch (performance.md F4)."""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from core import live
from core.clock import now
from core.events import emit
from core.faults import point
from core.ids import uuid7_floor
from core.offline.clocks import EARLIEST, LATEST
from patrols import signals
from patrols.reasons import NEIGHBOUR_SECONDS
from patrols.services.prepared import Prepared
from patrols.services.scan_rows import ScanIn, as_file, as_values
from patrols.services.scan_sql import COLUMNS, ONE_ROW, PARAMETERS, STATEMENT

#: How far the time in an identifier may lie off the corrected time and still be searched for neighbours.
ID_MARGIN = timedelta(days=3)
NEIGHBOURS = timedelta(seconds=NEIGHBOUR_SECONDS)
#: First part of the advisory lock that puts the scans of one person in a row.
LOCK_CLASS = 0x5C << 48

LOCK = (
    "SELECT set_config('jit', 'off', true), pg_advisory_xact_lock(k)"
    " FROM (SELECT k FROM unnest(%(locks)s::bigint[]) AS k ORDER BY k) AS o;"
)
LOCK_PREPARED = LOCK.replace(
    "SELECT ", "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), ", 1
)
TABLE = f"incoming_scan_{zlib.crc32(repr(COLUMNS).encode()):08x}"  # the name changes with the columns
# Made once per session; emptied because an earlier batch of the same transaction may have left rows.
_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
CREATE = f"CREATE TEMP TABLE IF NOT EXISTS {TABLE} ({_COLUMNS}) ON COMMIT DELETE ROWS; DELETE FROM {TABLE}"  # noqa: S608
COPY = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
LOCK_ROUNDS = (
    f"SELECT FROM patrols_round r WHERE r.id IN (SELECT round_id FROM {TABLE}) ORDER BY r.id FOR UPDATE;"  # noqa: S608
)
ONE = Prepared("store_scan", STATEMENT.replace("{incoming}", ONE_ROW), COLUMNS | PARAMETERS)
MANY = Prepared("store_scans", STATEMENT.replace("{incoming}", f"{TABLE} AS i"), PARAMETERS)


class Result(msgspec.Struct, frozen=True):
    """What became of one scan.

    `state`: stored, known (the same scan again), conflict (its id belongs to another), unknown (no such point
    within the sender's sites).
    """

    state: str
    site_id: int | None = None
    round_id: int | None = None
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    round_status: str | None = None


def record_one(scan: ScanIn) -> Result:
    """Store one scan: one round trip, one statement. Idempotent by (company, id)."""
    point("scan.before")
    key = str(scan.id)
    values = as_values(scan) | _parameters([scan], [key])
    with connection.cursor() as cursor:
        found = _run(cursor, ONE, values)
        if found[key].state == "raced":
            found = _run(cursor, ONE, values)
    point("scan.stored")
    _announce(scan.company_id, found)
    return found[key]


def record_batch(scans: Sequence[ScanIn]) -> dict[UUID, Result]:
    """Store many scans of one company: COPY, then the statement of `record_one` over the table.

    Two scans of the same id in one batch are one scan; of other content, the first stays and all others of that id
    are told so by `conflict` only when sent again. Atomic.
    """
    unique = {str(scan.id): scan for scan in reversed(scans)}
    rows = list(unique.values())
    if not rows:
        return {}
    company_id = rows[0].company_id
    if any(row.company_id != company_id for row in rows):
        raise ValueError("a batch belongs to one company")
    values = _parameters(rows, list(unique))
    with transaction.atomic(), connection.cursor() as cursor:
        point("scan.batch_before")
        cursor.execute(CREATE)
        cursor.copy_expert(COPY, as_file(unique))
        point("scan.batch_copied")
        found = _run(cursor, MANY, values, LOCK_ROUNDS)
        if any(result.state == "raced" for result in found.values()):
            again = _run(cursor, MANY, values, LOCK_ROUNDS)
            found |= {key: again[key] for key, result in found.items() if result.state == "raced"}
        point("scan.batch_stored")
        _announce(company_id, found)
    return {scan.id: found[key] for key, scan in unique.items()}


def _run(cursor: Any, statement: Prepared, values: dict[str, Any], locks: str = "") -> dict[str, Result]:
    """Take the locks and run the statement, in one round trip; what became of each scan, by the text of its id."""
    if connection.settings_dict.get(
        "DISABLE_SERVER_SIDE_CURSORS"
    ):  # a pooler may give each query another session
        cursor.execute(LOCK + locks + statement.text, values)
    else:
        statement.ensure(cursor, connection.connection)
        cursor.execute(LOCK_PREPARED + locks + statement.execute, values)
    return {
        key: Result(state, site, round_, verdict or "", tuple(reasons or ()), status)
        for key, state, site, round_, verdict, reasons, status in cursor.fetchall()
    }


def _parameters(rows: Sequence[ScanIn], ids: Sequence[str]) -> dict[str, Any]:
    """The parameters besides the rows. Clocks that cannot be right do not widen the search for neighbours."""
    times = [row.corrected_at for row in rows if EARLIEST <= row.corrected_at <= LATEST] or [now()]
    first, last = min(times) - NEIGHBOURS, max(times) + NEIGHBOURS
    people = sorted({row.person_id for row in rows})
    return {
        "company_id": rows[0].company_id,
        "now": max([row.received_at for row in rows]),
        "ids": "{" + ",".join(ids) + "}",
        "first_id": min(ids),
        "last_id": max(ids),
        "locks": [LOCK_CLASS | person for person in people],
        "from_id": str(uuid7_floor(first - ID_MARGIN)),
        "to_id": str(uuid7_floor(last + ID_MARGIN)),
    }


def _announce(company_id: int, found: Mapping[str, Result]) -> None:
    """Tell the pages and the apps above, once per site."""
    by_site: defaultdict[int, list[str]] = defaultdict(list)
    for key, result in found.items():
        if result.state == "stored" and result.site_id is not None:
            by_site[result.site_id].append(key)
    for site_id, keys in by_site.items():
        rounds = sorted({round_ for key in keys if (round_ := found[key].round_id) is not None})
        changed: dict[str, dict[str, Any]] = {"scans": {"scans": len(keys), "rounds": rounds[:20]}}
        if rounds:
            changed["rounds"] = {"rounds": rounds[:20]}
        live.publish_many([(f"site:{site_id}", kind, ids) for kind, ids in changed.items()])
        emit(
            signals.scans_recorded,
            company_id=company_id,
            site_id=site_id,
            scan_ids=keys,
            round_ids=rounds,
        )
