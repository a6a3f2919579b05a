"""Mark site-local days whose daily figures must be counted again; hand them to whoever counts."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from core.clock import now
from core.models import ChangedDay
from core.policies import Internal, register

register(Internal(ChangedDay))

MARK = """
INSERT INTO core_changedday (site_id, day, marked_at)
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[])
ON CONFLICT (site_id, day) DO UPDATE SET marked_at = greatest(core_changedday.marked_at, excluded.marked_at)
"""


def mark(days: Iterable[tuple[int, date]]) -> None:
    """Mark (site id, site-local day) pairs. Call inside the transaction that changes the records."""
    pairs = sorted(set(days))
    if not pairs:
        return
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(MARK, [[site for site, _ in pairs], [day for _, day in pairs], [moment] * len(pairs)])


def take(limit: int = 200) -> list[tuple[int, date]]:
    """Take marked days off the list, skipping those another worker holds. Count them in the same transaction."""
    rows = list(
        ChangedDay.objects.select_for_update(skip_locked=True)
        .order_by("marked_at", "id")[:limit]
        .values_list("id", "site_id", "day")
    )
    ChangedDay.objects.filter(id__in=[row[0] for row in rows]).delete()
    return [(site, day) for _, site, day in rows]


def waiting(site_id: int, first: date, last: date) -> list[date]:
    """The marked days of a site from `first` to `last`, both included: what was counted of them is out of date."""
    rows = ChangedDay.objects.filter(site_id=site_id, day__range=(first, last))
    return list(rows.order_by("day").values_list("day", flat=True))
