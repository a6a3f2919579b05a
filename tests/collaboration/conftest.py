"""An action item of the engineer, and two departments with a request between them."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest
import time_machine

from collaboration.models import ActionItem, CollaborationRequest
from collaboration.services.adding import add_action
from collaboration.services.requesting import submit_request
from core.ids import uuid7
from organization.models import Department, Person, Role, Site
from tests.conftest import Cast
from tests.organization.factories import DepartmentFactory, MembershipFactory, PersonFactory

#: 10:00 on 25 November in Shanghai.
MORNING = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


class Make(Protocol):
    """Makes an action item or a request with some fields of its own."""

    def __call__(self, **fields: Any) -> Any: ...


@pytest.fixture
def clock() -> Any:
    """It is ten o'clock; `clock.move_to(…)` goes on."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def add(cast: Cast, site: Site, clock: Any) -> Make:
    """Adds a measure for the engineer, due in a week."""

    def make(**fields: Any) -> ActionItem:
        values: dict[str, Any] = {
            "user": cast.supervisor,
            "operation_id": uuid7(),
            "site": site,
            "title": "Replace the door closer",
            "owner": cast.facility_engineer,
            "due_at": MORNING + WEEK,
        }
        return add_action(**(values | fields)).action

    return make


@pytest.fixture
def action(add: Make) -> ActionItem:
    """A measure for the engineer, due in a week."""
    item: ActionItem = add()
    return item


@pytest.fixture
def security(site: Site) -> Department:
    """The department that asks."""
    return DepartmentFactory.create(company=site.company, site=site, name="Security")


@pytest.fixture
def engineering(site: Site) -> Department:
    """The department that is asked: of the whole company."""
    return DepartmentFactory.create(company=site.company, name="Engineering")


@pytest.fixture
def fitter(site: Site, engineering: Department) -> Person:
    """Somebody of engineering, with no other role than guard there."""
    person = PersonFactory.create(company=site.company, name="Fitter")
    MembershipFactory.create(person=person, role=Role.GUARD, department=engineering)
    return person


@pytest.fixture
def ask(cast: Cast, site: Site, security: Department, engineering: Department, clock: Any) -> Make:
    """Asks engineering for something until tomorrow."""

    def make(**fields: Any) -> CollaborationRequest:
        values: dict[str, Any] = {
            "user": cast.shift_leader,
            "operation_id": uuid7(),
            "site": site,
            "title": "Light the back stairs",
            "from_department": security,
            "to_department": engineering,
            "due_at": MORNING + timedelta(days=1),
        }
        return submit_request(**(values | fields)).request

    return make


@pytest.fixture
def request_made(ask: Make, fitter: Person) -> CollaborationRequest:
    """Engineering is asked for something until tomorrow."""
    made: CollaborationRequest = ask()
    return made
