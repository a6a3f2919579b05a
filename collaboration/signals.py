"""What collaboration announces, after commit, with ids only."""

from django.dispatch import Signal

#: action_id, site_id: added, changed, done, verified, sent back, cancelled, extended, judged.
action_changed = Signal()
#: request_id, site_id: asked, or moved to another state.
request_changed = Signal()
