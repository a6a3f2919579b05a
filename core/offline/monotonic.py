"""What a phone's monotonic clock tells of its wall clock, which may be set by hand in mid-shift (F11).

Within one life of the phone's page its monotonic clock only rises. It may stand still while the phone sleeps, so where
the wall clock ran ahead of it the phone slept or was set forward; where it fell behind, it was set back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

#: Differences up to this (in ms) are the noise of a measurement, as on the phone.
NOISE_MS = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A phone's clocks at one instant of a page life, and the distance to the server measured in that life.

    `wall` is aware and uncorrected; `offset_ms` is server minus device.
    """

    page: UUID
    wall: datetime
    mono_ms: float
    offset_ms: int


@dataclass(frozen=True, slots=True)
class Act:
    """What a phone's clocks said of one act.

    `ahead_ms`: by how much the wall clock had run ahead of the monotonic one since the measurement behind
    `offset_ms`; None when that was made in another page life.
    """

    page: UUID | None
    wall: datetime
    mono_ms: float | None
    offset_ms: int | None
    ahead_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The offset to correct an act by, and whether the wall clock was set by hand before it, as far as can be told."""

    offset_ms: int | None
    changed: bool = False


def judge(act: Act, sent: Reading | None) -> Judged:
    """Which measurement holds for an act: its own, the one at sending, or what the monotonic clock says.

    When the wall clock was set between the two measurements they differ by the jump. The act lay before or after it:
    after it, if nothing happened to the clock between act and sending; before it, if nothing happened between the
    first measurement and the act; otherwise what the clocks did must contain the jump, for sleep only adds to it.
    """
    if sent is None or act.offset_ms is None or act.mono_ms is None or act.page != sent.page:
        return Judged(act.offset_ms)  # what was never measured before stays the device's word alone
    if act.mono_ms > sent.mono_ms + NOISE_MS:
        return Judged(act.offset_ms)
    elapsed = sent.mono_ms - act.mono_ms
    moved = (sent.wall - act.wall) / timedelta(milliseconds=1) - elapsed
    jump = act.offset_ms - sent.offset_ms
    if abs(jump) <= NOISE_MS:
        if moved < -NOISE_MS:  # set and set back: what passed on the monotonic clock is sure
            return Judged(round(sent.offset_ms + moved), changed=True)
        return Judged(act.offset_ms, changed=_was_set_back(act))
    if _after(jump, moved, act.ahead_ms):
        return Judged(sent.offset_ms, changed=True)
    return Judged(act.offset_ms, changed=not _undisturbed(act))


def _undisturbed(act: Act) -> bool:
    """Had nothing happened to the clock between the act's own measurement and the act?"""
    return act.ahead_ms is not None and abs(act.ahead_ms) <= NOISE_MS


def _was_set_back(act: Act) -> bool:
    """Had the wall clock fallen behind when the act was made? Its own offset then says so already."""
    return act.ahead_ms is not None and act.ahead_ms < -NOISE_MS


def _after(jump: int, moved: float, ahead: float | None) -> bool:
    """Did the act follow the jump? `moved`: what the wall clock did beyond the monotonic one from act to sending."""
    if abs(moved) <= NOISE_MS:
        return True
    if ahead is not None and abs(ahead) <= NOISE_MS:
        return False
    if moved < jump - NOISE_MS:  # too little for the jump to lie between act and sending
        return True
    if abs(moved - jump) <= NOISE_MS:
        return False
    return ahead is not None and abs(ahead - jump) <= NOISE_MS
