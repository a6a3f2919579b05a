"""Points: made with their first label, changed, taken out of use. Never deleted, so that history keeps its names."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, changed_days, live
from core.clock import local_today, now
from core.policies import require
from organization.models import Person, Site
from patrols.models import Checkpoint, Plan
from patrols.services.labels import issue_label
from patrols.services.materialising import replan

RETIRED = audit.register_action(
    "patrols.checkpoint_retired", _("Took point %(checkpoint)s out of use: %(reason)s")
)
RESTORED = audit.register_action("patrols.checkpoint_restored", _("Took point %(checkpoint)s into use again"))

FIELDS = frozenset(
    {
        "zone",
        "building",
        "code",
        "name",
        "place",
        "floor",
        "x",
        "y",
        "latitude",
        "longitude",
        "radius_m",
        "freshness_hours",
        "checklist",
    }
)
POSITION = ("x", "y", "latitude", "longitude")
#: Days whose figures by zone follow a point into another zone: this month and the last.
FOLLOWING_DAYS = 62


@transaction.atomic
def create_checkpoint(*, user: Person, site: Site, code: str, name: str, **fields: Any) -> Checkpoint:
    """A new point at `site` with its first label. `fields` are those of FIELDS.

    Raises PermissionDenied, ValidationError.
    """
    require(user, "add", Checkpoint, parent=site)
    checkpoint = Checkpoint(site=site, code=code.strip().upper(), name=name, **_known(fields))
    _check_places(checkpoint)
    checkpoint.full_clean()
    checkpoint.save()
    issue_label(user=user, checkpoint=checkpoint)
    live.publish(f"site:{site.pk}", "checkpoints")
    return checkpoint


@transaction.atomic
def change_checkpoint(*, user: Person, checkpoint: Checkpoint, **fields: Any) -> Checkpoint:
    """Change fields of a point. A moved point forgets distances measured before the move (F26).

    Raises PermissionDenied, ValidationError.
    """
    require(user, "change", checkpoint)
    row = Checkpoint.objects.select_for_update(of=("self",)).select_related("site").get(pk=checkpoint.pk)
    before, zone_before = [getattr(row, name) for name in POSITION], row.zone_id
    for name, value in _known(fields).items():
        setattr(row, name, value.strip().upper() if name == "code" else value)
    if [getattr(row, name) for name in POSITION] != before and any(value is not None for value in before):
        row.positioned_at = now()
    _check_places(row)
    row.full_clean()
    row.save()
    if row.zone_id != zone_before:
        today = local_today(row.site.zone_info)
        changed_days.mark((row.site_id, today - timedelta(days=number)) for number in range(FOLLOWING_DAYS))
    live.publish(f"site:{row.site_id}", "checkpoints")
    return row


@transaction.atomic
def retire_checkpoint(*, user: Person, checkpoint: Checkpoint, reason: str = "") -> Checkpoint:
    """Take a point out of use: later rounds leave it out. Scans made before stay as they were.

    Raises PermissionDenied.
    """
    require(user, "retire", checkpoint)
    row = Checkpoint.objects.select_for_update(of=("self",)).select_related("site").get(pk=checkpoint.pk)
    if row.is_active:
        row.is_active, row.retired_at = False, now()
        row.save(update_fields=["is_active", "retired_at"])
        audit.record(
            RETIRED, actor=user, site=row.site, target=row, details={"checkpoint": row.code, "reason": reason}
        )
        _plan_again(row)
    return row


@transaction.atomic
def restore_checkpoint(*, user: Person, checkpoint: Checkpoint) -> Checkpoint:
    """Take a retired point into use again. Raises PermissionDenied."""
    require(user, "retire", checkpoint)
    row = Checkpoint.objects.select_for_update(of=("self",)).select_related("site").get(pk=checkpoint.pk)
    if not row.is_active:
        row.is_active, row.retired_at = True, None
        row.save(update_fields=["is_active", "retired_at"])
        audit.record(RESTORED, actor=user, site=row.site, target=row, details={"checkpoint": row.code})
        _plan_again(row)
    return row


def _plan_again(checkpoint: Checkpoint) -> None:
    replan(
        Plan.objects.filter(route__points__checkpoint=checkpoint, is_active=True).values_list("pk", flat=True)
    )
    live.publish(f"site:{checkpoint.site_id}", "checkpoints")


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"not a field of a point: {', '.join(sorted(unknown))}")
    return fields


def _check_places(checkpoint: Checkpoint) -> None:
    """Zone and building belong to the point's site, the checklist to its company."""
    wrong = {}
    for name in ("zone", "building"):
        part = getattr(checkpoint, name)
        if part is not None and part.site_id != checkpoint.site_id:
            wrong[name] = _("This belongs to another site.")
    if checkpoint.checklist is not None and checkpoint.checklist.company_id != checkpoint.site.company_id:
        wrong["checklist"] = _("This belongs to another company.")
    if wrong:
        raise ValidationError(wrong)
