"""Channels that leave the house. One folder each; a new one is a folder and a line in CHANNELS.

In-app is not among them: a notification is in the application as soon as its row is committed
(`in_app/` holds how it is read and ticked off there).
"""

from functools import cache
from typing import Any, Protocol

from django.utils.module_loading import import_string

from core.models import Delivery

CHANNELS = ("core.notifications.channels.email.channel.Email",)


class Channel(Protocol):
    """What a channel can do."""

    name: str

    def reaches(self, person: Any) -> bool:
        """Has this person an address in the channel?"""

    def send(self, delivery: Delivery) -> None:
        """Deliver, or raise: core.outbox.TryLater, GiveUp, or any error (which is retried)."""


@cache
def channels() -> tuple[Channel, ...]:
    """All channels, in the order in which they are tried."""
    return tuple(import_string(path)() for path in CHANNELS)


def channel_of(name: str) -> Channel:
    """The channel of that name. Raises LookupError when it does not exist (any more)."""
    for channel in channels():
        if channel.name == name:
            return channel
    raise LookupError(f"no notification channel {name}")
