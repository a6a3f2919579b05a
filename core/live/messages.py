"""What travels over an event stream, and its order."""

import json
from dataclasses import dataclass

Position = tuple[int, int]

START: Position = (0, 0)

#: The page missed something it cannot be told: it fetches all its parts again.
RESYNC = b"event: resync\ndata: {}\n\n"
#: Live updates are out of order or back: the page polls while they are down.
DOWN = b'event: state\ndata: {"live": false}\n\n'
UP = b'event: state\ndata: {"live": true}\n\n'
#: The session has ended; the page stops asking.
GOODBYE = b"event: signed-out\ndata: {}\n\n"
PING = b": ping\n\n"


def position(text: str) -> Position | None:
    """The order of a stream id such as 1700000000000-3; None for anything else."""
    milliseconds, _, sequence = text.partition("-")
    if not (milliseconds.isdigit() and (sequence or "0").isdigit()) or len(text) > 40:
        return None
    return int(milliseconds), int(sequence or 0)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the Redis stream, ready to be sent."""

    at: Position
    topic: str
    frame: bytes


def from_entry(entry_id: bytes, fields: dict[bytes, bytes]) -> Message | None:
    """The message of one stream entry; None when the entry is not ours."""
    at = position(entry_id.decode())
    try:
        topic = fields[b"topic"].decode()
        data = {
            "topic": topic,
            "kind": fields[b"kind"].decode(),
            "ids": json.loads(fields.get(b"ids", b"{}")),
        }
    except (KeyError, ValueError):
        return None
    if at is None:
        return None
    frame = f"id: {at[0]}-{at[1]}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
    return Message(at, topic, frame.encode())
