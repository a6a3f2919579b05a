"""Checklists for tests."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from checklists.models import Checklist, ChecklistItem, ChecklistVersion, VersionState
from tests.organization.factories import CompanyFactory


class ChecklistFactory(DjangoModelFactory[Checklist]):
    """A checklist without versions."""

    class Meta:
        model = Checklist

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"L{n}")
    name = {"en": "Pump room"}


class VersionFactory(DjangoModelFactory[ChecklistVersion]):
    """A published first version."""

    class Meta:
        model = ChecklistVersion

    checklist = factory.SubFactory(ChecklistFactory)
    number = 1
    state = VersionState.PUBLISHED


class ItemFactory(DjangoModelFactory[ChecklistItem]):
    """A question answered by normal or abnormal."""

    class Meta:
        model = ChecklistItem

    version = factory.SubFactory(VersionFactory)
    position = factory.Sequence(lambda n: n + 1)
    label: Any = {"en": "Fire doors shut", "zh-hans": "防火门关闭"}
