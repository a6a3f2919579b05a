"""Cases: opened once, numbered by the day, settled by who has seen them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from core.ids import uuid7
from core.models import Attachment, ChangedDay, Notification
from incidents.models import Case, CaseStatus, EntryKind
from incidents.selectors.steps import steps_for
from incidents.services.handling import StaleCase, add_note, assign_case, link_recurrence, merge_duplicate
from incidents.services.opening import open_case, open_from_desk
from incidents.services.steps import take_step
from organization.models import Person, Site
from tests.conftest import Cast

#: 23:30 on 17 November in Shanghai
EVENING = datetime(2026, 11, 17, 15, 30, tzinfo=UTC)


def opened(cast: Cast, site: Site, **fields: Any) -> Case:
    """A hazard found by the guard."""
    values: dict[str, Any] = {
        "operation_id": uuid7(),
        "site": site,
        "kind": "hazard",
        "title": "Fire door wedged open",
        "reported_by": cast.guard,
        "occurred_at": EVENING,
        "reported_at": EVENING,
    }
    return open_case(**(values | fields)).case


@pytest.mark.requirement("R087")
def test_numbers_run_by_kind_and_local_day(cast: Cast, site: Site) -> None:
    later = EVENING + timedelta(hours=1)
    numbers = [
        opened(cast, site).number,
        opened(cast, site).number,
        opened(cast, site, kind="violation").number,
        opened(cast, site, reported_at=later).number,
        opened(cast, site, kind="incident", category="002").number,
    ]
    assert numbers == [
        "HZ20261117-0001",
        "HZ20261117-0002",
        "VI20261117-0001",
        "HZ20261118-0001",
        "EV20261117-002-0001",
    ]
    assert sorted(ChangedDay.objects.values_list("day", flat=True)) == [
        EVENING.date(),
        later.date() + timedelta(days=1),
        later.date() + timedelta(days=2),  # its due time
        EVENING.date() + timedelta(days=7),  # the violation's
    ]


def test_one_operation_opens_one_case(cast: Cast, site: Site) -> None:
    key = uuid7()
    first = opened(cast, site, operation_id=key, photos=["b" * 64])
    again = open_case(
        operation_id=key,
        site=site,
        kind="incident",
        title="other",
        reported_by=cast.guard,
        occurred_at=EVENING,
    )
    assert (again.case, again.created) == (first, False)
    assert Attachment.objects.count() == first.entries.count() == 1


def test_the_leaders_of_the_site_are_told(cast: Cast, site: Site) -> None:
    opened(cast, site)
    told = {row.recipient for row in Notification.objects.filter(kind="incidents.case_opened")}
    assert told == {
        cast.shift_leader,
        cast.supervisor,
        cast.project_manager,
        cast.company_manager,
        cast.fire_safety_manager,
        cast.facility_engineer,
    }


def fixed(cast: Cast, case: Case, version: int | None = 1, person: Person | None = None) -> Case:
    """The hazard put right on the spot."""
    return take_step(
        user=person or cast.supervisor,
        case_id=case.pk,
        step="fix",
        version=version,
        values={"resolution": "Wedge removed"},
    )


def test_a_case_is_settled_and_opened_again(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    done = fixed(cast, case)
    assert (done.state, done.status, done.version) == ("rectified", CaseStatus.RESOLVED, 2)
    assert done.resolved_by == cast.supervisor
    with pytest.raises(ValidationError):
        fixed(cast, case, 2)
    again = take_step(
        user=cast.shift_leader, case_id=case.pk, step="fail", values={"note": "Wedged again"}, version=2
    )
    assert (again.state, again.status, again.resolved_at) == ("rectifying", CaseStatus.OPEN, None)
    assert list(case.entries.values_list("kind", "code", "from_state", "to_state")) == [
        (EntryKind.OPENED, "", "", "found"),
        (EntryKind.STEP, "fix", "found", "rectified"),
        (EntryKind.STEP, "fail", "rectified", "rectifying"),
    ]


def test_an_operation_of_a_phone_takes_its_step_once(cast: Cast, site: Site) -> None:
    case, key = opened(cast, site), uuid7()
    for _n in range(2):
        take_step(
            user=cast.supervisor, case_id=case.pk, step="fix", values={"resolution": "Shut"}, operation_id=key
        )
    assert case.entries.filter(kind=EntryKind.STEP).count() == 1


def test_a_duplicate_ends_and_the_other_goes_on(cast: Cast, site: Site, sibling_site: Site) -> None:
    first, second = opened(cast, site), opened(cast, site)
    merged = merge_duplicate(user=cast.supervisor, case_id=second.pk, version=1, original_id=first.pk)
    assert (merged.status, merged.duplicate_of) == (CaseStatus.VOID, first)
    assert first.entries.filter(code="merged_in", text__contains=second.number).exists()
    with pytest.raises(ValidationError):
        merge_duplicate(user=cast.supervisor, case_id=first.pk, version=1, original_id=second.pk)
    with pytest.raises(Http404):
        elsewhere = opened(cast, sibling_site)
        merge_duplicate(user=cast.supervisor, case_id=first.pk, version=1, original_id=elsewhere.pk)


def test_a_merged_case_takes_no_step_of_its_own(cast: Cast, site: Site) -> None:
    first, second = opened(cast, site), opened(cast, site)
    merged = merge_duplicate(user=cast.supervisor, case_id=second.pk, version=1, original_id=first.pk)
    assert steps_for(cast.supervisor, merged) == []
    with pytest.raises(ValidationError, match="merged with another"):
        take_step(user=cast.supervisor, case_id=second.pk, step="fix", values={"resolution": "Shut"})


def test_what_happened_before_is_linked(cast: Cast, site: Site) -> None:
    earlier, later = opened(cast, site), opened(cast, site, reported_at=EVENING + timedelta(days=3))
    linked = link_recurrence(user=cast.supervisor, case_id=later.pk, version=1, earlier_id=earlier.pk)
    assert linked.recurrence_of == earlier
    with pytest.raises(ValidationError):
        link_recurrence(user=cast.supervisor, case_id=earlier.pk, version=1, earlier_id=later.pk)


@pytest.mark.fault("F46")
def test_nobody_overwrites_what_they_have_not_seen(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    assign_case(user=cast.supervisor, case_id=case.pk, version=1, person=cast.facility_engineer)
    with pytest.raises(StaleCase) as stale:
        fixed(cast, case, 1, cast.shift_leader)
    assert stale.value.case.assigned_to == cast.facility_engineer
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert Notification.objects.filter(
        kind="incidents.case_assigned", recipient=cast.facility_engineer
    ).exists()


def test_evidence_is_kept_whatever_the_state(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    fixed(cast, case)
    assert add_note(user=cast.guard, case_id=case.pk, text="It happened again").actor == cast.guard
    with pytest.raises(ValidationError):
        add_note(user=cast.guard, case_id=case.pk, text=" ")


def test_roles_and_sites_are_kept_apart(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    for person in (cast.guard, cast.auditor):
        with pytest.raises(PermissionDenied):
            fixed(cast, case, 1, person)
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(Http404):
            fixed(cast, case, 1, person)
    with pytest.raises(PermissionDenied):
        open_from_desk(user=cast.auditor, operation_id=uuid7(), site=site, kind="incident", title="x")
    with time_machine.travel(EVENING, tick=False), pytest.raises(ValidationError):
        open_from_desk(
            user=cast.guard,
            operation_id=uuid7(),
            site=site,
            kind="incident",
            title="x",
            occurred_at=EVENING + timedelta(hours=1),
        )
