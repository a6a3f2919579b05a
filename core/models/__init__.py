"""State of the platform, one noun per file."""

from core.models.audit_entry import AuditEntry
from core.models.heartbeat import AuditorFinding, Heartbeat
from core.models.job import Job
from core.models.notification import Delivery, Notification, NotificationPreference
from core.models.number_series import NumberSeries
from core.models.outbox_item import OutboxItem
from core.models.slot import Slot

__all__ = [
    "AuditEntry",
    "AuditorFinding",
    "Delivery",
    "Heartbeat",
    "Job",
    "Notification",
    "NotificationPreference",
    "NumberSeries",
    "OutboxItem",
    "Slot",
]
