"""A clock set by hand in mid-shift: within one page life what passed on the monotonic clock wins (F11)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from core.clock import now
from core.ids import uuid7
from core.models import Operation
from core.offline.clocks import Trust, correct
from core.offline.monotonic import NOISE_MS, Act, Judged, Reading, judge
from tests.conftest import Cast
from tests.core import kinds  # noqa: F401 - registers the kinds of these tests
from tests.core.operations import batch, operation, post, receipts

pytestmark = pytest.mark.fault("F11")

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
PAGE = UUID("0198b3f0-1111-7aaa-8bbb-0000000000aa")
HOUR_MS = 3_600_000
#: One millisecond.
MS = timedelta(milliseconds=1)


@dataclass
class Phone:
    """A phone as static/js/phone/clock.js has it, in a world that passes by hand."""

    true_ms: int = 0
    mono_ms: int = 5_000
    error_ms: int = 0
    #: of the last measurement: wall clock, monotonic clock, offset
    measured: tuple[datetime, int, int] | None = None

    @property
    def really(self) -> datetime:
        return START + self.true_ms * MS

    @property
    def wall(self) -> datetime:
        return self.really + self.error_ms * MS

    def work(self, ms: int) -> None:
        self.true_ms += ms
        self.mono_ms += ms

    def sleep(self, ms: int) -> None:
        """The monotonic clock may stand still meanwhile."""
        self.true_ms += ms

    def measure(self) -> None:
        self.measured = (self.wall, self.mono_ms, -self.error_ms)

    def act(self) -> Act:
        if self.measured is None:
            return Act(PAGE, self.wall, self.mono_ms, None)
        wall, mono, offset = self.measured
        ahead = (self.wall - wall) / MS - (self.mono_ms - mono)
        return Act(PAGE, self.wall, self.mono_ms, offset - min(0, round(ahead)), ahead)

    def send(self) -> Reading:
        self.measure()
        return Reading(PAGE, self.wall, self.mono_ms, -self.error_ms)


def error_of(act: Act, judged: Judged, really: datetime) -> timedelta:
    assert judged.offset_ms is not None
    return abs(act.wall + judged.offset_ms * MS - really)


passing = st.integers(0, 12 * HOUR_MS)
jumps = st.integers(NOISE_MS * 2, 400 * 24 * HOUR_MS).flatmap(lambda ms: st.sampled_from([ms, -ms]))
starts = st.integers(-400 * 24 * HOUR_MS, 400 * 24 * HOUR_MS)


@given(starts, jumps, passing, passing, passing)
def test_an_act_after_a_jump_is_right_and_says_that_the_clock_was_set(
    error: int, jump: int, before: int, between: int, after: int
) -> None:
    phone = Phone(error_ms=error)
    phone.measure()
    phone.work(before)
    phone.error_ms += jump
    phone.work(between)
    act, really = phone.act(), phone.really
    phone.work(after)
    judged = judge(act, phone.send())
    assert error_of(act, judged, really) <= NOISE_MS * MS
    assert judged.changed
    corrected = correct(act.wall, judged.offset_ms, before, phone.really, changed=True)
    assert abs(corrected.at - really) <= NOISE_MS * MS
    assert corrected.trust == Trust.OFFSET_CORRECTED
    assert "clock_changed" in corrected.flags


@given(starts, jumps, passing, passing, passing)
def test_an_act_before_a_jump_keeps_its_own_measurement_and_is_not_blamed(
    error: int, jump: int, before: int, between: int, after: int
) -> None:
    phone = Phone(error_ms=error)
    phone.measure()
    phone.work(before)
    act, really = phone.act(), phone.really
    phone.work(between)
    phone.error_ms += jump
    phone.work(after)
    judged = judge(act, phone.send())
    assert error_of(act, judged, really) <= NOISE_MS * MS
    assert not judged.changed


@given(starts, st.lists(st.tuples(passing, passing), min_size=2, max_size=6), st.integers(0, 5))
def test_a_phone_that_slept_is_not_taken_for_one_whose_clock_was_set(
    error: int, shifts: list[tuple[int, int]], when: int
) -> None:
    phone = Phone(error_ms=error)
    phone.measure()
    act, really = phone.act(), phone.really
    for number, (awake, asleep) in enumerate(shifts):
        phone.work(awake)
        phone.sleep(asleep)
        if number == min(when, len(shifts) - 1):
            act, really = phone.act(), phone.really
    judged = judge(act, phone.send())
    assert error_of(act, judged, really) <= NOISE_MS * MS
    assert not judged.changed


@given(st.booleans(), jumps, passing, passing, st.integers(NOISE_MS * 2, 12 * HOUR_MS))
def test_sleep_on_the_other_side_does_not_hide_where_the_jump_was(
    jump_first: bool, jump: int, before: int, after: int, slept: int
) -> None:
    assume(
        abs(jump - slept) > 2 * NOISE_MS
    )  # set forward by just as long as it slept: nothing tells them apart
    phone = Phone()
    phone.measure()
    phone.work(before)
    if jump_first:
        phone.error_ms += jump
    else:
        phone.sleep(slept)
    act, really = phone.act(), phone.really
    if jump_first:
        phone.sleep(slept)
    else:
        phone.error_ms += jump
    phone.work(after)
    judged = judge(act, phone.send())
    assert error_of(act, judged, really) <= NOISE_MS * MS


def test_what_was_not_measured_before_stays_the_devices_word() -> None:
    phone = Phone(error_ms=-HOUR_MS)
    act = phone.act()
    phone.work(HOUR_MS)
    assert judge(act, phone.send()) == Judged(None)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        Reading(UUID(int=1), START, 9_000, 77),  # another page life
        Reading(PAGE, START, 10, 77),  # before the act
    ],
)
def test_what_does_not_belong_to_the_page_life_says_nothing(sent: Reading | None) -> None:
    assert judge(Act(PAGE, START, 5_000, 120, 0), sent) == Judged(120)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(timezones=st.just(UTC)),
    st.none() | st.floats(-1e12, 1e12),
    st.none() | st.integers(-(2**70), 2**70),
    st.none() | st.floats(allow_nan=True),
    st.floats(0, 1e12),
)
def test_no_clock_makes_it_fail(
    made: datetime, sent: datetime, mono: float | None, offset: int | None, ahead: float | None, at: float
) -> None:
    judged = judge(Act(PAGE, made, mono, offset, ahead), Reading(PAGE, sent, at, 0))
    correct(made, judged.offset_ms, None, START, changed=judged.changed)


@pytest.mark.django_db
@pytest.mark.urls("tests.core.urls_platform")
@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(hours=-3), timedelta(seconds=40)])
def test_the_intake_corrects_by_the_clocks_of_the_batch(cast: Cast, jump: timedelta) -> None:
    client = Client()
    client.force_login(cast.guard)
    page, at_sending = uuid7(), now()
    really = at_sending - timedelta(minutes=2)
    op = operation(
        cast.guard,
        made_at=(really + jump).isoformat(),
        offset_ms=0,
        mono_ms=500_000.0,
        ahead_ms=jump / MS,
        page=str(page),
    )
    clock = {
        "at": (at_sending + jump).isoformat(),
        "mono_ms": 620_000.0,
        "page": str(page),
        "offset_ms": -jump / MS,
    }
    answer = receipts(post(client, _body(op, clock)))[op["id"]]
    assert answer["outcome"] == "flagged"
    assert "clock_changed" in answer["reasons"]
    stored = Operation.objects.get(id=op["id"])
    assert abs(stored.corrected_at - really) < timedelta(seconds=2)


@pytest.mark.django_db
@pytest.mark.urls("tests.core.urls_platform")
@pytest.mark.parametrize(
    "clock",
    [
        {},
        {"at": 5},
        {"at": "2026-01-01T00:00:00", "mono_ms": 1, "page": str(PAGE), "offset_ms": 1},
        {"at": "2026-01-01T00:00:00Z", "mono_ms": -1, "page": str(PAGE), "offset_ms": 1},
        {"at": "2026-01-01T00:00:00Z", "mono_ms": 1e300, "page": str(PAGE), "offset_ms": 1e300},
        {"at": "0001-01-01T00:00:00+14:00", "mono_ms": 1, "page": "x", "offset_ms": 1},
    ],
)
def test_clocks_that_make_no_sense_are_left_out(cast: Cast, clock: Any) -> None:
    client = Client()
    client.force_login(cast.guard)
    op = operation(cast.guard, mono_ms=1e308)
    assert receipts(post(client, _body(op, clock)))[op["id"]]["outcome"] == "accepted"


def _body(op: dict[str, Any], clock: Any) -> bytes:

    return json.dumps(batch(op, clock=clock)).encode()
