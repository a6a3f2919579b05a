"""Goals 10 and 11: the month of every site from its daily figures, against plain SQL; and the fold of one day."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import connection

from benchmarks import generator
from benchmarks.results import Finding, at_most, milliseconds
from benchmarks.tiers import Tier
from benchmarks.world import World
from core import changed_days
from core.ids import uuid7
from core.recurrence import span_of
from kpi.indicators import indicators, sources
from kpi.models import DayFigure
from kpi.reports.company_content import gather_company
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from kpi.services.folding import fold, fold_changed

#: Days folded at a time, and scans of a phone that comes late.
BATCH, LATE = 10, 500
#: How often each side of a pair is measured in a round.
TURNS = 3

ROLL_UP = """
SELECT site_id, date_trunc('month', day)::date, key, sum(value::float8)
FROM kpi_dayfigure CROSS JOIN LATERAL jsonb_each_text(counts) AS c(key, value)
WHERE company_id = %(company)s AND zone_id IS NULL
    AND (day BETWEEN %(before)s AND %(last)s OR day BETWEEN %(year)s AND %(before)s AND key = ANY(%(long)s))
GROUP BY 1, 2, 3
"""
PERCENTILES = """
SELECT site_id, kind, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY resolved_at - reported_at)
FROM incidents_case WHERE company_id = %(company)s AND reported_at >= %(begin)s AND reported_at < %(end)s AND resolved_at IS NOT NULL
GROUP BY 1, 2
"""
RAW = (
    """
SELECT s.site_id, coalesce(w.verdict, s.verdict), count(*), count(*) FILTER (WHERE s.received_at > s.corrected_at + interval '10 minutes')
FROM patrols_scan s LEFT JOIN patrols_scanreview w ON w.company_id = s.company_id AND w.scan_id = s.id
WHERE s.company_id = %(company)s AND s.corrected_at >= %(begin)s AND s.corrected_at < %(end)s GROUP BY 1, 2
""",
    """
SELECT site_id, status, count(*), sum(cardinality(points)), sum(cardinality(visited)) FROM patrols_round
WHERE company_id = %(company)s AND due_start >= %(begin)s AND due_start < %(end)s GROUP BY 1, 2
""",
    """
SELECT site_id, kind, category, count(*), count(*) FILTER (WHERE resolved_at <= counted_due_at) FROM incidents_case
WHERE company_id = %(company)s AND reported_at >= %(begin)s AND reported_at < %(end)s GROUP BY 1, 2, 3
""",
    PERCENTILES,
)
SCANS_OF_DAY = """
SELECT verdict, count(*) FROM patrols_scan
WHERE company_id = %(company)s AND site_id = %(site)s AND corrected_at >= %(begin)s AND corrected_at < %(end)s GROUP BY 1
"""


def month_of(world: World) -> Month:
    """The last whole month: the history of the scans covers it."""
    return Month.current(world.sites[0]).previous


def prepare(world: World) -> None:
    """Count every day of that month, at every site."""
    days = month_of(world).days
    for site in world.sites:
        for start in range(0, len(days), BATCH):
            fold(site, days[start : start + BATCH])


def run(world: World, tier: Tier) -> list[Finding]:
    """Both goals."""
    return [*_month(world, tier), *_fold(world, tier)]


def _month(world: World, tier: Tier) -> Iterator[Finding]:
    month = month_of(world)
    begin, end = span_of(month.first, month.last, world.sites[0].zone_info)
    parameters = {
        "company": world.company.pk, "begin": begin, "end": end, "last": month.last, "before": month.previous.first,
        "year": month.back(12).first,
        "long": [part.code for one in indicators().values() if one.window > 1 for part in one.measures],
    }  # fmt: skip

    def whole() -> None:
        with one_snapshot():
            gather_company(world.company, month)

    def plain(*statements: str) -> Callable[[], object]:
        return lambda: [_fetch(one, parameters) for one in statements]

    rounds = [
        (_took(whole), _took(plain(ROLL_UP, PERCENTILES)), _took(plain(*RAW)))
        for _round in range(tier.rounds)
    ]
    own, rolled, raw = zip(*rounds, strict=True)
    what = f"every figure of the month of {len(world.sites)} sites, over {tier.scans:,} scans"
    figures = f"{milliseconds(own)} against {milliseconds(rolled)}"
    yield at_most(
        "10", f"{what}, to SQL over the daily figures and for percentiles", 2, _ratios(own, rolled), figures
    )
    figures = f"{milliseconds(own)} against {milliseconds(raw)}"
    yield at_most("10", f"{what}, to SQL over the records", 0.5, _ratios(own, raw), figures)


def _fold(world: World, tier: Tier) -> Iterator[Finding]:
    site, day = world.sites[0], month_of(world).last
    statements = _statements(site, day)

    def replay() -> None:
        for statement, parameters in statements:
            _fetch(statement, parameters)

    rounds = [(_took(lambda: fold(site, [day])), _took(replay)) for _round in range(tier.rounds)]
    own, plain = zip(*rounds, strict=True)
    yield at_most(
        "11",
        "fold of one day of a site, to the statements that count it",
        2,
        _ratios(own, plain),
        f"{milliseconds(own)} against {milliseconds(plain)}",
    )
    yield _late_batch(world, day)


def _statements(site: Any, day: date) -> list[tuple[str, Any]]:
    """What is asked of the database to count one day."""
    found: list[tuple[str, Any]] = []

    def noted(execute: Callable[..., Any], query: str, parameters: Any, many: bool, context: Any) -> Any:
        found.append((query, parameters))
        return execute(query, parameters, many, context)

    with connection.execute_wrapper(noted):
        for source in sources():
            source.count(site, [day])
    return found


def _late_batch(world: World, day: date) -> Finding:
    """500 scans of that day come late; the figures equal the records again after one fold."""
    site = world.sites[0]
    begin, end = span_of(day, day, site.zone_info)
    one = World(world.company, [site], world.points, world.guards[:1], world.supervisors[:1])
    generator.fill(one, begin, begin + (end - begin) * 0.9, LATE, f"late{uuid7().hex}")
    changed_days.mark([(site.pk, day)])
    fold_changed()
    rows = DayFigure.objects.filter(site=site, zone=None, day=day)
    counts: dict[str, Any] = rows.values_list("counts", flat=True).first() or {}
    raw = dict(
        _fetch(SCANS_OF_DAY, {"company": world.company.pk, "site": site.pk, "begin": begin, "end": end})
    )
    kept = {verdict: counts.get(f"scans_{verdict}", 0) for verdict in raw}
    what = f"figures of a day after a late batch of {LATE} scans, to the records"
    return Finding("11", what, "equal", "equal" if kept == raw else f"{kept} ≠ {raw}", kept == raw, "")


def _fetch(statement: str, parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _took(work: Callable[[], object]) -> float:
    """The median of some turns, in seconds."""
    spent = []
    for _turn in range(TURNS):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent)


def _ratios(mine: tuple[float, ...], other: tuple[float, ...]) -> list[float]:
    return [a / b for a, b in zip(mine, other, strict=True)]
