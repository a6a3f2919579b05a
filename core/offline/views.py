"""The one door for what phones did."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from core import audit, clock
from core.api.plain import RECEIPT_HEADER, before_own_password, endpoint
from core.api.problems import problem
from core.api.throttling import within
from core.offline import actions
from core.offline.intake import take_in
from core.offline.reading import MAX_OPERATIONS, BadBatch, Batch, TooMany, read_batch

REQUESTS, SECONDS = 3_000, 60


@before_own_password("POST")
@endpoint("POST")
def operations(request: HttpRequest) -> HttpResponse:
    """A batch of operations; answers one receipt for each, in order, and the photos that are wanted.

    413 with more than 500 operations or 4 MiB, 400 when the body is no batch: then nothing was decided.
    """
    person: Any = request.user
    if not within(f"operations:{person.pk}", REQUESTS, SECONDS, fail_open=True):
        return problem(429, "too_many_requests", headers={"Retry-After": str(SECONDS)})
    received_at = clock.now()
    try:
        batch = read_batch(request.body)
    except TooMany:
        return problem(413, "too_many_operations", limit=MAX_OPERATIONS)
    except BadBatch:
        return problem(400, "malformed")
    _note_lost(person, batch)
    answer = take_in(batch, person=person, received_at=received_at)
    return JsonResponse(
        {"receipts": answer.receipts, "need": answer.need, "server_time": clock.now().isoformat()},
        headers={RECEIPT_HEADER: "1"},
    )


def _note_lost(person: Any, batch: Batch) -> None:
    """A phone whose storage was cleared says how many records went with it: that is for the record."""
    lost = batch.lost_since
    if not lost:
        return
    figures = {name: lost[name] for name in ("from_seq", "to_seq", "count") if _is_count(lost.get(name))}
    at = lost.get("at")
    if figures:
        details = figures | {
            "device": str(batch.device or ""),
            "at": at if isinstance(at, int | float) else str(at)[:40],
        }
        audit.record(actions.LOST, actor=person, details=details)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
