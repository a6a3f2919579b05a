"""Intake points: made, changed, their labels issued again."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.clock import now
from core.ids import uuid7
from core.policies import require
from incidents.links import digest, point_token, point_url
from incidents.models import IntakePoint, Report
from organization.models import Person, Site

ISSUED = audit.register_action(
    "incidents.intake_label_issued", _("Issued label %(serial)s of intake point %(place)s")
)


@transaction.atomic
def add_point(*, user: Person, site: Site, **fields: Any) -> IntakePoint:
    """A new intake point with its first label. Raises PermissionDenied, ValidationError."""
    require(user, "add", IntakePoint, parent=site)
    point = IntakePoint(site=site, issued_at=now(), token_sha256=digest(str(uuid7())))
    _store(point, fields)
    point.token_sha256 = digest(point_token(point.pk, point.serial))
    point.save(update_fields=["token_sha256"])
    return point


@transaction.atomic
def change_point(*, user: Person, point: IntakePoint, **fields: Any) -> IntakePoint:
    """Change where it hangs, what it offers, whether it is on. Its label stays good."""
    require(user, "change", point)
    return _store(point, fields)


@transaction.atomic
def issue_label(*, user: Person, point: IntakePoint) -> IntakePoint:
    """A new label; the one that hangs there leads nowhere from now on."""
    require(user, "change", point)
    point = IntakePoint.objects.select_for_update(of=("self",)).select_related("site").get(pk=point.pk)
    point.serial += 1
    point.token_sha256 = digest(point_token(point.pk, point.serial))
    point.issued_at = now()
    point.save(update_fields=["serial", "token_sha256", "issued_at"])
    details = {"serial": point.serial, "place": point.place}
    audit.record(ISSUED, actor=user, site=point.site, target=point, details=details)
    return point


def printable(*, user: Person, points: Iterable[IntakePoint]) -> list[IntakePoint]:
    """The points with a label that can be printed; a new one where the key has changed since."""
    return [point if point_url(point) else issue_label(user=user, point=point) for point in points]


def _store(point: IntakePoint, fields: dict[str, Any]) -> IntakePoint:
    for name, value in fields.items():
        setattr(point, name, value)
    point.place = " ".join(point.place.split())
    for name in ("building", "zone"):
        owner = getattr(point, name)
        if owner is not None and owner.site_id != point.site_id:
            raise ValidationError({name: _("This belongs to another site.")})
    if not point.offers:
        raise ValidationError({"offers": _("Choose one at least.")})
    point.offers = [one for one in Report.values if one in point.offers]
    point.full_clean(exclude=["token_sha256"])
    point.save()
    return point
