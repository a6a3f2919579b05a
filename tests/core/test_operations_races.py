"""The same operation at the same moment, over cut lines and dying workers: one effect, one receipt."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from core.models import Operation, Quarantine, Slot
from tests.conftest import Cast
from tests.core import kinds
from tests.core.operations import batch, operation
from tests.core.servers import gunicorn, signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.core.urls_platform"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

THREADS = 20
ROUNDS = 50


@pytest.fixture
def port(tmp_path: Path, db: None) -> Iterator[int]:
    with gunicorn(tmp_path) as port:
        yield port


def post(link: HTTPConnection, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """One delivery; the decoded answer."""
    link.request("POST", "/api/v1/operations/", body, headers)
    response = link.getresponse()
    answer = response.read()
    assert response.status == 200, answer
    decoded: dict[str, Any] = json.loads(answer)
    return decoded


def deliver(port: int, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """One delivery over a line of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as link:
        return post(link, headers, body)


@pytest.mark.fault("F3")
def test_twenty_deliveries_at_once_through_four_workers_have_one_effect(cast: Cast, port: int) -> None:
    headers = signed_in(cast.guard)
    rounds = [
        [
            operation(cast.guard, body={"round": n}),
            operation(cast.guard, kind="tests.mark", body={"round": n}),
        ]
        for n in range(ROUNDS)
    ]
    together = Barrier(THREADS, timeout=90)

    def phone(_number: int) -> list[Any]:
        receipts = []
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as link:
                for ops in rounds:
                    together.wait()
                    receipts.append(post(link, headers, json.dumps(batch(*ops)).encode())["receipts"])
        except Exception:
            together.abort()  # the others must not wait for this one
            raise
        return receipts

    with ThreadPoolExecutor(THREADS) as pool:
        first, *others = pool.map(phone, range(THREADS))
    assert all(other == first for other in others)
    assert {receipt["outcome"] for receipts in first for receipt in receipts} == {"accepted"}
    assert kinds.notes() == ROUNDS
    assert Slot.objects.filter(schedule__startswith="mark:").count() == ROUNDS
    assert not Quarantine.objects.exists()


@pytest.mark.fault("F3")
def test_without_the_unique_key_nothing_is_taken_at_all(cast: Cast, port: int) -> None:
    headers = signed_in(cast.guard)
    op = operation(cast.guard)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_operation DROP CONSTRAINT core_operation_pkey")
    try:
        (receipt,) = deliver(port, headers, json.dumps(batch(op)).encode())["receipts"]
        assert receipt["outcome"] == "retry"
        assert kinds.notes() == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE core_operation ADD CONSTRAINT core_operation_pkey PRIMARY KEY (company_id, id)"
            )


def raw_request(headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of a whole request."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(
        ["POST /api/v1/operations/ HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *lines]
    )
    return head.encode() + b"\r\n\r\n" + body


@pytest.mark.fault("F1")
def test_a_request_cut_anywhere_leaves_no_row_and_the_retry_succeeds(cast: Cast, port: int) -> None:
    headers = signed_in(cast.guard)
    for _round in range(10):
        op = operation(cast.guard)
        body = json.dumps(batch(op)).encode()
        request = raw_request(headers, body)
        start = len(request) - len(body)
        for sent in (0, 1, start, start + 1, start + len(body) // 2, len(request) - 1):
            with socket.create_connection(("127.0.0.1", port)) as link:
                link.sendall(request[:sent])
        assert not Operation.objects.filter(id=op["id"]).exists()
        (receipt,) = deliver(port, headers, body)["receipts"]
        assert receipt["outcome"] == "accepted"
    assert kinds.notes() == 10


@pytest.mark.fault("F2")
def test_an_answer_that_never_arrives_is_given_again(cast: Cast, port: int) -> None:
    headers = signed_in(cast.guard)
    for _round in range(10):
        op = operation(cast.guard)
        body = json.dumps(batch(op)).encode()
        for _delivery in range(2):
            with socket.create_connection(("127.0.0.1", port)) as link:
                link.sendall(raw_request(headers, body))
                link.recv(1)
        (receipt,) = deliver(port, headers, body)["receipts"]
        assert receipt["outcome"] == "accepted"
    assert kinds.notes() == 10


POINTS = [
    "operations.received",
    "operation.claimed",
    "operation.handled",
    "operation.receipted",
    "operation.committed",
    "bulk.handled",
    "operations.decided",
]


@pytest.mark.fault("F29")
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(
    cast: Cast, tmp_path: Path, point: str
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    headers = signed_in(cast.guard)
    ops = [operation(cast.guard), operation(cast.guard, kind="tests.mark"), operation(cast.guard)]
    body = json.dumps(batch(*ops)).encode()
    with gunicorn(tmp_path, workers=2, ORDERLY_FAULTS=f"{point}=kill", ORDERLY_FAULTS_DIR=str(marks)) as port:
        deaths = 0
        for _delivery in range(4):
            try:
                answer = deliver(port, headers, body)
                break
            except (OSError, HTTPException):
                deaths += 1
    assert deaths == 1
    assert [receipt["outcome"] for receipt in answer["receipts"]] == ["accepted"] * 3
    assert kinds.notes() == 2
    assert Slot.objects.filter(schedule__startswith="mark:").count() == 1
