"""Goals 1 and 3: one scan by one request, against the same row inserted raw."""

import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count

from benchmarks.load import Http, Measured, Sql, measure
from benchmarks.results import Finding, at_least, at_most, milliseconds, rate
from benchmarks.tiers import Tier
from benchmarks.world import World, code_of, secret_of
from core.clock import now
from core.ids import uuid7
from organization.models import Person

CLIENTS = 8
#: A guard needs this long from one point to the next.
STEP = timedelta(seconds=20)
#: More payloads than any client gets through in a second.
A_SECOND = 700

PREPARE = """
PREPARE raw_scan (uuid, bigint, bigint, bigint, bigint, bigint, timestamptz, bytea) AS
INSERT INTO patrols_scan (id, company_id, site_id, person_id, checkpoint_id, round_id, device_time, corrected_at, received_at,
    offset_ms, seq, latitude, longitude, accuracy_m, distance_m, label_serial, time_trust, method, verdict, reasons,
    explanation, body_sha256)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, 0, 1, 31.2, 121.4, 8, 5, 1, 'exact', 'qr', 'verified', '{}', '', $8)
ON CONFLICT (company_id, id) DO NOTHING
"""


def run(world: World, tier: Tier, port: int) -> list[Finding]:
    """Raw and ours in turn, with eight clients and with one."""
    walkers = _walkers(world)
    raw: list[tuple[Measured, Measured]] = []
    ours: list[tuple[Measured, Measured]] = []
    for _round in range(tier.rounds):
        many, one = next(walkers), next(walkers)
        raw.append((_raw(world, many, tier), _raw(world, one[:1], tier)))
        ours.append((_ours(world, many, tier, port), _ours(world, one[:1], tier, port)))
    pairs = list(zip(ours, raw, strict=True))
    rates = [mine[0].rate / anchor[0].rate for mine, anchor in pairs]
    alone = [mine[1].p50 / anchor[1].p50 for mine, anchor in pairs]
    many_figures = (
        f"{rate([m[0].rate for m in ours])} (p50 {milliseconds([m[0].p50 for m in ours])}) against"
        f" {rate([m[0].rate for m in raw])} (p50 {milliseconds([m[0].p50 for m in raw])})"
    )
    one_figures = f"{milliseconds([m[1].p50 for m in ours])} against {milliseconds([m[1].p50 for m in raw])}"
    what = f"one scan posted with a token (checked, judged, stored, round folded), {CLIENTS} clients, 2 workers, to raw INSERT"
    return [
        at_least("1", what, 0.10, rates, many_figures),
        at_most("3", "the same, one client, p50, to raw INSERT", 8, alone, one_figures),
    ]


def _walkers(world: World) -> Iterator[list[int]]:
    """Eight sites at a time, other ones each time as long as there are any."""
    for begin in count(0, CLIENTS):
        yield [(begin + n) % len(world.sites) for n in range(CLIENTS)]


def _ours(world: World, sites: Sequence[int], tier: Tier, port: int) -> Measured:
    prepared = [(Http(port), _requests(world, site, _payloads(tier))) for site in sites]
    return measure(prepared, seconds=tier.seconds)


def _raw(world: World, sites: Sequence[int], tier: Tier) -> Measured:
    prepared = [(Sql(PREPARE), _statements(world, site, 6 * _payloads(tier))) for site in sites]
    return measure(prepared, seconds=tier.seconds)


def _payloads(tier: Tier) -> int:
    return max(50, int(A_SECOND * tier.seconds))


def _requests(world: World, site: int, number: int) -> list[bytes]:
    """Whole requests of the site's guard, who walks from point to point and ends now."""
    guard, points = world.guards[site], world.points[world.sites[site].pk]
    begin = now() - number * STEP
    bodies = []
    for n in range(number):
        at, point = begin + n * STEP, points[n % len(points)]
        bodies.append(
            {
                "id": str(uuid7(at)), "made_at": at.isoformat(), "offset_ms": 0, "offset_age_ms": 1000, "seq": n + 1,
                "method": "qr", "code": code_of(point), "lat": point.latitude, "lng": point.longitude, "accuracy_m": 8,
            }
        )  # fmt: skip
    return [request(b"/api/v1/scans/", json.dumps(body).encode(), bearer(guard)) for body in bodies]


def _statements(world: World, site: int, number: int) -> list[bytes]:
    """The same rows as statements."""
    place, guard = world.sites[site], world.guards[site]
    points = world.points[place.pk]
    begin = now() - number * STEP / 6
    rows = []
    for n in range(number):
        at = begin + n * STEP / 6
        rows.append(
            f"EXECUTE raw_scan('{uuid7(at)}', {place.company_id}, {place.pk}, {guard.pk}, {points[n % len(points)].pk},"
            f" {1000 + n // 8}, '{at.isoformat()}', '\\x{secrets.token_hex(32)}')".encode()
        )
    return rows


def bearer(person: Person) -> bytes:
    """The header of an integration."""
    return b"Authorization: Bearer " + secret_of(person).encode()


def request(path: bytes, body: bytes, *headers: bytes) -> bytes:
    """The bytes of a POST over a kept connection."""
    lines = (
        b"POST " + path + b" HTTP/1.1", b"Host: 127.0.0.1", b"Content-Type: application/json",
        b"Content-Length: " + str(len(body)).encode(), *headers,
    )  # fmt: skip
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
