"""Keeps a claim alive while its work lasts, from a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog
from django.db import Error as DatabaseError
from django.db import connections

from core.models import OutboxItem
from core.outbox import claiming

log = structlog.get_logger()

#: Seconds between renewals: a third of the lease.
RENEW_EVERY = claiming.LEASE.total_seconds() / 3


class Keeper:
    """`with Keeper(item):` renews the item's lease until the block ends. Short work never opens a connection.

    `on_beat` is called every `beat` seconds from the same thread (jobs write their progress there).
    """

    def __init__(
        self, item: OutboxItem, *, beat: float = RENEW_EVERY, on_beat: Callable[[], None] | None = None
    ) -> None:
        self.item = item
        self.lost = False
        self._beat = min(beat, RENEW_EVERY)
        self._on_beat = on_beat
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"keeper-{item.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        since_renewal = 0.0
        try:
            while not self._ended.wait(self._beat):
                since_renewal += self._beat
                try:
                    if since_renewal >= RENEW_EVERY:
                        since_renewal = 0.0
                        self.lost = not claiming.renew(self.item)
                    if self._on_beat is not None:
                        self._on_beat()
                except DatabaseError as error:
                    log.warning("lease not renewed", item=str(self.item.pk), error=str(error))
                    connections.close_all()
        finally:
            connections.close_all()
