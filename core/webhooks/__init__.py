"""Telling other programs what happens, signed. Apps register events; what is announced goes through the outbox."""

from core.webhooks.announcing import announce, announce_many
from core.webhooks.events import Fact, event

__all__ = ["Fact", "announce", "announce_many", "event"]
