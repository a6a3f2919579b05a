"""A check is kept as it was given; what is odd about it is flagged."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checklists.models import Answer, Check, ItemKind
from checklists.services.recording import AnswerGiven, record_check
from core.ids import uuid7
from core.models import Attachment
from organization.models import Site
from tests.checklists.factories import ChecklistFactory, ItemFactory, VersionFactory
from tests.conftest import Cast

AT = datetime(2026, 11, 17, tzinfo=UTC)
PHOTO = "a" * 64
CHOICES = [
    {"value": "auto", "label": {"en": "Auto"}},
    {"value": "off", "label": {"en": "Off"}, "abnormal": True},
]


def record(cast: Cast, site: Site, item: Any, *answers: AnswerGiven, **fields: Any) -> Any:
    """Record a check of the item's version."""
    return record_check(
        check_id=fields.pop("check_id", None) or uuid7(AT),
        version=item.version,
        person=cast.guard,
        site=site,
        answers=answers,
        device_at=AT,
        made_at=AT,
        received_at=AT,
    )


@pytest.mark.parametrize(
    ("item", "answer", "abnormal", "flags"),
    [
        ({}, {"value": "normal"}, False, ()),
        ({}, {"value": "na"}, False, ()),
        ({}, {"value": "abnormal", "text": "Door wedged open", "photos": [PHOTO]}, True, ()),
        ({}, {"value": "abnormal", "text": "Door wedged open"}, True, ("no_photo",)),
        ({}, {"value": "abnormal", "text": " ", "photos": [PHOTO]}, True, ("no_text",)),
        ({}, {"value": "fine"}, False, ("unknown_value",)),
        ({}, {"value": "normal", "abnormal": True}, True, ("no_text", "no_photo")),
        ({"needs_photo": True}, {"value": "normal"}, False, ("no_photo",)),
        ({"kind": ItemKind.NUMBER, "low": 5, "high": 40}, {"value": 12.5}, False, ()),
        ({"kind": ItemKind.NUMBER, "low": 5, "high": 40}, {"value": "40"}, False, ()),
        (
            {"kind": ItemKind.NUMBER, "low": 5, "high": 40},
            {"value": 40.001, "text": "Hot", "photos": [PHOTO]},
            True,
            (),
        ),
        ({"kind": ItemKind.NUMBER, "low": 5}, {"value": "-1", "text": "Cold", "photos": [PHOTO]}, True, ()),
        ({"kind": ItemKind.NUMBER}, {"value": "many"}, False, ("not_a_number",)),
        ({"kind": ItemKind.NUMBER}, {"value": "1e30"}, False, ("not_a_number",)),
        ({"kind": ItemKind.NUMBER}, {"value": "NaN"}, False, ("not_a_number",)),
        ({"kind": ItemKind.CHOICE, "choices": CHOICES}, {"value": "auto"}, False, ()),
        ({"kind": ItemKind.CHOICE, "choices": CHOICES}, {"value": "off"}, True, ("no_text", "no_photo")),
        ({"kind": ItemKind.CHOICE, "choices": CHOICES}, {"value": "left"}, False, ("unknown_choice",)),
        ({"kind": ItemKind.TEXT}, {"value": "all quiet"}, False, ()),
        ({"kind": ItemKind.PHOTO}, {"photos": [PHOTO]}, False, ()),
        ({"kind": ItemKind.PHOTO}, {}, False, ("no_photo",)),
    ],
)
def test_answers(
    cast: Cast,
    site: Site,
    item: dict[str, Any],
    answer: dict[str, Any],
    abnormal: bool,
    flags: tuple[str, ...],
) -> None:
    version = VersionFactory.create(checklist=ChecklistFactory.create(company=site.company))
    asked = ItemFactory.create(version=version, **item)
    recorded = record(cast, site, asked, AnswerGiven(asked.pk, **answer))
    assert recorded.flags == flags
    assert Answer.objects.get().is_abnormal is abnormal
    assert recorded.check.abnormal_count == int(abnormal)
    assert Attachment.objects.count() == len(answer.get("photos", ()))


def test_a_reading_is_kept_as_words_and_as_a_number(cast: Cast, site: Site) -> None:
    asked = ItemFactory.create(kind=ItemKind.NUMBER, unit="MPa")
    record(cast, site, asked, AnswerGiven(asked.pk, "0.45"))
    answer = Answer.objects.get()
    assert (answer.value, answer.number) == ("0.45", Decimal("0.450"))


def test_missing_unknown_and_double_answers_are_flagged(cast: Cast, site: Site) -> None:
    asked = ItemFactory.create()
    ItemFactory.create(version=asked.version)
    other = ItemFactory.create()
    recorded = record(
        cast,
        site,
        asked,
        AnswerGiven(asked.pk, "normal"),
        AnswerGiven(asked.pk, "na"),
        AnswerGiven(other.pk, "normal"),
    )
    assert set(recorded.flags) == {"missing", "twice", "unknown_item"}
    assert Answer.objects.get().value == "normal"


def test_a_repetition_is_the_same_check(cast: Cast, site: Site) -> None:
    asked = ItemFactory.create()
    key = uuid7(AT)
    first = record(cast, site, asked, AnswerGiven(asked.pk, "abnormal", text="x"), check_id=key)
    again = record(cast, site, asked, AnswerGiven(asked.pk, "normal"), check_id=key)
    assert (first.created, again.created, again.abnormal) == (True, False, [])
    assert Check.objects.count() == Answer.objects.count() == 1
