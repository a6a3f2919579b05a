"""The writing side: one capped Redis stream for the whole installation."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from core import clock
from core.ids import EPOCH
from core.redis import breaker, client

Fields = dict[Any, Any]  # redis-py's own type of a stream entry is an invariant dict of unions

#: Entries kept for catching up after a dropped connection; about half an hour of a very busy day.
LONGEST = 10_000
#: Margin by which `cursor` looks back, for clocks that differ between machines.
MARGIN = timedelta(seconds=2)


def stream_name() -> str:
    """The Redis key of the stream."""
    return str(getattr(settings, "LIVE_STREAM", "live"))


def publish(topic: str, kind: str, **ids: Any) -> None:
    """Tell who listens to `topic` ("site:7", "person:12", "company:3") that things of `kind` changed.

    Sent after the current transaction commits, with ids only: readers fetch what they may see. A Redis that
    does not answer never disturbs the caller; readers then fall back to polling.
    """
    publish_many([(topic, kind, ids)])


def publish_many(changes: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    """The same for several changes, each as (topic, kind, ids), sent together."""
    bodies: list[Fields] = [
        {"topic": topic, "kind": kind, "ids": json.dumps(ids, default=str)} for topic, kind, ids in changes
    ]
    if bodies:
        transaction.on_commit(lambda: _send(bodies), robust=True)


def _send(bodies: Sequence[Fields]) -> None:
    if breaker.open:
        return
    with breaker.guarded(), client().pipeline(transaction=False) as pipe:
        for body in bodies:
            pipe.xadd(stream_name(), body, maxlen=LONGEST, approximate=True)
        pipe.execute()


def cursor() -> str:
    """A stream id of a moment ago: a page puts it into its stream address (?after=) so that nothing that
    commits between its own reading and the opening of the stream is missed.
    """
    since = clock.now() - MARGIN
    return f"{(since - EPOCH) // timedelta(milliseconds=1)}-0"
