"""Goal 4: what a phone hands in after hours offline, 500 scans in one request, against COPY of as many rows."""

import io
import json
import secrets
from datetime import timedelta
from uuid import uuid4

from django.db import connection

from benchmarks.generator import COLUMNS, ROWS, values
from benchmarks.load import Copy, Http, Measured, measure
from benchmarks.posting import request
from benchmarks.results import Finding, at_least, at_most, milliseconds, rate
from benchmarks.tiers import Tier
from benchmarks.world import World, code_of, session_of
from core.clock import now
from core.ids import uuid7
from patrols.models import Round

SIZE = 500
CLIENTS = 2
SPAN = timedelta(hours=12)
COPY_IN = f"COPY patrols_scan ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)"


def run(world: World, tier: Tier, port: int) -> list[Finding]:
    """COPY and ours in turn; every batch comes from another guard who was offline for half a day."""
    copied: list[Measured] = []
    ours: list[Measured] = []
    guards = iter(range(len(world.guards) - 1, -1, -1))
    for number in range(tier.rounds):
        files = [_file(world, f"copy{number}-{n}") for n in range(2 * tier.batches + 1)]
        copied.append(measure([(Copy(COPY_IN), files)], seconds=60))
        clients = [
            (Http(port), [_batch(world, next(guards)) for _n in range(tier.batches + 1)])
            for _c in range(CLIENTS)
        ]
        ours.append(measure(clients, seconds=60))
    pairs = list(zip(ours, copied, strict=True))
    rows = f"{rate([SIZE * m.rate for m in ours])} rows against {rate([SIZE * m.rate for m in copied])}"
    waits = f"{milliseconds([m.p50 for m in ours])} against {milliseconds([m.p50 for m in copied])}"
    what = f"{SIZE} scans in one request of a phone's session, {CLIENTS} clients, 2 workers: rows/s, to COPY over one connection"
    return [
        at_least("4", what, 0.5, [mine.rate / anchor.rate for mine, anchor in pairs], rows),
        at_most(
            "4",
            "the same, p50 of a request, to COPY of 500",
            4,
            [mine.p50 / anchor.p50 for mine, anchor in pairs],
            waits,
        ),
    ]


def _file(world: World, salt: str) -> bytes:
    """SIZE rows in PostgreSQL's binary format, with ids of their own."""
    file = io.BytesIO()
    with connection.cursor() as cursor:
        select = cursor.mogrify(ROWS, values(world, now() - SPAN, now(), SIZE, salt)).decode()
        cursor.copy_expert(f"COPY ({select}) TO STDOUT (FORMAT binary)", file)
    return file.getvalue()


def _batch(world: World, guard_index: int) -> bytes:
    """The request of a guard's phone: points in their order over SPAN, each with its round."""
    guard, site = world.guards[guard_index], world.sites[guard_index]
    points, begin, step = world.points[site.pk], now() - SPAN, SPAN / SIZE
    rounds = list(Round.objects.filter(site=site, closes_at__gt=begin, opens_at__lt=now()))
    page = str(uuid4())
    operations = []
    for n in range(SIZE):
        at, point = begin + n * step, points[n % len(points)]
        round_id = next((one.pk for one in rounds if one.opens_at <= at < one.closes_at), None)
        body = {
            "code": code_of(point), "checkpoint_id": point.pk, "typed": None, "method": "qr", "typed_reason": None,
            "round_id": round_id, "lat": point.latitude, "lng": point.longitude, "accuracy_m": 8,
        }  # fmt: skip
        operations.append(
            {
                "id": str(uuid7(at)), "kind": "patrols.scan", "schema": 1, "seq": n + 1, "person_id": guard.pk,
                "made_at": at.isoformat(), "offset_ms": 0, "offset_age_ms": 1000, "mono_ms": 1000 * n, "page": page,
                "body": body, "photos": [],
            }
        )  # fmt: skip
    whole = {"device": str(uuid4()), "sent_at": now().isoformat(), "operations": operations}
    csrf = secrets.token_hex(16)
    return request(
        b"/api/v1/operations/", json.dumps(whole).encode(),
        f"Cookie: sessionid={session_of(guard)}; csrftoken={csrf}".encode(), f"X-CSRFToken: {csrf}".encode(),
        f"X-Orderly-Person: {guard.pk}".encode(),
    )  # fmt: skip
