"""Who may give which role to whom, where and for how long."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from core.clock import now
from core.policies import visible
from organization.access import grants_on
from organization.models import Department, Membership, Person, Role, Site
from organization.services import people
from tests.conftest import Cast
from tests.organization.factories import PersonFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = now().date()


def grant(actor: Person, person: Person, role: str, site: Site | None, **dates: Any) -> Membership:
    """From today unless said otherwise."""
    return people.grant_role(
        actor=actor, person=person, role=role, site=site, **{"valid_from": TODAY, **dates}
    )


def test_a_project_manager_gives_roles_at_the_own_site_only(
    cast: Cast, site: Site, sibling_site: Site
) -> None:
    assert grant(cast.project_manager, cast.guard, Role.SHIFT_LEADER, site).pk
    with pytest.raises(PermissionDenied):
        grant(cast.project_manager, cast.guard, Role.SHIFT_LEADER, sibling_site)
    with pytest.raises(PermissionDenied):
        grant(cast.project_manager, cast.guard, Role.SHIFT_LEADER, None)


@pytest.mark.parametrize("role", [Role.COMPANY_MANAGER, Role.ADMINISTRATOR])
def test_nobody_below_gives_a_company_wide_role(cast: Cast, site: Site, role: str) -> None:
    for actor in (cast.project_manager, cast.supervisor, cast.guard, cast.auditor):
        for place in (None, site):
            with pytest.raises(PermissionDenied):
                grant(actor, cast.guard, role, place)
    with pytest.raises(ValidationError):
        grant(cast.company_manager, cast.guard, role, site)
    assert grant(cast.company_manager, cast.guard, role, None).pk


@pytest.mark.parametrize(
    "name",
    ["guard", "shift_leader", "supervisor", "fire_safety_manager", "facility_engineer", "trainer", "auditor"],
)
def test_who_manages_nobody_gives_no_role(cast: Cast, site: Site, name: str) -> None:
    with pytest.raises(PermissionDenied):
        grant(getattr(cast, name), cast.other_guard, Role.SUPERVISOR, site)


def test_no_role_crosses_the_company(cast: Cast, site: Site, foreign_site: Site) -> None:
    with pytest.raises(PermissionDenied):
        grant(cast.company_manager, cast.guard, Role.GUARD, foreign_site)
    with pytest.raises(PermissionDenied):
        grant(cast.company_manager, cast.foreign_guard, Role.GUARD, foreign_site)
    with pytest.raises(PermissionDenied):
        grant(cast.company_manager, cast.foreign_guard, Role.GUARD, None)


def test_a_department_of_another_site_is_refused(cast: Cast, site: Site, sibling_site: Site) -> None:
    department = Department.objects.create(company=site.company, site=sibling_site, name="Engineering")
    with pytest.raises(ValidationError):
        grant(cast.company_manager, cast.guard, Role.FACILITY_ENGINEER, site, department=department)


def test_an_auditor_holds_no_other_role_at_the_same_time(cast: Cast, site: Site) -> None:
    boss = cast.company_manager
    with pytest.raises(ValidationError):
        grant(boss, cast.guard, Role.AUDITOR, None)
    with pytest.raises(ValidationError):
        grant(boss, cast.auditor, Role.GUARD, site)
    # Nor by way of dates: a role that begins later, or one that ends within the auditor's time.
    later = person_with(Role.GUARD, site=site, name="Later")
    later.memberships.update(valid_from=TODAY + timedelta(days=30))
    with pytest.raises(ValidationError):
        grant(boss, later, Role.AUDITOR, None)
    assert grant(boss, later, Role.AUDITOR, None, valid_to=TODAY + timedelta(days=29)).pk


def test_a_role_holds_from_its_first_day_to_its_last(cast: Cast, site: Site) -> None:
    person = PersonFactory.create(company=site.company)
    row = grant(
        cast.company_manager,
        person,
        Role.GUARD,
        site,
        valid_from=TODAY + timedelta(days=1),
        valid_to=TODAY + timedelta(days=2),
    )
    held = [
        grants_on(person, TODAY + timedelta(days=offset)).has({Role.GUARD}, site=site) for offset in range(4)
    ]
    assert held == [False, True, True, False]
    people.end_role(actor=cast.project_manager, membership=row, last_day=date(2000, 1, 1))
    row.refresh_from_db()
    assert row.valid_to == row.valid_from, "a role does not end before it began"


def test_a_role_in_a_department_reaches_the_departments_site(
    cast: Cast, site: Site, sibling_site: Site
) -> None:
    department = Department.objects.create(company=site.company, site=site, name="Engineering")
    person = PersonFactory.create(company=site.company)
    Membership.objects.create(
        person=person,
        company=site.company,
        department=department,
        role=Role.FACILITY_ENGINEER,
        valid_from=TODAY,
    )
    assert list(visible(person, Site.objects.all())) == [site]


def test_giving_and_ending_a_role_on_the_page(client: Client, cast: Cast, site: Site) -> None:
    client.force_login(cast.project_manager)
    url = f"/organization/people/{cast.guard.pk}/roles/add/"
    answer = client.post(
        url, {"role": "trainer", "site": site.pk, "valid_from": TODAY, "valid_to": TODAY - timedelta(days=1)}
    )
    assert answer.status_code == 422
    assert client.post(url, {"role": "trainer", "site": site.pk, "valid_from": TODAY}).status_code == 302
    row = Membership.objects.get(person=cast.guard, role="trainer")
    client.post(f"/organization/roles/{row.pk}/end/", {"last_day": TODAY})
    row.refresh_from_db()
    assert row.valid_to == TODAY
