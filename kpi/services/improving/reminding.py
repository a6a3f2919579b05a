"""Reminding of measures: due soon, overdue, ready to be checked; each once, however often and late the tick comes.

Days are those of the site's wall, so every time zone is asked for by itself. A loop is locked, stamped and told of in
one transaction; a second tick skips locked rows and finds the stamps afterwards.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from core.clock import local_today, now
from kpi import notices
from kpi.models import SHORTEST, ImprovementLoop, Stage
from kpi.policies import CHECKERS
from kpi.services.improving.keeping import tell
from organization.access import people_holding
from organization.models import Site

#: The owner is reminded so many days before the due day.
REMINDED_BEFORE = timedelta(days=3)
#: Rows per transaction.
BATCH = 100


def remind() -> int:
    """Everything that is due to be said now; how many loops were told of."""
    zones = Site.objects.filter(is_active=True).order_by("time_zone").values_list("time_zone", flat=True)
    return sum(_in_zone(zone) for zone in zones.distinct())


def _in_zone(zone: str) -> int:
    """At all sites of one time zone."""
    today, moment = local_today(zone), now()
    here = ImprovementLoop.objects.filter(improvement__site__time_zone=zone, improvement__current=F("pk"))
    doing = here.filter(improvement__stage=Stage.DO)
    over = today - timedelta(days=SHORTEST + 1)
    soon = doing.filter(due_on__range=(today, today + REMINDED_BEFORE))
    return (
        _each(soon, "reminded_at", moment, _due_soon)
        + _each(doing.filter(due_on__lt=today), "overdue_at", moment, _overdue)
        + _each(
            here.filter(improvement__stage=Stage.CHECK, done_on__lte=over),
            "check_told_at",
            moment,
            _check_due,
        )
    )


def _each(rows: Any, stamp: str, moment: datetime, say: Callable[[ImprovementLoop], None]) -> int:
    """Claim the rows without that stamp in batches, stamp and tell of each; how many."""
    total = 0
    waiting = (
        rows.filter(**{f"{stamp}__isnull": True})
        .select_related("improvement__site", "improvement__owner", "improvement__current")
        .order_by("pk")
    )
    while True:
        with transaction.atomic():
            found = list(waiting.select_for_update(skip_locked=True, of=("self",))[:BATCH])
            ImprovementLoop.objects.filter(pk__in=[row.pk for row in found]).update(**{stamp: moment})
            for row in found:
                say(row)
        total += len(found)
        if len(found) < BATCH:
            return total


def _key(loop: ImprovementLoop, day: date | None) -> str:
    """Once per loop and day: another due day begins anew."""
    return f"{loop.pk}:{day:%Y%m%d}" if day else str(loop.pk)


def _due_soon(loop: ImprovementLoop) -> None:
    tell(notices.DUE_SOON, loop.improvement, [loop.improvement.owner], key=_key(loop, loop.due_on))


def _overdue(loop: ImprovementLoop) -> None:
    people = {loop.improvement.owner, *people_holding(CHECKERS, loop.improvement.site)}
    tell(notices.OVERDUE, loop.improvement, people, key=_key(loop, loop.due_on))


def _check_due(loop: ImprovementLoop) -> None:
    parts = [key for key in (loop.improvement.owner_id, loop.done_by_id) if key]
    people = people_holding(CHECKERS, loop.improvement.site).exclude(pk__in=parts)
    tell(notices.CHECK_DUE, loop.improvement, people, key=_key(loop, loop.done_on))
