"""What a guard's phone hands in: scans, checks and reports as operations, with the phone's own idea of the time."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.offline import Incoming
from core.offline.clocks import correct
from portal.demo import oddities
from portal.demo.chance import device_of, dice, identifier, share
from portal.demo.photographs import hash_of
from portal.demo.places import latitude_of, longitude_of
from portal.demo.walking import Visit
from portal.demo.world import Place, Walker

MEASURED_AGO = timedelta(minutes=12)


def operation(
    place: Place,
    walker: Walker,
    *,
    kind: str,
    key: UUID,
    at: datetime,
    body: dict[str, Any],
    delay: timedelta,
    photos: tuple[str, ...] = (),
) -> Incoming:
    """One operation recorded at `at` (true time) and handed in `delay` later, or when the network is back."""
    offset = timedelta(milliseconds=int(1800 * share("offset", walker.spec.number, at.date())) - 900)
    if walker.spec.number == oddities.WRONG_CLOCK_PERSON and oddities.WRONG_CLOCK.covers(place, at):
        offset += oddities.WRONG_CLOCK_OFFSET
    made_at, milliseconds = at - offset, offset // timedelta(milliseconds=1)
    age = MEASURED_AGO // timedelta(milliseconds=1)
    received_at = oddities.received(place, at, delay)
    raw = json.dumps([kind, str(key), made_at.isoformat(), body, photos], sort_keys=True).encode()
    return Incoming(
        id=key,
        kind=kind,
        schema=1,
        company_id=place.site.company_id,
        person=walker.person,
        body=body,
        body_sha256=hashlib.sha256(raw).hexdigest(),
        made_at=made_at,
        corrected=correct(made_at, milliseconds, age, received_at),
        received_at=received_at,
        offset_ms=milliseconds,
        offset_age_ms=age,
        mono_ms=None,
        page=None,
        device=device_of(walker.spec.number),
        seq=None,
        photos=photos,
        raw=raw,
    )


def key_of(place: Place, visit: Visit, act: str) -> UUID:
    """The identifier of what is done on a visit."""
    plan = place.plans[visit.round.plan_id].name
    return identifier(
        visit.at, act, place.spec.code, plan, visit.round.due_start, visit.stop.spec.code, visit.turn
    )


def scan_operation(place: Place, visit: Visit) -> Incoming:
    """The scan of a visit; or the typed code, or why the point could not be scanned."""
    code, number, key = visit.stop.spec.code, visit.walker.spec.number, key_of(place, visit, "scan")
    chance = dice("scan", key)
    body: dict[str, Any] = {"round_id": visit.round.pk, "checkpoint_id": visit.stop.checkpoint.pk}
    delay = timedelta(seconds=chance.uniform(1, 7) if visit.stop.spec.outdoors else chance.uniform(2, 90))
    hindrance = oddities.blocked(place, code, visit.at)
    if hindrance is not None:
        body |= {"reason": hindrance.reason, "note": hindrance.note}
        shown = (hash_of(hindrance.scene),) if chance.random() < 0.2 else ()
        return operation(
            place,
            visit.walker,
            kind="patrols.cannot_scan",
            key=key,
            at=visit.at,
            body=body,
            delay=delay,
            photos=shown,
        )
    serial = oddities.serial_scanned(place, code, number, visit.at)
    tokens = place.tokens[visit.stop.checkpoint.pk]
    token = tokens.get(serial, tokens.get(1)) if serial else None
    if token is None:
        body |= {"method": "typed", "typed": code, "typed_reason": "damaged"}
    elif chance.random() < 0.002:
        body |= {"method": "typed", "typed": code, "typed_reason": "dark"}
    else:
        body |= {"method": "camera_url" if chance.random() < 0.03 else "qr", "code": token}
    if visit.stop.spec.outdoors:
        body |= _position(
            place, visit, chance.uniform(5, 22), chance.gauss(0, 1), chance.gauss(0, 1), chance.random()
        )
    return operation(place, visit.walker, kind="patrols.scan", key=key, at=visit.at, body=body, delay=delay)


def _position(
    place: Place, visit: Visit, accuracy: float, east: float, south: float, luck: float
) -> dict[str, float]:
    """Where the phone believes it is; now and then a reflection puts it across the road."""
    x, y = visit.stop.spec.at
    stray = 190.0 if luck < 0.0015 else 0.0
    at = (x + east * accuracy * 0.4 + stray, y + south * accuracy * 0.4)
    return {
        "lat": round(latitude_of(place.spec, at), 7),
        "lng": round(longitude_of(place.spec, at), 7),
        "accuracy_m": round(accuracy, 1),
    }
