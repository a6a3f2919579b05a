"""Giving out work: once per operation, numbered by the site's day, the owner is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from collaboration import notices, sources
from collaboration.models import ActionEntryKind, ActionItem, ActionKind
from collaboration.selectors.people import departments_at, workers_of
from collaboration.services.keeping import enter_action, number_of, save_action, tell_about_action
from collaboration.services.keeping import locked_action as locked
from core.attachments import Prepared
from core.clock import now
from core.policies import require
from organization.models import Department, Person, Site


@dataclass(frozen=True, slots=True)
class Added:
    """An action item; `created` is false when the operation had added it before."""

    action: ActionItem
    created: bool


@transaction.atomic
def add_action(
    *,
    user: Person,
    operation_id: UUID,
    site: Site,
    title: str,
    owner: Person,
    due_at: datetime,
    description: str = "",
    kind: str = ActionKind.CORRECTIVE,
    department: Department | None = None,
    verifier: Person | None = None,
    impact: int | None = None,
    effort: int | None = None,
    source: Model | None = None,
    uploads: Iterable[Prepared] = (),
) -> Added:
    """Give somebody something to do until `due_at` (aware). `source` is a record of a registered kind, at `site`.

    Raises PermissionDenied, ValidationError.
    """
    require(user, "add", ActionItem, parent=site)
    existing = ActionItem.objects.filter(company_id=site.company_id, operation_id=operation_id).first()
    if existing is not None:
        return Added(existing, created=False)
    moment = now()
    wrong = _wrong(site, title, owner, department, verifier)
    if due_at <= moment:
        wrong["due_at"] = _("This lies in the past.")
    if source is not None and sources.site_of(source).pk != site.pk:
        wrong["source"] = _("This belongs to another site.")
    if wrong:
        raise ValidationError(wrong)
    action = ActionItem(
        company_id=site.company_id,
        site=site,
        operation_id=operation_id,
        title=title.strip()[:200],
        description=description.strip(),
        kind=kind,
        owner=owner,
        department=department,
        verifier=verifier,
        impact=impact,
        effort=effort,
        due_at=due_at,
        original_due_at=due_at,
        created_by=user,
        created_at=moment,
        **sources.columns_of(source),
    )
    action.number = number_of("AC", site, moment)
    action.save()
    enter_action(action, user, ActionEntryKind.OPENED, action.description, uploads)
    if owner.pk != user.pk:
        tell_about_action(notices.ASSIGNED, action, [owner])
    return Added(action, created=True)


@transaction.atomic
def change_action(
    *,
    user: Person,
    action_id: int,
    version: int,
    title: str,
    owner: Person,
    description: str = "",
    kind: str = ActionKind.CORRECTIVE,
    department: Department | None = None,
    verifier: Person | None = None,
    impact: int | None = None,
    effort: int | None = None,
) -> ActionItem:
    """Say anew what an open item is and whose; its due time changes by extension only. A new owner is told.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    action = locked(user, action_id, "change", version)
    if action.status != "open":
        raise ValidationError(_("Only an open action item can be changed."))
    kept = {action.owner_id, action.verifier_id}
    if wrong := _wrong(action.site, title, owner, department, verifier, kept=kept):
        raise ValidationError(wrong)
    before = action.owner
    said = [f"{action.title} → {title.strip()}"] if title.strip() != action.title else []
    if owner.pk != before.pk:
        said.append(f"{before} → {owner}")
    action.title, action.owner, action.description = title.strip()[:200], owner, description.strip()
    action.kind, action.department, action.verifier = kind, department, verifier
    action.impact, action.effort = impact, effort
    save_action(action, user, ActionEntryKind.CHANGED, "; ".join(said))
    if owner.pk not in (before.pk, user.pk):
        tell_about_action(notices.ASSIGNED, action, [owner])
    return action


def _wrong(
    site: Site,
    title: str,
    owner: Person,
    department: Department | None,
    verifier: Person | None,
    *,
    kept: Iterable[int | None] = (),
) -> dict[str, Any]:
    """What does not fit, by field. People in `kept` had their part before and may keep it."""
    wrong: dict[str, Any] = {}
    if not title.strip():
        wrong["title"] = _("Say what it is.")
    asked = {person.pk for person in (owner, verifier) if person is not None} - set(kept)
    here = set(workers_of(site).filter(pk__in=asked).values_list("pk", flat=True))
    for name, person in (("owner", owner), ("verifier", verifier)):
        if person is not None and person.pk in asked - here:
            wrong[name] = _("This person has no task at this site.")
    if verifier is not None and verifier.pk == owner.pk:
        wrong["verifier"] = _("Somebody else than the owner verifies.")
    if department is not None and not departments_at(site).filter(pk=department.pk).exists():
        wrong["department"] = _("This belongs to another site.")
    return wrong
