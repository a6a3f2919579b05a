"""What went wrong behind a 5xx, for the message of a failing test."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import got_request_exception


@contextmanager
def crashes() -> Iterator[list[str]]:
    """The exceptions that views let escape while this is open: the last lines of each, with their place."""
    found: list[str] = []

    def note(**_kwargs: Any) -> None:
        kind, error, trace = sys.exc_info()
        frames = traceback.extract_tb(trace)[-4:]
        places = " < ".join(
            f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in reversed(frames)
        )
        found.append(f"{kind.__name__ if kind else ''}: {str(error)[:300]} ({places})")

    got_request_exception.connect(note)
    try:
        yield found
    finally:
        got_request_exception.disconnect(note)
