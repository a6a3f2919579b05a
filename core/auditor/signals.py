"""What the auditor announces after commit, through core.events."""

from django.dispatch import Signal

#: Something is newly not as it should be. Sent with finding_id.
finding_opened = Signal()
