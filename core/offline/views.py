"""The one door for what phones did."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from core import clock
from core.api.plain import RECEIPT_HEADER, before_own_password, endpoint
from core.api.problems import problem
from core.api.throttling import within
from core.offline import devices
from core.offline.intake import take_in
from core.offline.reading import MAX_OPERATIONS, BadBatch, TooMany, read_batch

REQUESTS, SECONDS = 3_000, 60


@before_own_password("POST")
@endpoint("POST", late=True)
def operations(request: HttpRequest) -> HttpResponse:
    """A batch of operations; answers one receipt for each, in order, and the photos that are wanted.

    413 with more than 500 operations or 4 MiB, 400 when the body is no batch: then nothing was decided.
    """
    # The person itself: a lazy object in front of it would be asked some thousand times for a batch.
    person: Any = getattr(request.user, "_wrapped", request.user)
    if not within(f"operations:{person.pk}", REQUESTS, SECONDS, fail_open=True):
        return problem(429, "too_many_requests", headers={"Retry-After": str(SECONDS)})
    received_at = clock.now()
    try:
        batch = read_batch(request.body)
    except TooMany:
        return problem(413, "too_many_operations", limit=MAX_OPERATIONS)
    except BadBatch:
        return problem(400, "malformed")
    devices.note_loss(person, batch)
    answer = take_in(batch, person=person, received_at=received_at)
    told = {"receipts": answer.receipts, "need": answer.need, "server_time": clock.now().isoformat()}
    response = HttpResponse(
        msgspec.json.encode(told), content_type="application/json", headers={RECEIPT_HEADER: "1"}
    )
    if batch.device is not None:
        highest = devices.received(person.company_id, batch.device, answer.highest_seq)
        if highest is not None:
            devices.remember(request, response, batch.device, highest)
    return response
