"""The named cast every test may call on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.utils import translation

from organization.models import Company, Person, Role, Site
from tests.organization.factories import CompanyFactory, SiteFactory, person_with


@dataclass(frozen=True)
class Cast:
    """People of one company at one site, and the neighbours who must not get in."""

    guard: Person
    other_guard: Person
    shift_leader: Person
    supervisor: Person
    fire_safety_manager: Person
    facility_engineer: Person
    trainer: Person
    project_manager: Person
    company_manager: Person
    auditor: Person
    administrator: Person
    sibling_guard: Person
    sibling_supervisor: Person
    foreign_guard: Person
    foreign_supervisor: Person
    foreign_manager: Person


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits and cached values never leak from one test into the next."""
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        cache.clear()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """The language of a request never outlives its test."""
    yield
    translation.deactivate()


@pytest.fixture
def company(db: None) -> Company:
    """Our company."""
    return CompanyFactory.create(code="ours", name="Ours Property")


@pytest.fixture
def site(company: Company) -> Site:
    """Our site."""
    return SiteFactory.create(company=company, code="main", name="Lakeside Gardens")


@pytest.fixture
def sibling_site(company: Company) -> Site:
    """Another site of our company, where our site's people have no role."""
    return SiteFactory.create(company=company, code="sibling", name="Sibling Tower")


@pytest.fixture
def foreign_company(db: None) -> Company:
    """Another company."""
    return CompanyFactory.create(code="theirs", name="CANARY-B-company")


@pytest.fixture
def foreign_site(foreign_company: Company) -> Site:
    """A site of the other company."""
    return SiteFactory.create(company=foreign_company, code="foreign", name="CANARY-B-site")


@pytest.fixture
def cast(
    company: Company, site: Site, sibling_site: Site, foreign_company: Company, foreign_site: Site
) -> Cast:
    """Everybody."""
    return Cast(
        guard=person_with(Role.GUARD, site=site, name="Guard"),
        other_guard=person_with(Role.GUARD, site=site, name="Other Guard"),
        shift_leader=person_with(Role.SHIFT_LEADER, site=site, name="Shift Leader"),
        supervisor=person_with(Role.SUPERVISOR, site=site, name="Supervisor"),
        fire_safety_manager=person_with(Role.FIRE_SAFETY_MANAGER, site=site, name="Fire Manager"),
        facility_engineer=person_with(Role.FACILITY_ENGINEER, site=site, name="Engineer"),
        trainer=person_with(Role.TRAINER, site=site, name="Trainer"),
        project_manager=person_with(Role.PROJECT_MANAGER, site=site, name="Project Manager"),
        company_manager=person_with(Role.COMPANY_MANAGER, company=company, name="Company Manager"),
        auditor=person_with(Role.AUDITOR, company=company, name="Auditor"),
        administrator=person_with(Role.ADMINISTRATOR, company=company, name="Administrator"),
        sibling_guard=person_with(Role.GUARD, site=sibling_site, name="Sibling Guard"),
        sibling_supervisor=person_with(Role.SUPERVISOR, site=sibling_site, name="Sibling Supervisor"),
        foreign_guard=person_with(Role.GUARD, site=foreign_site, name="CANARY-B-guard"),
        foreign_supervisor=person_with(Role.SUPERVISOR, site=foreign_site, name="CANARY-B-supervisor"),
        foreign_manager=person_with(Role.COMPANY_MANAGER, company=foreign_company, name="CANARY-B-manager"),
    )
