"""Taking messages of devices in: kept as they came, each once, and handed on. Nothing is judged here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from django.db import connection, transaction
from msgspec import Meta

from core import outbox
from core.clock import now
from core.faults import point
from core.ids import uuid7
from incidents.models import HEARTBEAT, SILENCE, TRIAL, AlarmSource, MessageChannel

#: A device's clock is believed within these.
EARLIEST, LATEST = timedelta(days=1), timedelta(minutes=5)
#: Messages in one body.
MOST = 500
JUDGE = "incidents.judge_alarms"
#: What cannot be read is kept under this code.
UNREADABLE = "unreadable"

_NO_NUL = r"^[^\x00]*$"


class Given(msgspec.Struct, frozen=True):
    """A message as a device gives it. More members than these are kept with the raw text and not looked at."""

    code: Annotated[str, Meta(min_length=1, max_length=60, pattern=_NO_NUL)]
    id: Annotated[str, Meta(max_length=90, pattern=_NO_NUL)] = ""
    device: Annotated[str, Meta(max_length=120, pattern=_NO_NUL)] = ""
    severity: Literal["info", "warning", "critical"] = "warning"
    at: Annotated[datetime, Meta(tz=True)] | None = None
    zone: Annotated[str, Meta(max_length=20, pattern=_NO_NUL)] = ""
    text: Annotated[str, Meta(max_length=500, pattern=_NO_NUL)] = ""
    photo: Annotated[str, Meta(max_length=500, pattern=_NO_NUL)] = ""


class Unfit(ValueError):
    """A body that is no message or list of messages; `index` says which one of a list."""

    def __init__(self, problem: str, index: int | None = None) -> None:
        super().__init__(problem)
        self.index = index


@dataclass(frozen=True, slots=True)
class Read:
    """A message, and the text it was read from."""

    given: Given
    raw: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How many messages were new, and how many had been there before."""

    accepted: int
    repeated: int


_INSERT = """
    WITH kept AS (
        INSERT INTO incidents_alarmmessage (site_id, source_id, channel, received_at, message_id, code, device,
                                            severity, zone_code, text, photo_url, at, raw)
        SELECT %s, %s, %s, %s, one.message_id, one.code, one.device, one.severity, one.zone_code, one.text,
               one.photo_url, one.at, one.raw
          FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                      %s::timestamptz[], %s::text[]) WITH ORDINALITY
               AS one (message_id, code, device, severity, zone_code, text, photo_url, at, raw, place)
         ORDER BY one.place
        ON CONFLICT (source_id, message_id) DO NOTHING
        RETURNING id)
    INSERT INTO incidents_alarmreading (message_id, source_id, outcome) SELECT id, %s, 'waiting' FROM kept
"""


def read(body: bytes) -> list[Read]:
    """The message of a body, or the messages of a list. Raises Unfit."""
    try:
        text = body.decode()
        is_list = text.lstrip()[:1] == "["
        parts = (
            msgspec.json.decode(text, type=list[msgspec.Raw])
            if is_list
            else [msgspec.Raw(text.strip().encode())]
        )
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise Unfit(str(error)) from None
    if not 1 <= len(parts) <= MOST:
        raise Unfit(f"Give 1 to {MOST} messages.")
    return [_read_one(bytes(part), index if is_list else None) for index, part in enumerate(parts)]


def _read_one(raw: bytes, index: int | None) -> Read:
    try:
        given = msgspec.json.decode(raw, type=Given)
    except msgspec.MsgspecError as error:
        raise Unfit(str(error), index) from None
    if given.code.casefold() == SILENCE:
        raise Unfit(f"“{SILENCE}” is ours to say.", index)
    return Read(given, raw.decode())


def read_leniently(body: bytes) -> list[Read]:
    """As `read`; what is no message becomes one that says so. For channels that cannot refuse."""
    try:
        return read(body)
    except Unfit as error:
        shown = body.decode(errors="replace").replace("\x00", "�")
        return [Read(Given(code=UNREADABLE, text=str(error)[:500]), shown)]


@transaction.atomic
def take(*, source: AlarmSource, messages: Sequence[Read], channel: str, identity: str = "") -> Taken:
    """Keep messages in one statement and let them be judged after the commit.

    A message without an id of its own is told from others by `identity`, which must be the same when the same
    delivery comes again; without one, every delivery is a new message.
    """
    moment = now()
    identity = identity or uuid7().hex
    columns: list[list[Any]] = [list(column) for column in zip(
        *(_row(message.given, message.raw, identity, index, moment) for index, message in enumerate(messages)),
        strict=True,
    )]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [source.site_id, source.pk, str(channel), moment, *columns, source.pk])
        accepted = cursor.rowcount
    point("alarms.taken")
    if accepted:
        outbox.enqueue(JUDGE, {"source": source.pk}, company_id=source.company_id)
    return Taken(accepted, len(messages) - accepted)


def send_test(*, source: AlarmSource, by: str) -> None:
    """A message as if the source had sent it, for trying its rules. Checks no policy."""
    given = Given(code=TRIAL, id=f"test-{uuid7()}", device=by[:120], severity="info")
    take(
        source=source,
        messages=[Read(given, msgspec.json.encode(given).decode())],
        channel=MessageChannel.TEST,
    )


def _row(given: Given, raw: str, identity: str, index: int, moment: datetime) -> tuple[Any, ...]:
    own = given.id or f"~{sha256(f'{identity}:{index}'.encode()).hexdigest()}"
    at = given.at
    if at is None or not moment - EARLIEST <= at <= moment + LATEST:
        at = moment
    code = HEARTBEAT if given.code.casefold() == HEARTBEAT else given.code
    return (
        own, code, given.device, given.severity, given.zone, given.text, given.photo, at, raw
    )  # fmt: skip
