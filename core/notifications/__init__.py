"""Telling people: in the application at once, by e-mail where they want it; each channel is a folder."""

from core.notifications.kinds import Attachment, register_kind
from core.notifications.notices import Notice
from core.notifications.notifying import notify, notify_many

__all__ = ["Attachment", "Notice", "notify", "notify_many", "register_kind"]
