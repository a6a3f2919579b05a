"""Writing checklists: drafts are edited, published versions never change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from checklists.models import Checklist, ChecklistItem, ChecklistVersion, ItemKind, Opens, VersionState
from core import audit
from core.clock import now
from core.policies import require
from organization.models import Company, Person

PUBLISHED = audit.register_action(
    "checklists.published", _("Published version %(number)s of checklist %(code)s")
)
COPIED = (
    "position",
    "kind",
    "label",
    "help",
    "unit",
    "low",
    "high",
    "choices",
    "is_required",
    "needs_photo",
    "opens",
    "due_hours",
)


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One question as edited. `label`, `help` and the labels of `choices` are texts by language."""

    label: Mapping[str, str]
    kind: str = ItemKind.NORMAL.value
    help: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    choices: Sequence[Mapping[str, Any]] = ()
    is_required: bool = True
    needs_photo: bool = False
    opens: str = Opens.HAZARD.value
    due_hours: int = 24


@transaction.atomic
def create_checklist(
    *, user: Person, company: Company, code: str, name: Any, description: Any = "", basis: str = ""
) -> Checklist:
    """A checklist with an empty draft. `name` and `description` are texts by language or plain ones.

    Raises PermissionDenied, ValidationError.
    """
    require(user, "add", Checklist, parent=company)
    checklist = Checklist(
        company=company,
        code=code.strip(),
        name=_texts(name, company.language),
        description=_texts(description, company.language),
        basis=basis,
    )
    checklist.full_clean()
    checklist.save()
    ChecklistVersion.objects.create(checklist=checklist, number=1)
    return checklist


@transaction.atomic
def draft_of(*, user: Person, checklist: Checklist) -> ChecklistVersion:
    """The draft of `checklist`; a new one, copied from the latest version, when there is none.

    Raises PermissionDenied.
    """
    require(user, "change", checklist)
    Checklist.objects.select_for_update().get(pk=checklist.pk)
    draft = checklist.versions.filter(state=VersionState.DRAFT).first()
    if draft is not None:
        return draft
    last = checklist.versions.order_by("-number").first()
    draft = ChecklistVersion.objects.create(checklist=checklist, number=last.number + 1 if last else 1)
    if last is not None:
        ChecklistItem.objects.bulk_create(
            ChecklistItem(version=draft, **{name: getattr(item, name) for name in COPIED})
            for item in last.items.all()
        )
    return draft


@transaction.atomic
def set_items(*, user: Person, version: ChecklistVersion, items: Sequence[ItemDraft]) -> None:
    """Make the questions of a draft these, in this order. Raises PermissionDenied, ValidationError."""
    require(user, "change", version.checklist)
    row = ChecklistVersion.objects.select_for_update().get(pk=version.pk)
    if row.state != VersionState.DRAFT:
        raise ValidationError(_("A published version never changes; edit a draft."))
    made = [_item(row, position, draft) for position, draft in enumerate(items, start=1)]
    for item in made:
        item.full_clean(exclude=["version"], validate_unique=False, validate_constraints=False)
    row.items.all().delete()
    ChecklistItem.objects.bulk_create(made)


def _item(version: ChecklistVersion, position: int, draft: ItemDraft) -> ChecklistItem:
    values = [str(choice["value"]) for choice in draft.choices]
    if draft.kind == ItemKind.CHOICE and (not values or len(set(values)) != len(values)):
        raise ValidationError({"choices": _("Give at least one choice, each once.")})
    if draft.low is not None and draft.high is not None and draft.high < draft.low:
        raise ValidationError({"high": _("This lies below the lowest normal value.")})
    return ChecklistItem(
        version=version,
        position=position,
        kind=draft.kind,
        label=dict(draft.label),
        help=dict(draft.help),
        unit=draft.unit,
        low=draft.low if draft.kind == ItemKind.NUMBER else None,
        high=draft.high if draft.kind == ItemKind.NUMBER else None,
        choices=[dict(choice) for choice in draft.choices] if draft.kind == ItemKind.CHOICE else [],
        is_required=draft.is_required,
        needs_photo=draft.needs_photo,
        opens=draft.opens,
        due_hours=draft.due_hours,
    )


@transaction.atomic
def publish(*, user: Person, version: ChecklistVersion) -> ChecklistVersion:
    """Publish a draft; the version before is retired. Phones ask it from their next contact on.

    Raises PermissionDenied, ValidationError.
    """
    require(user, "publish", version.checklist)
    checklist = Checklist.objects.select_for_update().select_related("company").get(pk=version.checklist_id)
    row = ChecklistVersion.objects.select_for_update().get(pk=version.pk)
    if row.state != VersionState.DRAFT:
        raise ValidationError(_("Only a draft can be published."))
    if not row.items.exists():
        raise ValidationError(_("A checklist needs at least one question."))
    checklist.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    row.state, row.published_at, row.published_by = VersionState.PUBLISHED, now(), user
    row.save(update_fields=["state", "published_at", "published_by"])
    audit.record(
        PUBLISHED,
        actor=user,
        company=checklist.company,
        target=checklist,
        details={"number": row.number, "code": checklist.code},
    )
    return row


@transaction.atomic
def set_active(*, user: Person, checklist: Checklist, active: bool) -> Checklist:
    """Take a checklist out of use or into use again. Raises PermissionDenied."""
    require(user, "change", checklist)
    checklist.is_active = active
    checklist.save(update_fields=["is_active"])
    return checklist


def _texts(value: Any, language: str) -> dict[str, str]:
    if isinstance(value, str):
        return {language: value.strip()} if value.strip() else {}
    return dict(value)
