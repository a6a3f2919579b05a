"""Every operation gets one receipt, the same for every replay, and works once."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from core.ids import uuid7
from core.models import AuditEntry, Operation, Quarantine
from tests.conftest import Cast
from tests.core import kinds
from tests.core.operations import DEVICE, batch, operation, post, receipts, send

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_platform")]


@pytest.fixture
def phone(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.guard)
    return client


def test_an_operation_is_taken_once_and_every_replay_gets_the_same_receipt(phone: Client, cast: Cast) -> None:
    op = operation(cast.guard)
    first = receipts(send(phone, op))[op["id"]]
    for _repetition in range(3):
        assert receipts(send(phone, op))[op["id"]] == first
    assert first["outcome"] == "accepted"
    assert kinds.notes() == 1


def test_the_order_of_members_does_not_make_another_operation(phone: Client, cast: Cast) -> None:
    op = operation(cast.guard)
    turned = json.dumps({"operations": [dict(reversed(op.items()))]}, indent=3)
    first = receipts(send(phone, op))[op["id"]]
    assert receipts(post(phone, turned.encode()))[op["id"]] == first


def test_a_replay_is_answered_before_any_rule_looks_at_it(phone: Client, cast: Cast) -> None:
    op = operation(cast.guard)
    first = receipts(send(phone, op))[op["id"]]
    kinds.FAILURES["late"] = PermissionError("rules changed")
    op_again = op | {"offset_ms": 99_999, "seq": 7}  # what surrounds the facts may differ
    assert receipts(send(phone, op_again))[op["id"]] == first


@pytest.mark.fault("F4")
def test_another_body_under_the_same_id_is_a_conflict_and_is_kept(phone: Client, cast: Cast) -> None:
    op = operation(cast.guard)
    send(phone, op)
    receipt = receipts(send(phone, op | {"body": {"text": "Something else"}}))[op["id"]]
    assert receipt["outcome"] == "conflict"
    assert receipt["reasons"] == ["different_body"]
    assert kinds.notes() == 1
    kept = Quarantine.objects.get()
    assert "Something else" in kept.text
    assert kept.operation_id == UUID(op["id"])


@pytest.mark.fault("F5")
def test_the_same_id_in_another_company_is_an_operation_of_its_own(phone: Client, cast: Cast) -> None:
    op = operation(cast.guard)
    send(phone, op)
    theirs = Client()
    theirs.force_login(cast.foreign_guard)
    other = op | {"person_id": cast.foreign_guard.pk}
    assert receipts(send(theirs, other))[op["id"]]["outcome"] == "accepted"
    assert Operation.objects.filter(id=op["id"]).count() == 2


@pytest.mark.fault("F5")
def test_the_same_id_by_a_colleague_goes_to_quarantine_and_tells_nothing(phone: Client, cast: Cast) -> None:
    op = operation(cast.guard)
    send(phone, op)
    colleague = Client()
    colleague.force_login(cast.other_guard)
    response = send(colleague, op | {"person_id": cast.other_guard.pk})
    receipt = receipts(response)[op["id"]]
    assert (receipt["outcome"], receipt["reasons"]) == ("quarantined", ["author"])
    assert kinds.notes() == 1
    assert Operation.objects.get(id=op["id"]).person == cast.guard


def test_what_names_another_author_is_never_taken_as_the_senders(phone: Client, cast: Cast) -> None:
    op = operation(cast.other_guard)
    receipt = receipts(send(phone, op))[op["id"]]
    assert (receipt["outcome"], receipt["reasons"]) == ("quarantined", ["author"])
    assert kinds.notes() == 0
    author = Client()
    author.force_login(cast.other_guard)
    assert receipts(send(author, op))[op["id"]]["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ("refused", "tests_strange"),
        ("denied", "forbidden"),
        ("invalid", "invalid"),
        ("unknown", "unknown"),
        ("crash", "error"),
        ("integrity", "error"),
        ("data", "error"),
    ],
)
def test_what_a_handler_refuses_is_kept_and_leaves_no_effect(
    phone: Client, cast: Cast, failure: str, reason: str
) -> None:
    op = operation(cast.guard, body={"text": "x", "fail": failure})
    first = receipts(send(phone, op))[op["id"]]
    assert (first["outcome"], first["reasons"]) == ("quarantined", [reason])
    assert receipts(send(phone, op))[op["id"]] == first
    assert kinds.notes() == 0
    assert Quarantine.objects.get().reason == reason


def test_a_database_that_fails_decides_nothing(phone: Client, cast: Cast) -> None:
    bad, good = operation(cast.guard, body={"fail": "busy"}), operation(cast.guard)
    answer = receipts(send(phone, bad, good))
    assert answer[bad["id"]]["outcome"] == "retry"
    assert answer[good["id"]]["outcome"] == "accepted"
    assert not Operation.objects.filter(id=bad["id"]).exists()
    assert not Quarantine.objects.exists()


def test_a_wrong_clock_flags_what_is_taken(phone: Client, cast: Cast) -> None:
    op = operation(
        cast.guard, made_at="2099-01-01T00:00:00Z", offset_ms=None, body={"text": "x", "flags": ["odd"]}
    )
    receipt = receipts(send(phone, op))[op["id"]]
    assert (receipt["outcome"], receipt["reasons"]) == ("flagged", ["odd", "clock"])


def test_bulk_kinds_answer_replays_conflicts_and_doubles_in_one_request(phone: Client, cast: Cast) -> None:
    first = operation(cast.guard, kind="tests.mark")
    strange = operation(cast.guard, kind="tests.mark", body={"strange": True})
    changed = first | {"body": {"text": "changed"}}
    answer = send(phone, first, first, changed, strange).json()["receipts"]
    assert [receipt["outcome"] for receipt in answer] == ["accepted", "accepted", "conflict", "quarantined"]
    again = send(phone, first, strange).json()["receipts"]
    assert again == [answer[0], answer[3]]
    assert Quarantine.objects.count() == 2


@pytest.mark.fault("F6")
def test_any_order_and_any_cut_into_batches_give_the_same_receipts(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    phone = Client()
    phone.force_login(cast.guard)
    ops = [
        operation(
            cast.guard,
            kind=("tests.mark", "tests.note")[n % 2],
            body={"n": n, "fail": "refused" if n % 7 == 3 else None},
        )
        for n in range(20)
    ]
    straight = receipts(send(phone, *ops))
    reversed_ = receipts(send(phone, *reversed(ops)))
    pieces: dict[Any, Any] = {}
    for start in (15, 5, 10, 0):
        pieces |= receipts(send(phone, *ops[start : start + 5], ops[0]))
    assert straight == reversed_ == pieces
    with django_assert_max_num_queries(15):
        send(phone, *ops)


def test_the_envelope_is_limited(phone: Client, cast: Cast) -> None:
    assert send(phone, *[operation(cast.guard)] * 501).status_code == 413
    assert post(phone, b" " * (4 * 1024 * 1024 + 1)).status_code == 413
    for body in (b"", b"hello", b"[]", b"{}", b'{"operations": 3}', b'{"operations": [', b"\xff\xfe"):
        response = post(phone, body)
        assert response.status_code == 400, body
        assert response.headers["Content-Type"] == "application/problem+json"
        assert "X-Orderly-Receipt" not in response.headers


def test_strangers_and_the_wrong_person_get_a_401_with_a_csrf_token(phone: Client, cast: Cast) -> None:
    op = operation(cast.guard)
    stranger = send(Client(), op)
    mistaken = send(phone, op, **{"X-Orderly-Person": str(cast.other_guard.pk)})
    for response in (stranger, mistaken):
        assert response.status_code == 401
        assert response.json()["csrf"]
    assert not Operation.objects.exists()


@pytest.mark.fault("F23")
def test_without_the_csrf_token_nothing_is_taken(cast: Cast) -> None:
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(cast.guard)
    op = operation(cast.guard)
    response = send(phone, op)
    assert (response.status_code, response.json()["code"]) == (403, "csrf")
    token = phone.get("/api/v1/session/").json()["csrf"]
    assert receipts(send(phone, op, **{"X-CSRFToken": token}))[op["id"]]["outcome"] == "accepted"


def test_a_phone_that_lost_records_says_so_in_the_record(phone: Client, cast: Cast) -> None:
    lost = {"at": 1_760_000_000_000, "from_seq": 3, "to_seq": 9, "count": 7}
    post(phone, json.dumps(batch(lost_since=lost)).encode())
    entry = AuditEntry.objects.get(action="core.phone_lost_records")
    assert entry.details["count"] == 7
    assert entry.actor == cast.guard


LOSS = "0198b3f0-2222-4aaa-8bbb-000000000002"


@pytest.mark.fault("F16")
def test_a_loss_is_recorded_once_with_what_the_server_has_of_the_device(phone: Client, cast: Cast) -> None:
    send(phone, operation(cast.guard, seq=41), operation(cast.guard, seq=12))
    unknown = {"id": LOSS, "at": None, "from_seq": 42, "to_seq": None, "count": None}
    for _repetition in range(3):  # browsers send again by themselves
        answer = post(phone, json.dumps(batch(lost_since=unknown)).encode())
        assert receipts(answer) == {}
    entry = AuditEntry.objects.get(action="core.phone_lost_storage")
    assert (entry.details["received_seq"], entry.details["from_seq"]) == (41, 42)
    assert (entry.actor, entry.details["device"]) == (cast.guard, DEVICE)
    counted = {"id": str(uuid7()), "from_seq": 42, "to_seq": 45, "count": 4}
    post(phone, json.dumps(batch(lost_since=counted)).encode())
    assert AuditEntry.objects.get(action="core.phone_lost_records").details["count"] == 4


@pytest.mark.fault("F16")
def test_the_browser_keeps_apart_from_its_storage_which_device_it_is(phone: Client, cast: Cast) -> None:
    phone.get("/api/v1/session/", headers={"X-Orderly-Device": DEVICE})
    assert phone.cookies["orderly_device"].value == f"{DEVICE}.0"
    assert not phone.cookies["orderly_device"]["httponly"]  # the page reads it
    send(phone, operation(cast.guard, seq=7), operation(cast.guard, seq=3))
    assert phone.cookies["orderly_device"].value == f"{DEVICE}.7"
    send(phone, operation(cast.guard, seq=5))  # one that had waited longer
    assert phone.cookies["orderly_device"].value == f"{DEVICE}.7"
    del phone.cookies["orderly_device"]
    phone.get("/api/v1/session/", headers={"X-Orderly-Device": DEVICE})
    assert phone.cookies["orderly_device"].value == f"{DEVICE}.7"


@pytest.mark.parametrize("name", ["", "x", DEVICE.upper(), f"{DEVICE}; Path=/"])
def test_what_is_no_device_sets_no_cookie(phone: Client, name: str) -> None:
    phone.get("/api/v1/session/", headers={"X-Orderly-Device": name})
    assert "orderly_device" not in phone.cookies


def test_devices_of_companies_are_kept_apart(phone: Client, cast: Cast) -> None:
    send(phone, operation(cast.guard, seq=7))
    theirs = Client()
    theirs.force_login(cast.foreign_guard)
    theirs.get("/api/v1/session/", headers={"X-Orderly-Device": DEVICE})
    assert theirs.cookies["orderly_device"].value == f"{DEVICE}.0"


def test_no_operation_may_be_handed_in_by_someone_without_a_company(cast: Cast) -> None:
    person = cast.guard
    person.company = None
    person.save()
    phone = Client()
    phone.force_login(person)
    assert send(phone, operation(person)).status_code == 403
    assert uuid7() != uuid7()
