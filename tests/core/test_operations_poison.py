"""One bad item never harms the others, and nothing a phone sends is ever lost or a fault of the server."""

import json
import string
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Quarantine
from core.offline.splitting import split_operations
from tests.conftest import Cast
from tests.core import kinds
from tests.core.operations import operation, post, receipts

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_platform"), pytest.mark.fault("F7")]


@pytest.fixture
def phone(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.guard)
    return client


def poisons(person: Any) -> dict[str, tuple[str, str]]:
    """Name → (text of the item, reason expected)."""
    op = operation(person, id="0198b3f0-aaaa-7aaa-8bbb-00000000dead")
    text = json.dumps(op)

    def changed(**changes: Any) -> str:
        return json.dumps(op | changes)

    return {
        "a NUL character": (changed(body={"text": "a\x00b"}), "malformed"),
        "a raw NUL byte": (text.replace("The lift", "The\x00lift"), "malformed"),
        "a lone surrogate": (changed(body={"text": "x"}).replace('"x"', '"\\ud800"'), "malformed"),
        "a NUL in a name": (changed(body={"te\x00xt": 1}), "malformed"),
        "an integer beyond 64 bits": (changed(body={"n": 10**30}), "malformed"),
        "an integer of 5000 digits": (text.replace('"kind": "note"', '"kind": ' + "9" * 4990), "malformed"),
        "a number beyond floats": (text.replace('"kind": "note"', '"kind": 1e999'), "malformed"),
        "not a number": (text.replace('"kind": "note"', '"kind": NaN'), "malformed"),
        "40 levels": (changed(body={"a": json.loads("[" * 40 + "]" * 40)}), "malformed"),
        "20000 levels": (text.replace('"kind": "note"', '"kind": ' + "[" * 20000 + "]" * 20000), "malformed"),
        "70 kB": (changed(body={"text": "x" * 70_000}), "too_large"),
        "a list as body": (changed(body=[1]), "malformed"),
        "a text as body": (changed(body="text"), "malformed"),
        "a text as author": (changed(person_id="7"), "malformed"),
        "no author": (json.dumps({key: op[key] for key in op if key != "person_id"}), "malformed"),
        "no time": (changed(made_at=None), "malformed"),
        "a time without zone": (changed(made_at="2026-11-01T10:00:00"), "malformed"),
        "a time that is none": (changed(made_at="yesterday"), "malformed"),
        "an unknown kind": (changed(kind="tests.nothing"), "unknown_kind"),
        "a kind with a path": (changed(kind="../etc"), "malformed"),
        "photos that are no hashes": (changed(photos=["abc"]), "malformed"),
        "photos with upper case": (changed(photos=["A" * 64]), "malformed"),
        "21 photos": (changed(photos=["a" * 64] * 21), "malformed"),
        "a negative counter": (changed(seq=-1), "malformed"),
        "a huge counter": (changed(seq=2**63), "malformed"),
        "schema 0": (changed(schema=0), "malformed"),
    }


@pytest.mark.parametrize("position", [0, 7, 14])
@pytest.mark.parametrize("name", sorted(poisons(type("P", (), {"pk": 1}))))
def test_beside_a_poisoned_item_everything_else_is_taken(
    phone: Client, cast: Cast, name: str, position: int
) -> None:
    poison, reason = poisons(cast.guard)[name]
    good = [operation(cast.guard, kind=("tests.note", "tests.mark")[n % 2], body={"n": n}) for n in range(14)]
    items = [json.dumps(op) for op in good]
    items.insert(position, poison)
    body = '{"device": null, "operations": [' + ", ".join(items) + "]}"
    answer = receipts(post(phone, body.encode("utf-8", "surrogatepass")))
    assert answer.pop("0198b3f0-aaaa-7aaa-8bbb-00000000dead")["reasons"] == [reason]
    assert {receipt["outcome"] for receipt in answer.values()} == {"accepted"}
    assert len(answer) == 14
    kept = Quarantine.objects.get()
    assert kept.reason == reason
    assert bytes(kept.raw).startswith(b"{")


@pytest.mark.parametrize("position", range(0, 50, 7))
@pytest.mark.parametrize("kind", ["tests.note", "tests.mark"])
def test_one_that_breaks_its_handler_among_fifty(phone: Client, cast: Cast, kind: str, position: int) -> None:
    ops = [operation(cast.guard, kind=kind, body={"n": n}) for n in range(50)]
    ops[position]["body"] = {"fail": "crash"}
    answer = receipts(post(phone, json.dumps({"operations": ops}).encode()))
    outcomes = [answer[op["id"]]["outcome"] for op in ops]
    assert outcomes.count("accepted") == 49
    assert outcomes[position] == "quarantined"
    again = receipts(post(phone, json.dumps({"operations": ops}).encode()))
    assert again == answer


@pytest.mark.parametrize(
    "identifier",
    [
        "{0198b3f0-aaaa-7aaa-8bbb-00000000dead}",
        "urn:uuid:0198b3f0-aaaa-7aaa-8bbb-00000000dead",
        "0198b3f0aaaa7aaa8bbb00000000dead",
        "0198B3F0-AAAA-7AAA-8BBB-00000000DEAD",
        "0198b3f0-aaaa-7aaa-8bbb-00000000dead\n",
        "",
    ],
)
def test_only_canonical_identifiers_are_taken_and_each_is_named_as_sent(
    phone: Client, cast: Cast, identifier: str
) -> None:
    response = post(phone, json.dumps({"operations": [operation(cast.guard, id=identifier)]}).encode())
    (receipt,) = response.json()["receipts"]
    assert (receipt["outcome"], receipt["reasons"]) == ("quarantined", ["malformed"])
    assert receipt["id"] in {identifier, None}
    assert kinds.notes() == 0


@pytest.mark.parametrize(
    "item", ["null", "3", '"x"', "[]", "{}", "true", "{]", "nope", '{"id": {"a": 1}}', '{"id": [1e400]}']
)
def test_what_is_no_operation_at_all_is_kept_too(phone: Client, cast: Cast, item: str) -> None:
    good = operation(cast.guard)
    response = post(phone, f'{{"operations": [{item}, {json.dumps(good)}]}}'.encode())
    if response.status_code == 400:  # brackets that never close: no item can be told from another
        assert item == "{]"
        return
    answer = response.json()["receipts"]
    assert answer[0]["outcome"] == "quarantined"
    assert answer[1]["outcome"] == "accepted"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_anywhere_in_an_operation_is_a_fault(phone: Client, cast: Cast, data: st.DataObject) -> None:
    op = operation(cast.guard)
    changed = op | data.draw(
        st.dictionaries(st.sampled_from(sorted(op)), JSON_VALUES, min_size=1, max_size=3)
    )
    body = json.dumps({"operations": [changed, op]}).encode("utf-8", "surrogatepass")
    response = post(phone, body)
    assert response.status_code == 200
    assert [receipt["outcome"] for receipt in response.json()["receipts"]][1] in {
        "accepted",
        "flagged",  # the same record again, whose first sending said that the clock is off
        "conflict",
        "quarantined",
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | st.text(string.printable, max_size=300).map(str.encode))
def test_no_bytes_are_a_fault(phone: Client, body: bytes) -> None:
    assert post(phone, b'{"operations": [' + body + b"]}").status_code in {200, 400}
    assert post(phone, body).status_code in {200, 400}


@given(st.lists(JSON_VALUES, max_size=6))
def test_the_splitter_finds_what_a_decoder_finds(values: list[Any]) -> None:
    data = json.dumps({"a": 1, "operations": values, "z": {"operations": [9]}}).encode(
        "utf-8", "surrogatepass"
    )
    assert split_operations(data) == [json.dumps(value).encode("utf-8", "surrogatepass") for value in values]
