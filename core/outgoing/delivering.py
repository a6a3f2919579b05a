"""The way of deliveries to endpoints, for robots and webhooks alike: claim, post, mark; pause while an endpoint fails.

An endpoint that does not answer holds a worker for fifteen seconds. So a failure quiets it, longer each time, and then
a single delivery tries it again, whatever else waits. A delivery is given up when its endpoint has failed for so long
that it is no news any more, or at once when the reason is hopeless; a person may then try it again.

A process that dies between the answer and our commit lets its claim run out: the delivery is repeated with the same
id, never lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from core import clock, faults
from core.events import emit
from core.models import Endpoint, OutboxItem, Sending, SendingState
from core.outbox import TryLater
from core.outgoing.reasons import Unsent
from core.outgoing.signals import gave_up

#: Pauses after the first, second … failure in a row; the last one from then on.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 300, 600, 900))
#: Pause after the other side said "too fast": DingTalk stops a robot for ten minutes.
COOLING = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
#: How long a claim holds; a post is over long before.
CLAIM = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Way:
    """How deliveries of one model go out. `post` sends rows of one endpoint together and returns the HTTP status."""

    model: type[Any]
    post: Callable[[Any, Sequence[Any]], int]
    #: After this time of failure a delivery is given up.
    patience: timedelta
    most_joined: int = 1
    per_minute: int | None = None

    @property
    def name(self) -> str:
        """The endpoint's field, "robot" or "webhook"."""
        return str(self.model.ENDPOINT)


def deliver(way: Way, identifier: str) -> None:
    """Send one delivery, and with it others that may be joined. Raises TryLater."""
    claimed = _claim(way, identifier)
    if claimed is None:
        return
    endpoint, rows = claimed
    try:
        status = way.post(endpoint, rows)
    except Unsent as reason:
        _refused(way, endpoint, rows, reason)
        _again_if_waiting(way, identifier, reason.stored)
        return
    except Exception as error:
        _mark(way, rows, state=SendingState.WAITING, last_error=f"{type(error).__name__}: {error}"[:2000])
        raise
    faults.point(f"{way.name}.sent")
    _mark(way, rows, state=SendingState.SENT, last_error="", answer_status=status, ended_at=clock.now())
    if endpoint.failures or endpoint.quiet_until:
        type(endpoint).objects.filter(pk=endpoint.pk).update(failures=0, quiet_until=None)
    _again_if_waiting(way, identifier, "older ones went first")


def bury(way: Way, item: OutboxItem, identifier: str) -> None:
    """The work item itself was given up (its process died again and again): so is its delivery."""
    item.refresh_from_db(fields=["last_error"])
    rows = list(way.model.objects.filter(pk=identifier).select_related(way.name))
    _fail(way, [row for row in rows if row.state in OPEN], item.last_error)


OPEN = (SendingState.WAITING, SendingState.SENDING)


@transaction.atomic
def _claim(way: Way, identifier: str) -> tuple[Any, list[Sending]] | None:
    """The endpoint and what may go to it now; None when there is nothing to do. Raises TryLater."""
    endpoints = way.model._meta.get_field(way.name).related_model._default_manager
    found = way.model.objects.filter(pk=identifier).values_list(f"{way.name}_id", flat=True).first()
    if found is None:
        return None
    endpoint = endpoints.select_for_update(of=("self",)).select_related("company").get(pk=found)
    row, moment = way.model.objects.get(pk=identifier), clock.now()
    if row.state not in OPEN:
        return None
    if row.state == SendingState.SENDING and row.claimed_until > moment:
        raise TryLater("being sent by another process", after=CLAIM)
    if not endpoint.is_active:
        _fail(way, [row], "inactive", endpoint)
        return None
    if endpoint.failures and row.attempts and row.since < moment - way.patience:
        _fail(way, [row], row.last_error, endpoint)
        return None
    _take_turn(way, endpoint, moment)
    free = Q(state=SendingState.WAITING) | Q(state=SendingState.SENDING, claimed_until__lt=moment)
    if way.most_joined == 1:
        free &= Q(pk=identifier)
    waiting = way.model.objects.filter(free, **{way.name: endpoint}).order_by("pk")
    rows = list(waiting[: way.most_joined])
    keys = [one.pk for one in rows]
    way.model.objects.filter(pk__in=keys).update(
        state=SendingState.SENDING, claimed_until=moment + CLAIM, attempts=F("attempts") + 1
    )
    return endpoint, rows


def _take_turn(way: Way, endpoint: Endpoint, moment: datetime) -> None:
    """Raises TryLater while the endpoint is quiet or its limit used up; else takes a turn."""
    changes: dict[str, Any] = {}
    if endpoint.quiet_until is not None and endpoint.quiet_until > moment:
        raise TryLater("the endpoint is quiet", after=endpoint.quiet_until - moment)
    if endpoint.failures:  # one tries whether it is back; the others wait for the outcome
        changes["quiet_until"] = moment + CLAIM
    if way.per_minute is not None:
        recent = [at for at in endpoint.posted_at if at > moment - MINUTE]
        if len(recent) >= way.per_minute:
            raise TryLater("enough for this minute", after=recent[0] + MINUTE - moment)
        changes["posted_at"] = [*recent, moment]
    if changes:
        type(endpoint)._default_manager.filter(pk=endpoint.pk).update(**changes)


def _refused(way: Way, endpoint: Any, rows: Sequence[Any], reason: Unsent) -> None:
    """Nothing went out: quiet the endpoint, put back what may still go, give up what may not."""
    moment = clock.now()
    failures = endpoint.failures if reason.too_fast else min(endpoint.failures + 1, 1000)
    pause = COOLING if reason.too_fast else PAUSES[min(failures, len(PAUSES)) - 1]
    type(endpoint).objects.filter(pk=endpoint.pk).update(failures=failures, quiet_until=moment + pause)
    status = {"answer_status": reason.detail} if reason.code in ("status", "redirect") else {}
    lost = [row for row in rows if reason.hopeless or row.since < moment - way.patience]
    kept = [row for row in rows if row not in lost]
    _mark(way, rows, last_error=reason.stored, **status)
    _mark(way, kept, state=SendingState.WAITING)
    _fail(way, lost, reason.stored, endpoint)


def _again_if_waiting(way: Way, identifier: str, why: str) -> None:
    row = way.model.objects.filter(pk=identifier, state=SendingState.WAITING).select_related(way.name).first()
    if row is not None:
        quiet: datetime = row.endpoint.quiet_until or clock.now()
        raise TryLater(why, after=max(quiet - clock.now(), timedelta(seconds=1)))


def _fail(way: Way, rows: Sequence[Any], reason: str, endpoint: Any = None) -> None:
    if not rows:
        return
    _mark(way, rows, state=SendingState.FAILED, last_error=reason, ended_at=clock.now())
    emit(gave_up, endpoint=endpoint or rows[0].endpoint, reason=reason)


def _mark(way: Way, rows: Sequence[Any], **changes: Any) -> None:
    if rows:
        if "state" in changes:
            changes["claimed_until"] = None
        way.model.objects.filter(pk__in=[row.pk for row in rows]).update(**changes)
