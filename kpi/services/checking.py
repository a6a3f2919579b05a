"""A second opinion on the daily figures: every night a sample is counted again over the records themselves."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import structlog
from django.db import transaction

from core import changed_days
from core.clock import local_today, now
from kpi.indicators import Counts, Scope, measures
from kpi.models import DayFigure, FigureCheck
from kpi.selectors.counting import stale_days
from kpi.selectors.snapshots import one_snapshot
from organization.models import Site

log = structlog.get_logger()

#: Sites looked at in one night; those with an open difference are always among them.
SITES = 60
#: Days of each, out of the last WITHIN days; yesterday is always among them.
DAYS = 3
WITHIN = timedelta(days=62)


def check_sample(chance: random.Random | None = None) -> int:
    """Compare a sample of the kept days with the records; how many numbers differ. What differs is counted anew."""
    generator = chance or random.Random()  # noqa: S311 - a sample, not a secret
    doubtful = set(FigureCheck.objects.exclude(differences=[]).values_list("pk", flat=True))
    sites = list(Site.objects.filter(is_active=True))
    generator.shuffle(sites)
    sites.sort(key=lambda site: site.pk not in doubtful)
    return sum(check(site, _sample(site, generator)) for site in sites[: max(SITES, len(doubtful))])


def check(site: Site, days: Sequence[date]) -> int:
    """Compare the kept numbers of `days` with a count over the records; the result is kept for the auditor.

    Days that wait to be counted again, or were counted before they ended, are left out: their numbers are known to be old. A day that differs is marked.
    """
    with one_snapshot():
        waiting = stale_days(site, min(days), max(days))
        compared = [day for day in sorted(set(days)) if day not in waiting]
        rows = DayFigure.objects.filter(site=site, zone=None, day__in=compared)
        kept = dict(rows.values_list("day", "counts"))
        found = [
            (day, code, before, after)
            for day in compared
            for code, before, after in differences(kept.get(day, {}), recount(site, day))
        ]
    with transaction.atomic():
        FigureCheck.objects.update_or_create(
            site=site,
            defaults={
                "checked_at": now(),
                "days": [day.isoformat() for day in compared],
                "differences": [[day.isoformat(), *rest] for day, *rest in found],
            },
        )
        changed_days.mark((site.pk, day) for day, *_rest in found)
    say = log.error if found else log.info
    say("figures compared with the records", site=site.pk, days=len(compared), differences=len(found))
    return len(found)


def recount(site: Site, day: date) -> dict[str, float]:
    """Every measure of a day, counted over the records one by one, as the kept counts are written."""
    scope = Scope(site, day, day)
    found: dict[str, float] = {}
    for measure in measures().values():
        found |= measure.recounts(scope)
    return found


def differences(kept: Counts, counted: Counts) -> list[tuple[str, float, float]]:
    """Measures whose two numbers differ: (code, kept, counted)."""
    return [
        (code, kept.get(code, 0), counted.get(code, 0))
        for code in sorted({*kept, *counted})
        if kept.get(code, 0) != counted.get(code, 0)
    ]


def _sample(site: Site, chance: random.Random) -> list[date]:
    """Yesterday, the days that differed last time, and some of the last two months."""
    today = local_today(site.zone_info)
    earlier = FigureCheck.objects.filter(pk=site.pk).values_list("differences", flat=True).first() or []
    again = {date.fromisoformat(row[0]) for row in earlier}
    some = {today - timedelta(days=number) for number in chance.sample(range(2, WITHIN.days), DAYS)}
    return sorted({today - timedelta(days=1), *again, *some})
