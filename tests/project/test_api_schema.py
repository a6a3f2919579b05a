"""The API keeps what its description promises: schemathesis reads it and tries to prove the contrary.

Data that fits the description and data that breaks it, from a fixed seed, as the company manager, through the WSGI
application. With the fuzz of the forms this makes the thousand requests of a test run.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import Cast
from tests.project.crashes import crashes
from tests.project.crowd import seed
from tests.project.world import World, build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.requirement("R066"),
]

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
#: Examples of each operation that fit the description, and that do not.
FITTING, BREAKING = 5, 5
#: The object of world.py that stands behind the identifier of each collection.
NOUNS = {"patrol-plans": "plan", "checkpoints": "point", "rounds": "round", "routes": "route", "scans": "scan", "figures": "figure", "cases": "case", "alarms": "alarm", "checklists": "checklist", "checks": "check", "intake-points": "intake_point", "notices": "notice"}  # fmt: skip
AT_LEAST = 300


class Session(NamedTuple):
    """The description as one reads it, and what goes with every request."""

    description: dict[str, Any]
    cookies: dict[str, str]
    headers: dict[str, str]


@pytest.fixture
def world(cast: Cast, site: Any) -> World:
    """One of everything."""
    made = build(site)
    seed(made, cast.company_manager)
    return made


@pytest.fixture
def session(cast: Cast) -> Session:
    """The company manager, signed in with a CSRF token."""
    client = Client()
    client.force_login(cast.company_manager)
    request = RequestFactory().get("/")
    token = get_token(request)
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": request.META["CSRF_COOKIE"]}
    return Session(client.get("/api/v1/schema/?format=json").json(), cookies, {"X-CSRFToken": token})


@pytest.fixture
def application(session: Session) -> Iterator[Any]:
    """The WSGI application, which leaves the test's own database connection open (as Django's test client does)."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


def try_out(strategy: Any, examples: int, attempt: Callable[[Any], None]) -> None:
    """Run `attempt` on examples of the strategy, the same ones every time."""

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def tries(case: Any) -> None:
        attempt(case)

    tries()


def test_the_api_is_as_described(application: Any, session: Session, world: World) -> None:
    """No 5xx; every answer has a status, a content type and a shape that the description names."""
    schema = schemathesis.openapi.from_dict(session.description)
    schema.app = application
    failures: list[str] = []
    count = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        noun = next((NOUNS[part] for part in operation.path.split("/") if part in NOUNS), "")

        def attempt(case: Any, *, real: bool, noun: str = noun) -> None:
            nonlocal count
            count += 1
            if real and noun and "id" in (case.path_parameters or {}):
                case.path_parameters["id"] = str(world[noun].pk)
            with crashes() as crashed, transaction.atomic():
                response = case.call(headers=session.headers, cookies=session.cookies)
                transaction.set_rollback(True)
            failures.extend(f"{case.method} {response.request.url}: {one}" for one in crashed)
            try:
                case.validate_response(response, checks=CHECKS)
            except BaseExceptionGroup as group:
                failures.extend(
                    f"{case.method} {response.request.url} {response.status_code}: {one}"
                    for one in group.exceptions
                )

        fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        try_out(fitting, FITTING, lambda case, attempt=attempt: attempt(case, real=True))  # type: ignore[misc]
        if operation.body or operation.query or operation.path_parameters:
            breaking = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
            try_out(breaking, BREAKING, lambda case, attempt=attempt: attempt(case, real=False))  # type: ignore[misc]
    assert not failures, "\n\n".join(failures)
    assert count >= AT_LEAST, count
