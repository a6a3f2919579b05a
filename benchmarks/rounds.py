"""Goal 13: making a day of rounds and judging them, against the one statement that each needs at least."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from benchmarks.results import Finding, at_most, milliseconds, spread
from benchmarks.tiers import Tier
from benchmarks.world import EVERY, ROUNDS_A_DAY, World
from core.clock import now
from core.models import OutboxItem
from core.outbox import running
from patrols.models import PlanProgress, Round, RoundStatus
from patrols.services.judging import JUDGE, TELL, judge_due
from patrols.services.materialising import AHEAD, STEP, materialise

DAY = timedelta(days=1)

RAW = """
INSERT INTO patrols_round (company_id, site_id, plan_id, route_id, discipline, "order", opens_at, due_start, due_end, closes_at,
    points, visited, visited_times, visited_outside, status, cancel_reason)
SELECT s.company_id, a.site_id, a.id, a.route_id, a.discipline, 'any', d.due - interval '10 minutes', d.due,
    d.due + interval '30 minutes', d.due + interval '45 minutes', t.points, '{}', '{}', '{}', 'scheduled', ''
FROM patrols_plan a
JOIN organization_site s ON s.id = a.site_id
JOIN (SELECT route_id, array_agg(checkpoint_id ORDER BY position) AS points FROM patrols_routepoint GROUP BY 1) AS t
    ON t.route_id = a.route_id
CROSS JOIN generate_series(%(first)s::timestamptz, %(last)s::timestamptz, %(step)s::interval) AS d(due)
ON CONFLICT (plan_id, due_start) DO NOTHING
"""


def run(world: World, tier: Tier) -> list[Finding]:
    """Raw and ours in turn, from the same state each time."""
    return [*_making(world, tier), *_judging(tier)]


def _making(world: World, tier: Tier) -> list[Finding]:
    moment = now()
    horizon = (moment + AHEAD + STEP).replace(minute=0, second=0, microsecond=0)
    wanted = len(world.sites) * ROUNDS_A_DAY
    raw, ours, again, lost = [], [], [], []
    for _round in range(tier.rounds):
        raw.append(_timed(lambda: _insert(horizon), wanted))
        _take_back(horizon)
        ours.append(_timed(lambda: materialise(moment + DAY), wanted))
        again.append(_timed(lambda: materialise(moment + DAY), 0))
        PlanProgress.objects.update(rounds_until=horizon)
        lost.append(_timed(lambda: materialise(moment + DAY), 0))
        _take_back(horizon)
    return [
        at_most(
            "13", f"{wanted:,} rounds of {len(world.sites)} sites made a day ahead, to one INSERT … SELECT", 3,
            _ratios(ours, raw), f"{milliseconds(ours)} against {milliseconds(raw)}",
        ),
        at_most(
            "13", "the next run makes 0 rounds, to the first one", 0.5, _ratios(again, ours),
            f"{milliseconds(again)}, 0 rows",
        ),
        at_most(
            "13", f"a run that has forgotten how far it was computes all {wanted:,} again and makes 0, to the first one",
            0.5, _ratios(lost, ours), f"{milliseconds(lost)}, 0 rows",
        ),
    ]  # fmt: skip


def _judging(tier: Tier) -> list[Finding]:
    """A usual tick, in which a round of every site was missed; and the first one after an outage of half a day."""
    last = Round.objects.filter(closes_at__gt=now() + timedelta(hours=3)).earliest("closes_at").closes_at
    return [
        *_tick(tier, "tick: a round of every site was missed, its leaders are to be told", last, last),
        *_tick(
            tier, "first tick after half a day without one", last, last + DAY / 2,
            judged_at=last + DAY / 2 + timedelta(hours=2),
        ),
    ]  # fmt: skip


def _tick(
    tier: Tier, what: str, first: datetime, last: datetime, judged_at: datetime | None = None
) -> list[Finding]:
    """The tick itself; and the tick with the work it leaves to the outbox, done by one worker right after it."""
    others = Round.objects.filter(status__in=(RoundStatus.SCHEDULED, RoundStatus.RUNNING)).exclude(
        closes_at__range=(first, last)
    )
    others.filter(closes_at__lte=judged_at or last).update(status=RoundStatus.CANCELLED)
    rounds = Round.objects.filter(closes_at__range=(first, last))
    rounds.update(status=RoundStatus.SCHEDULED, judged_at=None)
    number, at = rounds.count(), judged_at or last
    raw: list[float] = []
    ours: list[float] = []
    whole: list[float] = []
    for _round in range(tier.rounds):
        for times, work in ((raw, lambda: _update(at)), (ours, lambda: judge_due(at))):
            times.append(_timed(work, number))
            if times is ours:
                whole.append(ours[-1] + _timed(_tell, 1))
            rounds.update(status=RoundStatus.SCHEDULED, judged_at=None)
            _vacuum("patrols_round")
    figures = f"{milliseconds(ours)} against {milliseconds(raw)}"
    told = "the same with what the outbox does after it: leaders told in the page, a mail queued for each who wants one"
    return [
        at_most("13", f"{what}; to its UPDATE ({number:,} rounds)", 2, _ratios(ours, raw), figures),
        Finding("13", told, "—", spread(_ratios(whole, raw)), None, f"{milliseconds(whole)}, off the tick"),
    ]


def _tell() -> int:
    """Do the piece of work that a tick leaves; how many were done."""
    left = list(OutboxItem.objects.waiting().filter(handler=TELL).values_list("pk", flat=True))
    running.run(ids=left)
    return OutboxItem.objects.filter(pk__in=left, state=OutboxItem.State.DONE).count()


def _insert(horizon: datetime) -> int:
    """As many rounds as a day has, evenly through the day after `horizon`."""
    step = timedelta(minutes=EVERY)
    with connection.cursor() as cursor:
        cursor.execute(RAW, {"first": horizon, "last": horizon + DAY - step, "step": f"{EVERY} minutes"})
        return int(cursor.rowcount)


def _update(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, {"now": at})
        return len(cursor.fetchall())


def _take_back(horizon: datetime) -> None:
    """As it was before: no rounds after `horizon`."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM patrols_round WHERE due_start >= %s", [horizon])
    PlanProgress.objects.update(rounds_until=horizon)
    _vacuum("patrols_round", "patrols_planprogress")


def _vacuum(*tables: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(tables)}")


def _timed(work: Callable[[], int], wanted: int) -> float:
    begin = time.perf_counter()
    done = work()
    took = time.perf_counter() - begin
    if done != wanted:
        raise RuntimeError(f"{done} rounds instead of {wanted}")
    return took


def _ratios(cases: list[float], anchors: list[float]) -> list[float]:
    return [case / anchor for case, anchor in zip(cases, anchors, strict=True)]
