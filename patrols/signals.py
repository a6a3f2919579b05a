"""What patrols announce, after commit, with ids only."""

from django.dispatch import Signal

#: company_id, site_id, scan_ids (UUIDs as text), round_ids: new scans of one site were stored.
scans_recorded = Signal()
#: rounds: lists of round ids by site id; they were judged in one tick, when they closed.
rounds_judged = Signal()
#: site_ids: new rounds exist at these sites.
rounds_materialised = Signal()
#: round_id, site_id
round_cancelled = Signal()
#: checkpoint_id, site_id, serial: a label was issued; the one before is void.
label_issued = Signal()
#: scan_id (UUID as text), site_id, round_id or None: a supervisor overruled a verdict.
scan_overruled = Signal()
