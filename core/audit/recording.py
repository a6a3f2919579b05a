"""Writing an act into the record."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from core import context
from core.models import AuditEntry


def record(
    action: str,
    *,
    actor: Any,
    company: models.Model | None = None,
    site: models.Model | None = None,
    target: models.Model | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one act to the append-only record, with the request id and the network address of the context.

    `action` is a registered name (`register_action`); `actor` the person, or None when a task acts or nobody is
    signed in. The company is the given one, else the site's, else the actor's. `details` are facts as JSON:
    no secrets, no texts of other people. Inside a transaction that rolls back the entry goes with it.
    """
    person = actor if actor is not None and actor.pk is not None else None
    return AuditEntry.objects.create(
        action=action,
        actor=person,
        company_id=_company_id(company, site, person),
        site_id=None if site is None else site.pk,
        target_type=None if target is None else ContentType.objects.get_for_model(target),
        target_id="" if target is None else str(target.pk),
        details=details or {},
        request_id=context.request_id.get(),
        address=context.address.get() or None,
    )


def _company_id(company: models.Model | None, site: models.Model | None, person: Any) -> int | None:
    if company is not None:
        return int(company.pk)
    for owner in (site, person):
        found: int | None = getattr(owner, "company_id", None)
        if found is not None:
            return found
    return None
