"""The write path of scans: one statement for one, COPY and the same statement for a batch (performance.md F4)."""

import hashlib
import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakSet

from django.db import connection, transaction

from core import live
from core.clock import now
from core.events import emit
from core.faults import point
from core.ids import uuid7_floor
from core.offline.clocks import EARLIEST, LATEST
from patrols import signals
from patrols.reasons import NEIGHBOUR_SECONDS, WHY, Reason
from patrols.services.scan_sql import COLUMNS, ONE_ROW, ONE_TYPES, STATEMENT, prepared

#: How far the time in an identifier may lie off the corrected time and still be searched for neighbours.
ID_MARGIN = timedelta(days=3)
NEIGHBOURS = timedelta(seconds=NEIGHBOUR_SECONDS)
#: First part of the advisory lock that puts the scans of one person in a row.
LOCK_CLASS = 0x5C << 48

#: Connections on which the statement for one row is planned.
_prepared: WeakSet[Any] = WeakSet()

LOCK = (
    "SELECT set_config('jit', 'off', true), pg_advisory_xact_lock(k)"
    " FROM (SELECT k FROM unnest(%(locks)s::bigint[]) AS k ORDER BY k) AS o;"
)
LOCK_PREPARED = LOCK.replace(
    "SELECT ", "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), ", 1
)
ONE = STATEMENT.replace("{incoming}", ONE_ROW)
TABLE = f"incoming_scan_{zlib.crc32(repr(COLUMNS).encode()):08x}"  # the name changes with the columns
PREPARED = f"store_scan_{zlib.crc32(ONE.encode()):08x}"  # the name changes with the statement
PREPARE, EXECUTE = prepared(PREPARED, ONE, ONE_TYPES)
# Made once per session; emptied because an earlier batch of the same transaction may have left rows.
_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
CREATE = f"CREATE TEMP TABLE IF NOT EXISTS {TABLE} ({_COLUMNS}) ON COMMIT DELETE ROWS; DELETE FROM {TABLE}"  # noqa: S608
COPY = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
LOCK_ROUNDS = (
    f"SELECT FROM patrols_round r WHERE r.id IN (SELECT round_id FROM {TABLE}) ORDER BY r.id FOR UPDATE;"  # noqa: S608
)
MANY = LOCK + LOCK_ROUNDS + STATEMENT.replace("{incoming}", f"{TABLE} AS i")


@dataclass(frozen=True, slots=True)
class ScanIn:
    """One scan as handed in. Datetimes are aware; `token` is the label's token, `body_sha256` 32 bytes."""

    id: UUID
    company_id: int
    person_id: int
    method: str
    device_time: datetime
    corrected_at: datetime
    received_at: datetime
    time_trust: str
    body_sha256: bytes
    token: str | None = None
    checkpoint_id: int | None = None
    round_id: int | None = None
    offset_ms: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    explanation: str = ""
    device_id: UUID | None = None
    seq: int | None = None
    #: why it was typed or could not be scanned: a code of TypedReason or CannotReason
    why: str = ""
    #: what is odd about its clock ("clock", "future")
    clock_flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
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
    values = _row(scan) | _parameters([scan])
    with connection.cursor() as cursor:
        found = _execute_one(cursor, values)[scan.id]
        if found.state == "raced":
            found = _execute_one(cursor, values)[scan.id]
    point("scan.stored")
    _announce(scan.company_id, {scan.id: found})
    return found


def _execute_one(cursor: Any, values: dict[str, Any]) -> dict[UUID, Result]:
    """Run the statement for one row: planned once per connection, for planning costs more than running it."""
    if connection.settings_dict.get(
        "DISABLE_SERVER_SIDE_CURSORS"
    ):  # a pooler may give each query another session
        cursor.execute(LOCK + ONE, values)
    else:
        if connection.connection not in _prepared:
            cursor.execute(PREPARE)
            _prepared.add(connection.connection)
        cursor.execute(LOCK_PREPARED + EXECUTE, values)
    return _results(cursor.fetchall())


def record_batch(scans: Sequence[ScanIn]) -> dict[UUID, Result]:
    """Store many scans of one company: COPY, then the statement of `record_one` over the table.

    Two scans of the same id in one batch are one scan; of other content, the first stays and all others of that id
    are told so by `conflict` only when sent again. Atomic.
    """
    unique = {scan.id: scan for scan in reversed(scans)}
    rows = list(unique.values())
    if not rows:
        return {}
    company_id = rows[0].company_id
    if any(row.company_id != company_id for row in rows):
        raise ValueError("a batch belongs to one company")
    with transaction.atomic(), connection.cursor() as cursor:
        point("scan.batch_before")
        cursor.execute(CREATE)
        cursor.copy_expert(COPY, io.StringIO("".join(map(_line, rows))))
        point("scan.batch_copied")
        cursor.execute(MANY, _parameters(rows))
        found = _results(cursor.fetchall())
        if any(result.state == "raced" for result in found.values()):
            cursor.execute(MANY, _parameters(rows))
            found |= {
                key: again
                for key, again in _results(cursor.fetchall()).items()
                if found[key].state == "raced"
            }
        point("scan.batch_stored")
        _announce(company_id, found)
    return found


def _row(scan: ScanIn) -> dict[str, Any]:
    """The values of COLUMNS for one scan."""
    return {
        "id": str(scan.id),
        "person_id": scan.person_id,
        "token_sha256": None if scan.token is None else token_digest(scan.token),
        "checkpoint_id": scan.checkpoint_id,
        "round_id": scan.round_id,
        "device_time": _storable(scan.device_time),
        "offset_ms": scan.offset_ms,
        "corrected_at": _storable(scan.corrected_at),
        "time_trust": scan.time_trust,
        "received_at": scan.received_at,
        "method": scan.method,
        "latitude": scan.latitude,
        "longitude": scan.longitude,
        "accuracy_m": scan.accuracy_m,
        "explanation": scan.explanation[:300],
        "device_id": None if scan.device_id is None else str(scan.device_id),
        "seq": scan.seq,
        "body_sha256": scan.body_sha256,
        "flags": _flags(scan),
    }


def _flags(scan: ScanIn) -> list[str]:
    """Reasons that the scan itself gives, wherever it was made."""
    flags = list(scan.clock_flags)
    if scan.method == "typed":
        flags.append(Reason.TYPED.value)
    elif scan.method == "cannot":
        flags.append(Reason.CANNOT.value)
    if scan.why:
        flags.append(WHY + scan.why)
    if scan.latitude is None or scan.longitude is None:
        flags.append(Reason.NO_LOCATION.value)
    elif scan.accuracy_m is not None and scan.accuracy_m <= 0:
        flags.append(Reason.ACCURACY.value)
    return flags


def token_digest(token: str) -> str:
    """SHA-256 of a label's token (or of the address it is printed as), in hexadecimal: what the database keeps."""
    return hashlib.sha256(token.strip().rstrip("/").rsplit("/", 1)[-1].encode()).hexdigest()


def _parameters(rows: Sequence[ScanIn]) -> dict[str, Any]:
    """The parameters besides the rows. Clocks that cannot be right do not widen the search for neighbours."""
    times = [row.corrected_at for row in rows if EARLIEST <= row.corrected_at <= LATEST] or [now()]
    first, last = min(times) - NEIGHBOURS, max(times) + NEIGHBOURS
    people = sorted({row.person_id for row in rows})
    return {
        "company_id": rows[0].company_id,
        "now": max(row.received_at for row in rows),
        "ids": (ids := sorted(str(row.id) for row in rows)),
        "first_id": ids[0],
        "last_id": ids[-1],
        "locks": [LOCK_CLASS | person for person in people],
        "from_id": str(uuid7_floor(first - ID_MARGIN)),
        "to_id": str(uuid7_floor(last + ID_MARGIN)),
    }


def _storable(moment: datetime) -> datetime:
    """`moment` in UTC, in the range a row can carry."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def _line(scan: ScanIn) -> str:
    """One line of COPY's text format: the values of `_row`, without its detour."""
    cells = (
        scan.id,
        scan.person_id,
        _NULL if scan.token is None else token_digest(scan.token),
        _NULL if scan.checkpoint_id is None else scan.checkpoint_id,
        _NULL if scan.round_id is None else scan.round_id,
        _storable(scan.device_time).isoformat(),
        _NULL if scan.offset_ms is None else scan.offset_ms,
        _storable(scan.corrected_at).isoformat(),
        scan.time_trust,
        scan.received_at.isoformat(),
        scan.method,
        _NULL if scan.latitude is None else scan.latitude,
        _NULL if scan.longitude is None else scan.longitude,
        _NULL if scan.accuracy_m is None else scan.accuracy_m,
        scan.explanation[:300].translate(_ESCAPES),
        _NULL if scan.device_id is None else scan.device_id,
        _NULL if scan.seq is None else scan.seq,
        "\\\\x" + scan.body_sha256.hex(),
        "{" + ",".join(_flags(scan)) + "}",
    )
    return "\t".join(map(str, cells)) + "\n"


def _results(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, Result]:
    return {
        key if isinstance(key, UUID) else UUID(key): Result(
            state, site, round_, verdict or "", tuple(reasons or ()), status
        )
        for key, state, site, round_, verdict, reasons, status in rows
    }


def _announce(company_id: int, found: dict[UUID, Result]) -> None:
    """Tell the pages and the apps above, once per site."""
    by_site: defaultdict[int, list[UUID]] = defaultdict(list)
    for key, result in found.items():
        if result.state == "stored" and result.site_id is not None:
            by_site[result.site_id].append(key)
    for site_id, keys in by_site.items():
        rounds = sorted({round_ for key in keys if (round_ := found[key].round_id) is not None})
        live.publish(f"site:{site_id}", "scans", scans=len(keys), rounds=rounds[:20])
        if rounds:
            live.publish(f"site:{site_id}", "rounds", rounds=rounds[:20])
        emit(
            signals.scans_recorded,
            company_id=company_id,
            site_id=site_id,
            scan_ids=[str(key) for key in keys],
            round_ids=rounds,
        )
