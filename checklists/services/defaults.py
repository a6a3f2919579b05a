"""The shipped checklists, in three languages, each with its basis: installed as published first versions."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from checklists.models import Checklist, ChecklistItem, ChecklistVersion, VersionState
from core.clock import now
from organization.models import Company

FOLDER = Path(__file__).resolve().parent.parent / "defaults"


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    """The shipped lists as read from defaults/*.yaml, by file name."""
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml")))


@transaction.atomic
def install(company: Company) -> list[Checklist]:
    """Give `company` the shipped checklists it lacks; the new ones. Lists it has, edited or not, stay as they are.

    Checks no policy: founding a company and the page of checklists do.
    """
    Company.objects.select_for_update().get(pk=company.pk)
    known = set(Checklist.objects.filter(company=company).values_list("code", flat=True))
    return [_install(company, row) for row in shipped() if row["code"] not in known]


def _install(company: Company, row: dict[str, Any]) -> Checklist:
    checklist = Checklist.objects.create(
        company=company,
        code=row["code"],
        name=row["name"],
        description=row.get("description", {}),
        basis=row["basis"],
    )
    version = ChecklistVersion.objects.create(
        checklist=checklist, number=1, state=VersionState.PUBLISHED, published_at=now()
    )
    for position, item in enumerate(row["items"], start=1):
        row_item = ChecklistItem(
            version=version,
            position=position,
            kind=item.get("kind", "normal"),
            label={key: item[key] for key in ("en", "zh-hans", "zh-hant")},
            help=item.get("help", {}),
            unit=item.get("unit", ""),
            low=_decimal(item.get("low")),
            high=_decimal(item.get("high")),
            choices=item.get("choices", []),
            is_required=item.get("required", True),
            needs_photo=item.get("photo", False),
            opens=item.get("opens", "hazard"),
            due_hours=item.get("due_hours", 24),
        )
        row_item.full_clean(exclude=["version"])
        row_item.save()
    return checklist


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
