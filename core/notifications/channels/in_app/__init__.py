"""In the application: the bell, the list, and ticking off."""

from core.notifications.channels.in_app.reading import mark_all_read, mark_read, unread_count

__all__ = ["mark_all_read", "mark_read", "unread_count"]
