"""A supervisor's word on a scan: kept beside it, with a note; the round is folded anew."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from core import audit, changed_days, live
from core.clock import local, now
from core.events import emit
from core.policies import require, visible
from organization.models import Person
from patrols import signals
from patrols.models import Scan, ScanReview, Verdict
from patrols.services.judging import refold

OVERRULED = audit.register_action(
    "patrols.scan_overruled", _("Overruled a verdict: %(before)s → %(after)s. %(note)s")
)


@transaction.atomic
def overrule(*, user: Person, scan_id: UUID, verdict: str, note: str, counts: bool = True) -> ScanReview:
    """Set another verdict on a scan, and whether it counts as a visit. The scan itself stays as it was.

    Raises Http404 for a scan that does not exist for `user`, PermissionDenied, ValidationError without a note.
    """
    scan = visible(user, Scan.objects.select_related("site", "checkpoint")).filter(pk=scan_id).first()
    if scan is None:
        raise Http404
    require(user, "overrule", scan)
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    if verdict not in Verdict.values:
        raise ValidationError({"verdict": _("Choose one of the offered values.")})
    review = ScanReview.objects.create(
        company_id=scan.company_id,
        site=scan.site,
        scan_id=scan.pk,
        verdict=verdict,
        counts=counts,
        note=note.strip(),
        made_by=user,
        made_at=now(),
    )
    if scan.round_id is not None:
        refold([scan.round_id])
    changed_days.mark([(scan.site_id, local(scan.corrected_at, scan.site.zone_info).date())])
    audit.record(
        OVERRULED,
        actor=user,
        site=scan.site,
        target=scan,
        details={"before": scan.verdict, "after": verdict, "counts": counts, "note": review.note},
    )
    live.publish(f"site:{scan.site_id}", "scans", rounds=[scan.round_id] if scan.round_id else [])
    emit(signals.scan_overruled, scan_id=str(scan.pk), site_id=scan.site_id, round_id=scan.round_id)
    return review
