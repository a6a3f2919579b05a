"""The turn of the day: what was due yesterday is judged only now, so every day is counted once more after its end.

The day is marked and the site's `CountedUntil` moved in one transaction. Readers count the days after it over the
records (kpi.selectors.counting), so that nothing is missing between midnight and the tick.
"""

from datetime import date, timedelta

from django.db import transaction

from core import changed_days
from core.clock import local_today
from kpi.models import CountedUntil
from organization.models import Site

#: Days counted when a site is met for the first time: what a new measure counts is there for a quarter.
AT_FIRST = timedelta(days=92)
#: Most days caught up on after an outage.
AT_MOST = timedelta(days=400)


def turn_days() -> int:
    """Mark the days that ended since the last tick at every site; how many."""
    until: dict[int, date] = dict(CountedUntil.objects.values_list("site_id", "day"))
    turned = 0
    for site in Site.objects.only("pk", "time_zone").order_by("pk"):
        yesterday = local_today(site.zone_info) - timedelta(days=1)
        last = until.get(site.pk, yesterday - AT_FIRST)
        if last < yesterday:
            turned += _turn(site, max(last, yesterday - AT_MOST), yesterday)
    return turned


@transaction.atomic
def _turn(site: Site, last: date, yesterday: date) -> int:
    CountedUntil.objects.update_or_create(site_id=site.pk, defaults={"day": yesterday})
    days = [last + timedelta(days=number) for number in range(1, (yesterday - last).days + 1)]
    changed_days.mark((site.pk, day) for day in days)
    return len(days)
