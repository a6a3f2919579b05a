"""Telling people: in the application at once, by e-mail where they want it; each channel is a folder."""

from core.notifications.kinds import Attachment, register_kind
from core.notifications.notifying import notify

__all__ = ["Attachment", "notify", "register_kind"]
