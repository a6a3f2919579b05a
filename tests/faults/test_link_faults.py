"""The line between phone and server breaks in every way; nothing is lost, nothing stands there twice.

The phone is the page's own code in Node, the server is the product's web processes, the line is tests.faults.faultproxy.
"""

import base64
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from core.clock import now
from core.models import Blob, BlobState, Operation, Quarantine
from incidents.models import Case
from organization.models import Role, Site
from patrols.models import Round, Scan
from patrols.services.judging import judge_due
from tests.conftest import Cast
from tests.core.pictures import jpeg
from tests.core.servers import signed_in
from tests.faults.conftest import FULL, Beat, beat_at
from tests.faults.faultproxy import FaultProxy
from tests.faults.phones import OPERATIONS, NodePhone, deliver, scan_body, scan_operation
from tests.organization.factories import person_with

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

HANDING_IN = {"method": "POST", "path": OPERATIONS}


def scans() -> Counter[str]:
    """Ids of the rows, each with how often it stands there."""
    return Counter(str(one) for one in Scan.objects.values_list("id", flat=True))


@pytest.mark.fault("F1")
def test_a_line_that_dies_in_the_request_leaves_no_row_and_the_next_attempt_succeeds(
    phone: NodePhone, proxy: FaultProxy, beat: Beat
) -> None:
    sent: list[str] = []
    for number in range(50 if FULL else 4):
        for size in (0, 1, 0.5, -1):
            sent += phone.scan(beat.points[number % 5], round_id=beat.round.pk)
            proxy.set("limit_data", size=size, times=1, **HANDING_IN)
            assert phone.send() == 1
            assert scans().total() == len(sent) - 1
            assert phone.send() == 0
    assert scans() == Counter(sent)
    assert Counter(proxy.deliveries()) == Counter(sent)


@pytest.mark.fault("F1")
@pytest.mark.fault("F40")
def test_a_photo_cut_off_on_its_way_goes_on_where_it_stopped(
    phone: NodePhone, proxy: FaultProxy, cast: Cast, site: Site
) -> None:
    picture = jpeg((1600, 1200), quality=90)
    sha = phone.do("photo", base64=base64.b64encode(picture).decode())["sha256"]
    body = {
        "kind": "hazard",
        "text": "A door stands open",
        "site_id": site.pk,
        "checkpoint_id": None,
        "place": "",
    }
    phone.do(
        "put",
        kind="incidents.report",
        bodies=[body | dict.fromkeys(["lat", "lng", "accuracy_m"])],
        photos=[sha],
    )
    for mode, facts in (("limit_data", {"size": 0.5}), ("cut_response", {}), ("limit_data", {"size": -1})):
        proxy.set(mode, method="PUT", path="/api/v1/uploads/", times=1, **facts)
        assert phone.send() == 1
    phone.drain()
    case = Case.objects.get()
    assert case.title == "A door stands open"
    assert Blob.objects.get().state == BlobState.STORED
    started = [
        int(one.head.lower().split(b"upload-offset: ")[1].split(b"\r\n")[0])
        for one in proxy.delivered
        if one.method == "PUT"
    ]
    assert started == sorted(started), "bytes the server had were sent again"


@pytest.mark.fault("F2")
def test_an_answer_lost_after_the_commit_is_given_again_for_the_same_row(
    phone: NodePhone, proxy: FaultProxy, beat: Beat
) -> None:
    sent: list[str] = []
    for number in range(50 if FULL else 10):
        sent += phone.scan(beat.points[number % 5], round_id=beat.round.pk)
        proxy.set("cut_response", times=1, **HANDING_IN)
        assert phone.send() == 1, "without a receipt it waits"
        assert scans() == Counter(sent), "the server has it"
        assert phone.send() == 0
    assert scans() == Counter(sent)
    assert set(Counter(proxy.deliveries()).values()) == {2}
    assert {one["outcome"] for one in phone.receipts.values()} <= {"accepted", "flagged"}


@pytest.mark.fault("F3")
def test_twenty_deliveries_at_once_make_one_scan_and_one_receipt(port: int, cast: Cast, beat: Beat) -> None:
    threads, rounds = 20, 50 if FULL else 10
    headers = signed_in(cast.guard)
    batches = [[scan_operation(cast.guard, beat.points[n % 5], seq=n + 1)] for n in range(rounds)]
    together = Barrier(threads, timeout=60)

    def one(_number: int) -> list[Any]:
        receipts = []
        for batch in batches:
            together.wait()
            receipts.append(deliver(port, headers, batch))
        return receipts

    with ThreadPoolExecutor(threads) as pool:
        first, *others = pool.map(one, range(threads))
    assert all(other == first for other in others)
    assert scans() == Counter(batch[0]["id"] for batch in batches)
    assert Operation.objects.count() in (0, rounds)
    assert not Quarantine.objects.exists()


@pytest.mark.fault("F3")
def test_a_request_that_the_network_doubles_has_one_effect(
    phone: NodePhone, proxy: FaultProxy, beat: Beat
) -> None:
    proxy.set("dup", **HANDING_IN)
    sent = phone.scan(*beat.points, round_id=beat.round.pk)
    phone.drain()
    assert Counter(proxy.deliveries()) == Counter(sent * 2)
    assert scans() == Counter(sent)


@pytest.mark.fault("F4")
def test_the_same_id_with_another_body_is_a_conflict_and_kept_aside(
    port: int, cast: Cast, beat: Beat
) -> None:
    headers = signed_in(cast.guard)
    first = scan_operation(cast.guard, beat.points[0])
    second = scan_operation(cast.guard, beat.points[1], id=first["id"])
    (receipt,) = deliver(port, headers, [first])
    assert receipt["outcome"] in ("accepted", "flagged")
    (conflict,) = deliver(port, headers, [second])
    assert conflict["outcome"] == "conflict"
    assert deliver(port, headers, [first]) == [receipt]
    assert Scan.objects.get().checkpoint_id == beat.points[0].pk
    assert str(Quarantine.objects.get().operation_id) == first["id"]


@pytest.mark.fault("F5")
def test_the_same_id_of_another_author_is_kept_aside_and_of_another_company_is_free(
    port: int, cast: Cast, beat: Beat, foreign_site: Site
) -> None:
    first = scan_operation(cast.guard, beat.points[0])
    deliver(port, signed_in(cast.guard), [first])
    same_site = scan_operation(cast.other_guard, beat.points[1], id=first["id"])
    same_company = scan_operation(cast.sibling_guard, beat.points[2], id=first["id"])
    for person, operation in ((cast.other_guard, same_site), (cast.sibling_guard, same_company)):
        (receipt,) = deliver(port, signed_in(person), [operation])
        assert receipt["outcome"] in ("conflict", "quarantined")
        assert str(cast.guard.pk) not in str(receipt.get("reasons")), "nothing of the first is told"
    theirs = beat_at(foreign_site, 1)
    (receipt,) = deliver(
        port,
        signed_in(cast.foreign_guard),
        [scan_operation(cast.foreign_guard, theirs.points[0], id=first["id"])],
    )
    assert receipt["outcome"] in ("accepted", "flagged")
    rows = set(Scan.objects.values_list("company_id", "person_id", "checkpoint_id"))
    assert rows == {
        (cast.guard.company_id, cast.guard.pk, beat.points[0].pk),
        (foreign_site.company_id, cast.foreign_guard.pk, theirs.points[0].pk),
    }
    assert Quarantine.objects.count() == 2


@pytest.mark.fault("F6")
def test_batches_that_arrive_reversed_or_interleaved_give_the_state_of_those_in_order(
    port: int, cast: Cast, site: Site, sibling_site: Site
) -> None:
    chance = random.Random(6)
    start = now() - timedelta(minutes=4)
    states = []
    for attempt in range(6 if FULL else 3):
        place = sibling_site if attempt % 2 else site
        guard = person_with(Role.GUARD, site=place)
        walked = beat_at(place, letter=chr(65 + attempt))
        headers = signed_in(guard)
        steps = [0, 1, 1, 3, 2, 4]  # one point twice within a moment, one out of order
        operations = [
            scan_operation(
                guard, walked.points[step], seq=n + 1, made_at=(start + timedelta(seconds=10 * n)).isoformat()
            )
            for n, step in enumerate(steps)
        ]
        batches = [operations[:2], operations[2:3], operations[3:]]
        if attempt:
            chance.shuffle(operations)
            batches = [operations[4:], operations[:1], operations[1:4], operations[4:]]
        for batch in batches:
            deliver(port, headers, batch)
        judge_due(now() + timedelta(hours=3))
        states.append(state_of(walked))
    assert all(state == states[0] for state in states[1:]), states


def state_of(walked: Beat) -> Any:
    """What scans led to, by position instead of id."""
    place = {point.pk: number for number, point in enumerate(walked.points)}
    rows = Scan.objects.filter(checkpoint__in=walked.points).order_by("corrected_at")
    round_ = Round.objects.get(pk=walked.round.pk)
    return (
        [
            (place[row.checkpoint_id or 0], row.verdict, sorted(row.reasons), row.round_id == round_.pk)
            for row in rows
        ],
        sorted(place[pk] for pk in round_.visited),
        round_.status,
    )


POISON: list[dict[str, Any]] = [
    {"code": "2w.1.\u0000"},
    {"code": None, "checkpoint_id": 2**70},
    {"method": "telepathy"},
    {"lat": 9000},
    {"code": "x" * 100_000},
]


@pytest.mark.fault("F7")
def test_one_bad_record_among_fifty_is_put_aside_and_the_queue_empties(phone: NodePhone, beat: Beat) -> None:
    chance = random.Random(7)
    good: list[str] = []
    bad: list[str] = []
    for poison in POISON:
        place = chance.randrange(50)
        bodies = [scan_body(beat.points[n % 5], beat.round.pk) for n in range(50)]
        bodies[place] |= poison
        saved = [one["id"] for one in phone.do("put", bodies=bodies)["saved"]]
        phone.drain(attempts=12)
        receipts = phone.receipts
        bad.append(saved.pop(place))
        good += saved
        assert receipts[bad[-1]]["outcome"] == "quarantined", poison
        assert {receipts[one]["outcome"] for one in saved} <= {"accepted", "flagged"}
    assert scans() == Counter(good)
    assert sorted(str(one) for one in Quarantine.objects.values_list("operation_id", flat=True)) == sorted(
        bad
    )


ANSWERS: list[tuple[str, dict[str, Any]]] = [
    ("html200", {}),
    ("redirect_login", {}),
    ("status", {"status": 404, "html": "<h1>Not found</h1>"}),
    ("status", {"status": 413, "html": "<h1>Too large</h1>"}),
    ("status", {"status": 502}),
    ("status", {"status": 200, "html": '{"receipts": []}'}),
    ("down", {}),
]


@pytest.mark.fault("F8")
def test_what_is_no_receipt_of_ours_never_empties_the_queue(
    phone: NodePhone, proxy: FaultProxy, beat: Beat
) -> None:
    sent: list[str] = []
    for number, (mode, facts) in enumerate(ANSWERS):
        aims: list[dict[str, Any]] = [{"path": "/"}, HANDING_IN]
        for aim in aims:  # everything is answered so, or only the handing in
            sent += phone.scan(beat.points[number % 5], round_id=beat.round.pk)
            proxy.set(mode, **aim, **facts)
            assert phone.send() == 1, mode
            assert phone.do("waiting")["state"]["phase"] != "sending"
            proxy.set()
            # What was answered 413 alone is put aside for an hour; a person who presses "Send now" gets it sent.
            phone.do("sendNow")
            assert phone.do("waiting")["records"] == 0
    assert scans() == Counter(sent)


@pytest.mark.fault("F9")
def test_a_server_slower_than_the_phone_waits_makes_no_storm(
    phone: NodePhone, proxy: FaultProxy, beat: Beat
) -> None:
    (sent,) = phone.scan(beat.points[0], round_id=beat.round.pk)
    phone.do("patience", ms=300)
    proxy.set("latency", seconds=1.0, times=3, **HANDING_IN)
    for _attempt in range(3):
        assert phone.send() == 1
    phone.do("patience", ms=15_000)
    proxy.set()
    phone.drain()
    assert scans() == Counter([sent])


CLOCKS: list[timedelta | datetime] = [
    timedelta(days=1),
    timedelta(days=-1),
    datetime(1970, 1, 2, tzinfo=UTC),
    datetime(2099, 12, 31, tzinfo=UTC),
]


@pytest.mark.fault("F10")
def test_a_wrong_clock_is_corrected_flagged_and_never_early(phone: NodePhone, beat: Beat) -> None:
    for value in CLOCKS:
        ms = (value - now() if isinstance(value, datetime) else value) / timedelta(milliseconds=1)
        phone.do("skew", ms=ms)
        phone.do("askTime")
        before = now()
        (known,) = phone.scan(beat.points[0], round_id=beat.round.pk)
        after = now()
        phone.do("forgetTime")  # a phone that has not met the server since it started
        (unknown,) = phone.scan(beat.points[1], round_id=beat.round.pk)
        phone.drain()
        measured, believed = Scan.objects.get(pk=known), Scan.objects.get(pk=unknown)
        assert before - timedelta(seconds=2) <= measured.corrected_at <= after + timedelta(seconds=2)
        assert (measured.time_trust, measured.round_id) == ("offset", beat.round.pk)
        assert "clock" in measured.reasons
        assert believed.time_trust == "device"
        assert believed.corrected_at <= believed.received_at
        assert ms < 0 or {"clock", "future"} & set(believed.reasons)
    judge_due(now() + timedelta(hours=3))
    visited = Round.objects.get(pk=beat.round.pk).visited
    assert beat.points[0].pk in visited
    assert beat.points[1].pk not in visited, "what only the phone's clock says never makes a visit in time"
