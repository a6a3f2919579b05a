"""State of the platform, one noun per file."""

from core.models.attachments import Attachment, Blob, BlobClaim, BlobPart, BlobState
from core.models.audit_entry import AuditEntry
from core.models.changed_day import ChangedDay
from core.models.heartbeat import AuditorFinding, Heartbeat
from core.models.idempotency import IdempotentRequest
from core.models.import_run import ImportRun
from core.models.job import Job
from core.models.notification import Delivery, Notification, NotificationPreference
from core.models.number_series import NumberSeries
from core.models.offline import Operation, OperationState, PhoneDevice, Quarantine, QuarantineState
from core.models.outbox_item import OutboxItem
from core.models.robot import Robot, RobotMessage, RobotVendor
from core.models.saved_view import DefaultView, SavedView
from core.models.sending import Endpoint, Sending, SendingState
from core.models.slot import Slot
from core.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "Attachment",
    "AuditEntry",
    "AuditorFinding",
    "Blob",
    "BlobClaim",
    "BlobPart",
    "BlobState",
    "ChangedDay",
    "DefaultView",
    "Delivery",
    "Endpoint",
    "Heartbeat",
    "IdempotentRequest",
    "ImportRun",
    "Job",
    "Notification",
    "NotificationPreference",
    "NumberSeries",
    "Operation",
    "OperationState",
    "OutboxItem",
    "PhoneDevice",
    "Quarantine",
    "QuarantineState",
    "Robot",
    "RobotMessage",
    "RobotVendor",
    "SavedView",
    "Sending",
    "SendingState",
    "Slot",
    "Webhook",
    "WebhookDelivery",
]
