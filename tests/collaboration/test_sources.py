"""What things came from: seen through the source's own policy, never at another site."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from collaboration import sources
from collaboration.models import ActionItem
from collaboration.selectors.linked import (
    actions_of,
    has_open,
    open_actions_of,
    panel_of,
    requests_of,
)
from collaboration.services.handling import cancel_action, report_done
from core.ids import uuid7
from incidents.models import Case
from incidents.services.opening import open_case
from organization.models import Site
from tests.collaboration.conftest import Make
from tests.conftest import Cast


def case_at(site: Site, person: Any) -> Case:
    """A hazard."""
    return open_case(
        operation_id=uuid7(),
        site=site,
        kind="hazard",
        title="Fire door wedged open",
        reported_by=person,
        occurred_at=datetime(2026, 11, 25, tzinfo=UTC),
    ).case


@pytest.fixture
def case(cast: Cast, site: Site, clock: Any) -> Case:
    """A hazard at our site."""
    return case_at(site, cast.guard)


def test_a_case_knows_what_came_of_it(cast: Cast, case: Case, add: Make, ask: Make) -> None:
    assert not has_open(case)
    first, second, made = add(source=case), add(source=case), ask(source=case)
    add()
    assert set(actions_of(case)) == set(open_actions_of(case)) == {first, second}
    assert list(requests_of(case)) == [made]
    cancel_action(user=cast.supervisor, action_id=first.pk, version=1, reason="x")
    report_done(user=cast.facility_engineer, action_id=second.pk, version=1, what_was_done="x")
    assert has_open(case)  # done, but nobody has verified it
    cancel_action(user=cast.supervisor, action_id=second.pk, version=2, reason="x")
    assert not has_open(case)


def test_a_panel_shows_what_the_reader_may_see_and_add(cast: Cast, case: Case, add: Make) -> None:
    item = add(source=case)
    panel = panel_of(cast.supervisor, case)
    assert (panel.actions, panel.may_add_action, panel.key) == ([item], True, f"incidents.case:{case.pk}")
    assert not panel_of(cast.guard, case).may_add_action
    assert panel_of(cast.sibling_supervisor, case).actions == []


def test_a_source_is_named_only_by_who_sees_it(cast: Cast, case: Case) -> None:
    key = sources.key_of(case)
    assert sources.named(cast.supervisor, key) == case
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(Http404):
            sources.named(person, key)
    for wrong in ("", "x", "incidents.case", "incidents.case:", "incidents.case:x", "incidents.case:1\x00"):
        with pytest.raises(Http404):
            sources.named(cast.supervisor, wrong)
    with pytest.raises(Http404):
        sources.named(cast.supervisor, f"organization.person:{cast.guard.pk}")  # exists, but is no source


def test_a_source_of_another_site_is_refused(cast: Cast, add: Make, sibling_site: Site) -> None:
    elsewhere = case_at(sibling_site, cast.sibling_guard)
    with pytest.raises(ValidationError, match="source"):
        add(source=elsewhere, user=cast.company_manager)


def test_who_may_not_see_the_source_learns_its_kind_only(cast: Cast, case: Case, add: Make) -> None:
    item = ActionItem.objects.get(pk=add(source=case).pk)
    shown = sources.shown(cast.supervisor, item)
    assert shown is not None
    assert (shown.text, shown.url) == (f"{case.number} {case.title}", f"/cases/{case.pk}/")
    hidden = sources.shown(cast.foreign_manager, item)
    assert hidden is not None
    assert (hidden.text, hidden.url) == ("Case", "")
    assert sources.shown(cast.supervisor, add()) is None
