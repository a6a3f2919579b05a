"""What a phone hands in through /api/v1/operations/ becomes scans, checks and cases."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from checklists.models import Answer, Check
from core.clock import now
from core.ids import uuid7
from core.models import Attachment, Quarantine
from incidents.models import Case
from organization.models import Person
from patrols.models import CaseOrigin, PointCheck, Round, Scan
from patrols.services.labels import _derive
from tests.checklists.factories import ChecklistFactory, ItemFactory, VersionFactory
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, CheckpointFactory

AT = MORNING + timedelta(minutes=5)
PHOTO, OTHER_PHOTO = "a" * 64, "b" * 64


def operation(person: Person, kind: str, body: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An operation made at AT by a phone whose clock is right."""
    return {
        "id": str(uuid7(AT)),
        "kind": kind,
        "schema": 1,
        "seq": 1,
        "person_id": person.pk,
        "made_at": AT.isoformat(),
        "offset_ms": 0,
        "offset_age_ms": 1000,
        "mono_ms": 1,
        "page": str(uuid7()),
        "body": body,
        "photos": [],
    } | fields


def hand_in(person: Person, *operations: Any) -> dict[str, dict[str, Any]]:
    """Post a batch; the receipts by id."""
    client = Client()
    client.force_login(person)
    answer = client.post(
        "/api/v1/operations/",
        json.dumps({"device": str(uuid7()), "operations": operations}),
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    return {receipt["id"]: receipt for receipt in answer.json()["receipts"]}


def scan_body(beat: Beat, number: int = 0, **fields: Any) -> dict[str, Any]:
    """The body of a scan of a point's label."""
    return {"code": _derive(beat.points[number].pk, 1), "method": "qr", "round_id": beat.round.pk} | fields


def test_scans_of_a_batch_are_stored_and_replays_get_the_same_receipt(cast: Cast, beat: Beat) -> None:
    made = [
        operation(
            cast.guard, "patrols.scan", scan_body(beat, n), made_at=(AT + timedelta(minutes=n)).isoformat()
        )
        for n in range(4)
    ]
    first = hand_in(cast.guard, *made)
    assert {receipt["outcome"] for receipt in first.values()} == {"accepted"}
    assert hand_in(cast.guard, *reversed(made)) == first
    assert Scan.objects.count() == 4
    assert Round.objects.get().status == "completed"


@pytest.mark.fault("F7")
@pytest.mark.parametrize(
    "poison",
    [
        {"body": {"method": "qr", "code": "zz.9.forged"}},
        {"body": {"method": "qr", "code": "x" * 3000}},
        {"body": {"method": "qr", "code": "a\x00b"}},
        {"body": {"method": "qr", "lat": "north"}},
        {"body": {"method": "telepathy"}},
        {"body": {"method": "typed", "typed": "Nowhere-1"}},
        {"body": {"method": "qr", "checkpoint_id": 2**63 - 1}},
        {"kind": "patrols.cannot_scan", "body": {"checkpoint_id": 10**12, "reason": "locked"}},
        {"kind": "checklists.check", "body": {"checkpoint_id": 10**12, "version_id": 1, "answers": []}},
        {"kind": "incidents.report", "body": {"kind": "incident", "text": "x", "site_id": 10**12}},
        {"kind": "incidents.report", "body": {"kind": 7}},
    ],
)
def test_one_poisoned_item_harms_no_other_at_any_position(
    cast: Cast, beat: Beat, poison: dict[str, Any]
) -> None:
    for position in (0, 3, 7):
        good = [
            operation(
                cast.guard,
                "patrols.scan",
                scan_body(beat, n % 4),
                made_at=(AT + timedelta(minutes=2 * n)).isoformat(),
            )
            for n in range(7)
        ]
        bad = operation(cast.guard, "patrols.scan", {}) | poison
        receipts = hand_in(cast.guard, *good[:position], bad, *good[position:])
        assert receipts.pop(bad["id"])["outcome"] == "quarantined"
        assert {receipt["outcome"] for receipt in receipts.values()} <= {"accepted", "flagged"}
        kept = Quarantine.objects.get(operation_id=bad["id"])
        assert kept.site_id in (None, beat.plan.site_id)
    assert Scan.objects.count() == 21


@pytest.mark.fault("F26")
def test_an_unknown_code_is_a_matter_of_the_own_site(
    cast: Cast, beat: Beat, sibling_site: Any, foreign_site: Any
) -> None:
    receipts = []
    for site in (sibling_site, foreign_site):
        theirs = CheckpointFactory.create(site=site)
        one = operation(cast.guard, "patrols.scan", {"code": _derive(theirs.pk, 1), "method": "qr"})
        receipts.append(hand_in(cast.guard, one)[one["id"]])
    missing = operation(cast.guard, "patrols.scan", {"code": "1.1.aaaa", "method": "qr"})
    receipts.append(hand_in(cast.guard, missing)[missing["id"]])
    assert {(receipt["outcome"], *receipt["reasons"]) for receipt in receipts} == {
        ("quarantined", "unknown_code")
    }
    assert set(Quarantine.objects.values_list("site_id", flat=True)) == {beat.plan.site_id}


def test_a_typed_code_finds_the_point_however_it_is_written(cast: Cast, beat: Beat) -> None:
    point = CheckpointFactory.create(site=beat.plan.site, code="B2-07")
    for typed in ("b2-07", "B2 07", " b207 "):
        one = operation(
            cast.guard, "patrols.scan", {"typed": typed, "method": "typed", "typed_reason": "damaged"}
        )
        assert hand_in(cast.guard, one)[one["id"]] | {"sha256": ""} == {
            "id": one["id"],
            "outcome": "flagged",
            "reasons": ["typed"],
            "sha256": "",
        }
    assert set(Scan.objects.values_list("checkpoint_id", flat=True)) == {point.pk}


def test_a_point_that_cannot_be_scanned_comes_with_its_photo(cast: Cast, beat: Beat) -> None:
    one = operation(
        cast.guard,
        "patrols.cannot_scan",
        {
            "checkpoint_id": beat.points[0].pk,
            "round_id": beat.round.pk,
            "reason": "locked",
            "note": "New padlock",
        },
        photos=[PHOTO],
    )
    assert hand_in(cast.guard, one)[one["id"]]["outcome"] == "flagged"
    scan = Scan.objects.get()
    assert (scan.method, scan.explanation, scan.verdict) == ("cannot", "New padlock", "plausible")
    assert Attachment.objects.of(scan).get().blob.sha256 == PHOTO


def check_of(beat: Beat, person: Person) -> tuple[dict[str, Any], Any]:
    """A check with one abnormal answer of two."""
    version = VersionFactory.create(checklist=ChecklistFactory.create(company=beat.plan.site.company))
    items = [ItemFactory.create(version=version) for _ in range(2)]
    body = {
        "scan_id": str(uuid7(AT)),
        "checkpoint_id": beat.points[0].pk,
        "round_id": beat.round.pk,
        "version_id": version.pk,
        "answers": [
            {"item_id": items[0].pk, "value": "normal", "abnormal": False, "text": "", "photos": []},
            {
                "item_id": items[1].pk,
                "value": "abnormal",
                "abnormal": True,
                "text": "Door wedged open\nby a bin",
                "photos": [PHOTO, OTHER_PHOTO],
            },
        ],
    }
    return operation(person, "checklists.check", body, photos=[PHOTO, OTHER_PHOTO]), items[1]


def test_an_abnormal_answer_opens_a_case_linked_both_ways(cast: Cast, beat: Beat) -> None:
    one, item = check_of(beat, cast.guard)
    first = hand_in(cast.guard, one)
    assert first[one["id"]]["outcome"] == "accepted"
    assert hand_in(cast.guard, one) == first
    case = Case.objects.get()
    assert (case.kind, case.title, case.source, case.reported_by) == (
        "hazard",
        "Door wedged open",
        "check",
        cast.guard,
    )
    assert case.occurred_at == AT
    assert case.answer == Answer.objects.get(item=item)
    assert {row.blob.sha256 for row in Attachment.objects.of(case)} == {PHOTO, OTHER_PHOTO}
    origin, made = CaseOrigin.objects.get(), PointCheck.objects.get()
    assert (origin.case, origin.round, origin.checkpoint) == (case, beat.round, beat.points[0])
    assert (made.check_made_id, made.round, str(made.scan_id)) == (
        UUID(one["id"]),
        beat.round,
        one["body"]["scan_id"],
    )
    assert Check.objects.count() == 1


def test_a_guard_reports_something(cast: Cast, beat: Beat) -> None:
    one = operation(
        cast.guard,
        "incidents.report",
        {
            "kind": "incident",
            "text": "Broken window\nground floor",
            "site_id": beat.plan.site_id,
            "place": "Gate 2",
            "lat": 31.2,
            "lng": 121.4,
            "accuracy_m": 9,
        },
        photos=[PHOTO],
    )
    assert hand_in(cast.guard, one)[one["id"]]["outcome"] == "accepted"
    hand_in(cast.guard, one)
    case = Case.objects.get()
    assert (case.title, case.place, case.source) == ("Broken window", "Gate 2", "guard")
    assert Attachment.objects.of(case).count() == 1


@pytest.mark.parametrize(
    ("kind", "part", "text", "expected"),
    [
        ("incident", "002", "", ("002", "", "P1")),
        ("incident", "003", "", ("003", "", "P3")),
        ("incident", "003", "smell of gas", ("003", "003.04", "P1")),
        ("complaint", "005.02", "", ("005", "005.02", "P3")),
        ("hazard", "electric", "hydrant", ("electric", "", "P2")),
        ("hazard", "no such", "", ("other", "", "P3")),
    ],
)
def test_what_exactly_was_chosen_counts_before_what_the_words_propose(
    cast: Cast, beat: Beat, kind: str, part: str, text: str, expected: tuple[str, str, str]
) -> None:
    body = {"kind": kind, "part": part, "text": text, "site_id": beat.plan.site_id}
    one = operation(cast.guard, "incidents.report", body, photos=[PHOTO])
    assert hand_in(cast.guard, one)[one["id"]]["outcome"] == "accepted"
    case = Case.objects.get()
    assert (case.category, case.subcategory, case.priority) == expected


def test_a_report_at_a_point_knows_where_it_was(cast: Cast, beat: Beat) -> None:
    one = operation(
        cast.guard, "incidents.report", {"kind": "odd", "text": "", "checkpoint_id": beat.points[1].pk}
    )
    assert hand_in(cast.guard, one)[one["id"]]["reasons"] == ["kind", "no_text"]
    assert CaseOrigin.objects.get().checkpoint == beat.points[1]


@pytest.mark.fault("F10")
@pytest.mark.parametrize(
    "off", [timedelta(days=1), timedelta(days=-1), timedelta(days=-20000), timedelta(days=26000)]
)
def test_a_wrong_clock_that_was_measured_is_corrected(cast: Cast, beat: Beat, off: timedelta) -> None:
    moment = now()
    point = CheckpointFactory.create(site=beat.plan.site)
    device = moment - timedelta(minutes=1) + off
    one = operation(
        cast.guard,
        "patrols.scan",
        {"code": _derive(point.pk, 1), "method": "qr"},
        id=str(uuid7(device)),
        made_at=device.isoformat(),
        offset_ms=-off / timedelta(milliseconds=1),
    )
    assert hand_in(cast.guard, one)[one["id"]]["reasons"] == ["clock"]
    scan = Scan.objects.get()
    assert abs(scan.corrected_at - (moment - timedelta(minutes=1))) < timedelta(seconds=2)
    assert (scan.time_trust, scan.verdict) == ("offset", "plausible")


@pytest.mark.fault("F10")
@pytest.mark.parametrize(
    ("off", "reasons"), [(timedelta(days=1), {"clock", "future"}), (timedelta(days=-20000), {"clock"})]
)
def test_a_wrong_clock_that_was_never_measured_is_flagged(
    cast: Cast, beat: Beat, off: timedelta, reasons: set[str]
) -> None:
    device = now() + off
    point = CheckpointFactory.create(site=beat.plan.site)
    one = operation(
        cast.guard,
        "patrols.scan",
        {"code": _derive(point.pk, 1), "method": "qr"},
        id=str(uuid7(device)),
        made_at=device.isoformat(),
        offset_ms=None,
        offset_age_ms=None,
    )
    assert set(hand_in(cast.guard, one)[one["id"]]["reasons"]) == reasons
    assert Scan.objects.get().time_trust == "device"
