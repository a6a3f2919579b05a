"""What a handler gets and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from core.models import OperationState
from core.offline.clocks import Corrected

T = TypeVar("T")

#: The fifth outcome: nothing was decided, the phone keeps the item and sends it again.
RETRY = "retry"

#: Reasons core itself gives.
MALFORMED = "malformed"
AUTHOR = "author"
UNKNOWN_KIND = "unknown_kind"
DIFFERENT_BODY = "different_body"
FORBIDDEN = "forbidden"
INVALID = "invalid"
UNKNOWN = "unknown"
ERROR = "error"
TOO_LARGE = "too_large"
BUSY = "busy"
DEACTIVATED = "deactivated"
#: Flag of what somebody handed in after they had been deactivated, made before.
LATE = "late_hand_in"


class Refused(Exception):
    """Raised by a handler: into quarantine with this reason (a code), for a supervisor to decide.

    `detail` is a sentence for the supervisor, `site_id` the site whose supervisors should see it.
    """

    def __init__(self, reason: str, detail: str = "", *, site_id: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.site_id = site_id


class Incoming(msgspec.Struct, frozen=True):
    """One operation, readable and by its right author. Datetimes are aware, UTC."""

    id: UUID
    kind: str
    schema: int
    company_id: int
    #: organization.Person, the author and the session's person
    person: Any
    body: dict[str, Any]
    #: SHA-256 of the canonical form of kind, schema, author, made_at, body and photos
    body_sha256: str
    #: by the device's own clock
    made_at: datetime
    #: by which the act is judged
    corrected: Corrected
    received_at: datetime
    #: server minus device by which `corrected` was found, and how old the phone's own measurement of it was
    offset_ms: int | None
    offset_age_ms: int | None
    #: performance.now() of the page life `page`, in milliseconds; orders acts of one page life
    mono_ms: float | None
    page: UUID | None
    device: UUID | None
    seq: int | None
    #: SHA-256 of the photos it names; `core.attachments.attach(target, sha256=…)` binds them
    photos: tuple[str, ...]
    #: the operation as received
    raw: bytes
    #: handed in after its author had been deactivated, made before
    late: bool = False

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id} of {self.person.pk}>"

    @property
    def flags(self) -> tuple[str, ...]:
        """What is odd about it whatever its handler finds: its clock, or that it was handed in late."""
        return (*self.corrected.flags, LATE) if self.late else self.corrected.flags

    def parse(self, shape: type[T]) -> T:
        """The body as a msgspec.Struct (or any type). Raises Refused("malformed") when it does not fit."""
        try:
            return msgspec.convert(self.body, shape)
        except (msgspec.ValidationError, OverflowError) as error:
            raise Refused(MALFORMED, str(error)) from error


class Outcome(msgspec.Struct, frozen=True):
    """What became of an operation, with codes that say why."""

    state: str
    reasons: tuple[str, ...] = ()
    #: for the supervisor, when quarantined
    detail: str = ""
    #: whose supervisors see it, when quarantined
    site_id: int | None = None

    @classmethod
    def accepted(cls) -> Outcome:
        """Taken as it is."""
        return cls(OperationState.ACCEPTED)

    @classmethod
    def flagged(cls, *reasons: str) -> Outcome:
        """Taken, and something is odd about it; without reasons the same as accepted."""
        return cls(OperationState.FLAGGED if reasons else OperationState.ACCEPTED, tuple(reasons))

    @classmethod
    def quarantined(cls, reason: str, detail: str = "", *, site_id: int | None = None) -> Outcome:
        """Kept aside for a supervisor's decision."""
        return cls(OperationState.QUARANTINED, (reason,), detail, site_id)

    @classmethod
    def conflict(cls, reason: str = DIFFERENT_BODY) -> Outcome:
        """The id is taken by another body; the first stays, this one goes into quarantine."""
        return cls(OperationState.CONFLICT, (reason,))

    @classmethod
    def retry(cls) -> Outcome:
        """Not now; the phone keeps it."""
        return cls(RETRY)

    @classmethod
    def refused(cls, refusal: Refused) -> Outcome:
        """The outcome a raised refusal stands for."""
        return cls.quarantined(refusal.reason, refusal.detail, site_id=refusal.site_id)

    @property
    def kept_aside(self) -> bool:
        """Must its body be kept in quarantine?"""
        return self.state in {OperationState.QUARANTINED, OperationState.CONFLICT}

    def with_flags(self, flags: tuple[str, ...]) -> Outcome:
        """The outcome with these flags (`Incoming.flags`) added, if it was taken."""
        if not flags or self.state not in {OperationState.ACCEPTED, OperationState.FLAGGED}:
            return self
        reasons = tuple(dict.fromkeys((*self.reasons, *flags)))
        return Outcome(OperationState.FLAGGED, reasons, self.detail, self.site_id)
