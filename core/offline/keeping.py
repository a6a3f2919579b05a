"""Quarantine: whatever cannot be taken is kept as received, once, until somebody decides."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from core import live
from core.models import Quarantine

#: Bytes kept of one item.
KEPT_BYTES = 256 * 1024


def keep_aside(
    *,
    person: Any,
    raw: bytes,
    reason: str,
    detail: str = "",
    operation_id: UUID | None = None,
    kind: str = "",
    photos: tuple[str, ...] = (),
    site_id: int | None = None,
    received_at: datetime,
) -> Quarantine:
    """Keep an item that `person` handed in; the same item again changes nothing.

    A site of another company is not believed: the item then belongs to no site.
    """
    company_id = person.company_id
    kept, created = Quarantine.objects.get_or_create(
        company_id=company_id,
        person_id=person.pk,
        operation_id=operation_id,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        defaults={
            "site_id": own_site_id(company_id, site_id),
            "kind": kind,
            "reason": reason[:40],
            "detail": detail[:500].replace("\x00", ""),
            "raw": raw[:KEPT_BYTES],
            "truncated": len(raw) > KEPT_BYTES,
            "photos": list(photos),
            "received_at": received_at,
        },
    )
    if created and kept.site_id is not None:
        live.publish(f"site:{kept.site_id}", "quarantine", quarantine=kept.pk)
    return kept


def own_site_id(company_id: int, site_id: Any) -> int | None:
    """`site_id` if it is a site of the company, else None."""
    if not isinstance(site_id, int) or isinstance(site_id, bool) or not 0 < site_id < 2**63:
        return None
    site = apps.get_model("organization", "Site")
    found: int | None = (
        site._default_manager.filter(pk=site_id, company_id=company_id).values_list("pk", flat=True).first()
    )
    return found
