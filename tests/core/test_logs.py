"""Every line is one JSON object with the request id; nothing secret is in it."""

import io
import json
import logging
from typing import Any

import pytest
from django.test import Client, RequestFactory

from core.logging import formatters
from tests.conftest import Cast


@pytest.fixture
def lines() -> Any:
    """Collects what the JSON formatter writes; call it for the lines so far."""
    options = formatters()["json"]
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    factory = options.pop("()")
    handler.setFormatter(factory(**options))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    root.removeHandler(handler)


@pytest.mark.django_db
def test_all_lines_of_a_request_carry_the_id_the_answer_names(client: Client, cast: Cast, lines: Any) -> None:
    client.force_login(cast.guard)
    answer = client.get("/notifications/unread/?q=CANARY", headers={"X-Request-ID": "abc-123"})
    assert answer.headers["X-Request-ID"] == "abc-123"
    written = [line for line in lines() if line["logger"].startswith("django_structlog")]
    assert written
    assert {line["request_id"] for line in written} == {"abc-123"}
    assert written[-1]["user_id"] == cast.guard.pk
    assert "CANARY" not in json.dumps(lines())


def test_text_from_outside_cannot_forge_a_line(lines: Any) -> None:
    logging.getLogger("test").warning("found %s", 'x\n{"event": "forged"}\r\n\x1b[31m')
    [line] = lines()
    assert line["event"].startswith("found x")


def test_secrets_and_query_strings_stay_out(lines: Any) -> None:
    request = RequestFactory().get("/reset/?key=CANARY")
    extra = {"api_token": "CANARY", "request": request, "path": "/x?token=CANARY", "note": "y" * 5000}
    logging.getLogger("test").warning("hello", extra=extra)
    [line] = lines()
    assert "CANARY" not in json.dumps(line)
    assert line["request"] == "GET /reset/"
    assert len(line["note"]) < 2100
