"""One run from an empty database to the page of results."""

import os
import time
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from benchmarks import (
    batching,
    cases,
    figures,
    generator,
    pages,
    posting,
    reports,
    results,
    rounds,
    tiers,
    workbooks,
    world,
)
from benchmarks.server import serving
from core.clock import now
from organization.models import Company
from patrols.models import Round, RoundStatus
from patrols.services.materialising import materialise

#: The last hours of the table, which both databases of goal 8 have.
RECENT = timedelta(hours=10)

NOT_MEASURED = results.Finding(
    "2", "one scan posted, to a ping of Healthchecks on the same server", "≥ 3 ×", "not measured", None,
    "Healthchecks comes as a repository, not as a package that the registries used here offer",
)  # fmt: skip


#: The goals by which measurements are chosen; goal 3 comes with 1, 9 with 8, 11 with 10. No goal is set for reports of all sites.
GOALS = ("1", "4", "8", "10", "12", "13", "reports")


def run(*, tiny: bool, output: Path | None, begin: float, load: float, goals: frozenset[str]) -> None:
    """Prepare, measure, write (without `output` only print)."""
    if not goals <= set(GOALS):
        raise SystemExit(f"Goals are chosen from {', '.join(GOALS)}.")
    tier, began = tiers.chosen(tiny=tiny), now()
    call_command("migrate", verbosity=0, skip_checks=True)
    if Company.objects.exists():
        raise SystemExit("The database has data; benchmarks need an empty one of their own.")
    _say(begin, "making sites, points, plans and rounds")
    made = _prepare(tier)
    desk = cases.prepare(made, began)
    _settle()
    small = pages.copy_database()
    try:
        _say(begin, f"making {tier.scans:,} scans")
        generator.history(made, began - RECENT, tier.scans - tier.recent)
        _say(begin, f"making {tier.cases:,} cases")
        cases.history(made, began, tier.cases - cases.RECENT)
        _settle()
        findings = _measure(made, tier, small, begin, goals, desk)
    finally:
        pages.drop_copy(small)
    for finding in findings:
        print(
            f"{finding.goal:>7}  {finding.target:8}  {finding.measured:28}  {finding.verdict:12}  {finding.what}"
        )
    if output is not None:
        took = time.perf_counter() - begin
        results.write(output, tier, findings, began=began, took=took, load=(load, os.getloadavg()[0]))
        print(f"Written to {output}")


def _prepare(tier: tiers.Tier) -> world.World:
    """The company, three days of rounds with the past ones judged, and the scans of the last hours."""
    made = world.build(tier.sites)
    moment = now()
    materialise(moment)
    Round.objects.filter(closes_at__lte=moment).update(status=RoundStatus.MISSED, judged_at=moment)
    generator.fill(made, moment - RECENT, moment, tier.recent, "recent")
    _settle()
    return made


def _measure(
    made: world.World, tier: tiers.Tier, small: str, begin: float, goals: frozenset[str], desk: cases.Desk
) -> list[results.Finding]:
    page: list[results.Finding] = []
    single: list[results.Finding] = []
    batch: list[results.Finding] = []
    if "8" in goals:
        _say(begin, "goal 8: the live page")
        page = pages.run(made, tier, small)
        _say(begin, "goals 8 and 9: cases")
        page += cases.run(desk, tier, small)
    if goals & {"1", "4"}:
        with serving() as port:
            if "1" in goals:
                _say(begin, "goals 1 and 3: one scan")
                single = posting.run(made, tier, port)
                single.insert(1, NOT_MEASURED)
            if "4" in goals:
                _say(begin, "goal 4: batches")
                batch = batching.run(made, tier, port)
    found = [*single, *batch, *page]
    if "10" in goals:
        _say(begin, "goals 10 and 11: counting the days of a month")
        figures.prepare(made)
        _settle()
        _say(begin, "goals 10 and 11: figures")
        found += figures.run(made, tier)
    if "12" in goals:
        _say(begin, "goal 12: workbooks")
        found += workbooks.run(tier)
    if "13" in goals:
        _say(begin, "goal 13: rounds")
        found += rounds.run(made, tier)
    if "reports" in goals:
        _say(begin, "reports of all sites")
        found += reports.run(made, tier)
    return found


def _settle() -> None:
    """So that no measurement pays for what was prepared."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _say(begin: float, text: str) -> None:
    print(f"{time.perf_counter() - begin:6.1f} s  {text}", flush=True)
