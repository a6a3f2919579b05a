"""Keeping the daily figures in step with the records: fold what changed, a few days at a time.

A day is always counted anew from the records, never added to, so a fold may be repeated, come late or run beside
another one (performance.md F3). Whoever changes a record marks its day in the same transaction; taking the mark off
and keeping the new numbers commit together, so that a killed fold leaves the mark for the next tick.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db import connection, transaction

from core import changed_days, live
from core.clock import now
from core.faults import point
from kpi.indicators import sources
from kpi.models import DayFigure
from organization.models import Site

#: Days per transaction: a writer who marks one of them again waits for no more than this many counts.
BATCH = 20
#: Transactions per tick; the rest is taken by the next one.
BATCHES = 200
#: First part of the advisory lock that puts the counts of one site in a row.
LOCK_CLASS = 0x4B << 48


def fold_changed() -> int:
    """Count every marked day again; how many days were counted."""
    total = 0
    for _batch in range(BATCHES):
        done = _fold_batch()
        total += done
        if done < BATCH:
            break
    return total


@transaction.atomic
def _fold_batch() -> int:
    taken = changed_days.take(BATCH)
    point("kpi.days_taken")
    by_site: defaultdict[int, list[date]] = defaultdict(list)
    for site_id, day in taken:
        by_site[site_id].append(day)
    for site in Site.objects.filter(pk__in=by_site).order_by("pk"):
        fold(site, by_site[site.pk])
        live.publish(f"site:{site.pk}", "figures")
    return len(taken)


def hold_counts(site: Site) -> None:
    """Keep everybody else from changing the kept counts of a site until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_CLASS | site.pk])


@transaction.atomic
def fold(site: Site, days: Sequence[date]) -> None:
    """Count `days` of a site from the records and keep the result instead of what was kept before."""
    if not days:
        return
    hold_counts(site)  # the count below must see everything an earlier fold of the same site saw
    counted: dict[tuple[date, int | None], dict[str, float]] = defaultdict(dict)
    for source in sources():
        for day, zones in source.count(site, days).items():
            for zone_id, counts in zones.items():
                counted[day, zone_id] |= {code: number for code, number in counts.items() if number}
    DayFigure.objects.filter(site=site, day__in=days).delete()
    moment = now()
    DayFigure.objects.bulk_create(
        DayFigure(
            company_id=site.company_id, site=site, zone_id=zone_id, day=day, counts=counts, counted_at=moment
        )
        for (day, zone_id), counts in counted.items()
        if counts
    )
    point("kpi.days_folded")


def refold(site: Site, first: date, last: date) -> Iterator[date]:
    """Count every day from `first` to `last` again, each in its own transaction; yields the day when it is done.

    For after a restore, a new measure, or a zone drawn anew.
    """
    day = first
    while day <= last:
        fold(site, [day])
        yield day
        day += timedelta(days=1)
