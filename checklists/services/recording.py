"""Recording a filled-in checklist. What a phone sends is kept, whatever is odd about it: flagged, never refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction

from checklists.models import Answer, Check, ChecklistItem, ChecklistVersion, ItemKind
from core import changed_days, live
from core.attachments import attach
from core.clock import local, now
from core.faults import point
from organization.models import Person, Site

NORMAL, ABNORMAL, NOT_APPLICABLE = "normal", "abnormal", "na"

#: Flags: what is odd about a check.
MISSING, NO_TEXT, NO_PHOTO = "missing", "no_text", "no_photo"
UNKNOWN_ITEM, NOT_A_NUMBER, UNKNOWN_CHOICE, UNKNOWN_VALUE, TWICE = (
    "unknown_item",
    "not_a_number",
    "unknown_choice",
    "unknown_value",
    "twice",
)
LARGEST = Decimal(99999999999)


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """One answer as given. `photos` are SHA-256 hashes; the bytes may come later."""

    item_id: int
    value: Any = None
    abnormal: bool = False
    text: str = ""
    photos: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A check as it was recorded; `created` is false for a repetition."""

    check: Check
    created: bool
    abnormal: list[Answer] = field(default_factory=list)
    flags: tuple[str, ...] = ()
    photos: Mapping[int, Sequence[str]] = field(default_factory=dict)


@transaction.atomic
def record_check(
    *,
    check_id: UUID,
    version: ChecklistVersion,
    person: Person,
    site: Site,
    answers: Iterable[AnswerGiven],
    device_at: datetime,
    made_at: datetime,
    received_at: datetime | None = None,
) -> Recorded:
    """Keep a check with its answers and photos. `made_at` is the corrected time; all aware.

    Idempotent by `check_id`. An abnormal answer without text or photo, a missing answer and the like are flagged.
    The caller opens cases for `abnormal` (their photos are in `photos`, by item).
    """
    check, created = Check.objects.get_or_create(
        pk=check_id,
        defaults={
            "company_id": site.company_id,
            "site": site,
            "version": version,
            "person": person,
            "device_at": device_at,
            "made_at": made_at,
            "received_at": received_at or now(),
        },
    )
    if not created:
        return Recorded(check, created=False)
    point("check.recorded")
    items = {item.pk: item for item in version.items.all()}
    flags: list[str] = []
    given: dict[int, AnswerGiven] = {}
    for answer in answers:
        if answer.item_id not in items:
            flags.append(UNKNOWN_ITEM)
        elif answer.item_id in given:
            flags.append(TWICE)
        else:
            given[answer.item_id] = answer
    if any(item.is_required and item.pk not in given for item in items.values()):
        flags.append(MISSING)
    rows = [_answer(check, items[key], answer, flags) for key, answer in given.items()]
    Answer.objects.bulk_create(rows)
    abnormal = [row for row in rows if row.is_abnormal]
    if abnormal:
        check.abnormal_count = len(abnormal)
        check.save(update_fields=["abnormal_count"])
    photos = {row.item_id: tuple(given[row.item_id].photos) for row in rows}
    for row in rows:
        for sha256 in photos[row.item_id]:
            attach(row, sha256=sha256, made_by=person, device_at=made_at, site=site)
    changed_days.mark([(site.pk, local(made_at, site.zone_info).date())])
    live.publish(f"site:{site.pk}", "checks", check=str(check.pk))
    return Recorded(check, True, abnormal, tuple(dict.fromkeys(flags)), photos)


def _answer(check: Check, item: ChecklistItem, given: AnswerGiven, flags: list[str]) -> Answer:
    value = "" if given.value is None else str(given.value).strip()[:500]
    number = _number(value, flags) if item.kind == ItemKind.NUMBER else None
    abnormal = _is_abnormal(item, value, number, given, flags)
    text = given.text.strip()
    if abnormal and not text:
        flags.append(NO_TEXT)
    if (abnormal or item.needs_photo or item.kind == ItemKind.PHOTO) and not given.photos:
        flags.append(NO_PHOTO)
    return Answer(check_made=check, item=item, value=value, number=number, is_abnormal=abnormal, text=text)


def _number(value: str, flags: list[str]) -> Decimal | None:
    """The reading, or a flag: the words stay in the answer."""
    if not value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST:
        flags.append(NOT_A_NUMBER)
        return None
    return number.quantize(Decimal("0.001"))


def _is_abnormal(
    item: ChecklistItem, value: str, number: Decimal | None, given: AnswerGiven, flags: list[str]
) -> bool:
    """What the list says decides; what the guard says can only add to it."""
    match item.kind:
        case ItemKind.NORMAL:
            if value not in {NORMAL, ABNORMAL, NOT_APPLICABLE}:
                flags.append(UNKNOWN_VALUE)
            return value == ABNORMAL or given.abnormal
        case ItemKind.NUMBER if number is not None:
            below = item.low is not None and number < item.low
            return below or (item.high is not None and number > item.high) or given.abnormal
        case ItemKind.CHOICE:
            choice = next((choice for choice in item.choices if str(choice.get("value")) == value), None)
            if choice is None:
                flags.append(UNKNOWN_CHOICE)
            return given.abnormal or bool(choice and choice.get("abnormal"))
    return given.abnormal
