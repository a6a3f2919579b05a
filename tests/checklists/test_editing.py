"""Published versions never change."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from checklists.models import VersionState
from checklists.services.editing import ItemDraft, create_checklist, draft_of, publish, set_items
from organization.models import Company
from tests.conftest import Cast


def test_a_checklist_goes_from_draft_to_version_to_version(cast: Cast, company: Company) -> None:
    user = cast.company_manager
    checklist = create_checklist(user=user, company=company, code="X", name="Extinguishers")
    first = draft_of(user=user, checklist=checklist)
    with pytest.raises(ValidationError):
        publish(user=user, version=first)
    set_items(
        user=user,
        version=first,
        items=[ItemDraft({"en": "In place"}), ItemDraft({"en": "Sealed"}, due_hours=2)],
    )
    publish(user=user, version=first)
    first.refresh_from_db()
    assert first.state == VersionState.PUBLISHED
    with pytest.raises(ValidationError):
        set_items(user=user, version=first, items=[])
    second = draft_of(user=user, checklist=checklist)
    assert [item.due_hours for item in second.items.all()] == [24, 2]
    assert draft_of(user=user, checklist=checklist) == second
    publish(user=user, version=second)
    first.refresh_from_db()
    assert (first.state, second.number) == (VersionState.RETIRED, 2)


def test_only_authors_of_the_company_write(cast: Cast, company: Company) -> None:
    for person in (cast.guard, cast.auditor, cast.foreign_manager):
        with pytest.raises(PermissionDenied):
            create_checklist(user=person, company=company, code="X", name="X")
