"""Companies, sites, zones and people for tests."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from organization.models import (
    Building,
    Company,
    Department,
    Household,
    Membership,
    Person,
    Resident,
    Role,
    Site,
    Zone,
)

PASSWORD = "correct horse battery"


class CompanyFactory(DjangoModelFactory[Company]):
    """A company."""

    class Meta:
        model = Company

    code = factory.Sequence(lambda n: f"c{n}")
    name = factory.Sequence(lambda n: f"Company {n}")


class SiteFactory(DjangoModelFactory[Site]):
    """A residential site in Shanghai time with a plan of 200 m × 100 m."""

    class Meta:
        model = Site

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"s{n}")
    name = factory.Sequence(lambda n: f"Site {n}")
    plan_width_m = 200
    plan_height_m = 100


class BuildingFactory(DjangoModelFactory[Building]):
    """A building."""

    class Meta:
        model = Building

    site = factory.SubFactory(SiteFactory)
    code = factory.Sequence(lambda n: f"B{n}")
    name = factory.Sequence(lambda n: f"Building {n}")


class ZoneFactory(DjangoModelFactory[Zone]):
    """A zone without a responsible person."""

    class Meta:
        model = Zone

    site = factory.SubFactory(SiteFactory)
    code = factory.Sequence(lambda n: f"Z{n:02}")
    name = factory.Sequence(lambda n: f"Zone {n}")


class HouseholdFactory(DjangoModelFactory[Household]):
    """A unit lived in by its owner."""

    class Meta:
        model = Household

    site = factory.SubFactory(SiteFactory)
    code = factory.Sequence(lambda n: f"1-1-{100 + n}")


class ResidentFactory(DjangoModelFactory[Resident]):
    """The owner of a unit, kept for property service without an end."""

    class Meta:
        model = Resident

    household = factory.SubFactory(HouseholdFactory)
    name = factory.Sequence(lambda n: f"Resident {n}")
    phone = factory.Sequence(lambda n: f"1380000{n:04}")


class PersonFactory(DjangoModelFactory[Person]):
    """Somebody who can sign in with PASSWORD."""

    class Meta:
        model = Person

    company = factory.SubFactory(CompanyFactory)
    staff_number = factory.Sequence(lambda n: f"{1000 + n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    username = factory.LazyAttribute(lambda person: f"{person.company.code}-{person.staff_number}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    password = factory.django.Password(PASSWORD)


class DepartmentFactory(DjangoModelFactory[Department]):
    """A department of a company."""

    class Meta:
        model = Department

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Department {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    """A role from the beginning of 2020, open-ended, company-wide unless a site is given."""

    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    company = factory.LazyAttribute(lambda row: row.person.company)
    role = Role.GUARD
    valid_from = date(2020, 1, 1)


def person_with(
    role: Role, *, site: Site | None = None, company: Company | None = None, **fields: Any
) -> Person:
    """A new person who holds `role` at `site`, or company-wide in `company`."""
    owner = site.company if site is not None else company
    person = PersonFactory.create(company=owner, **fields)
    MembershipFactory.create(person=person, role=role, site=site)
    return person
