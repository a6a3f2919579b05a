"""What cases announce, after commit, with ids only."""

from django.dispatch import Signal

#: case_id, site_id
case_opened = Signal()
#: case_id, site_id, step, state: any step of the workflow
case_stepped = Signal()
#: case_id, site_id: closed or void
case_closed = Signal()
#: case_id, site_id
case_resolved = Signal()
#: case_id, site_id
case_reopened = Signal()
#: case_id, site_id: a note, a photo, another person or another due time.
case_changed = Signal()
