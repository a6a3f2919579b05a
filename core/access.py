"""Who sees the platform's own rows, as far as core can say: one's own. What roles see of the rest (the audit
record, given-up work, the auditor's findings) organization says in its oversight.py.
"""

from core.models import (
    DefaultView,
    Delivery,
    Heartbeat,
    ImportRun,
    Job,
    Notification,
    NotificationPreference,
    NumberSeries,
    Slot,
)
from core.policies import Internal, OwnRows, register

register(OwnRows(Notification, "recipient"))
register(OwnRows(NotificationPreference, "person"))
register(OwnRows(Job, "user"))
register(OwnRows(ImportRun, "user"))
register(OwnRows(DefaultView, "person"))
register(Internal(Delivery))
register(Internal(Heartbeat))
register(Internal(NumberSeries))
register(Internal(Slot))
