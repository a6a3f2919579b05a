"""One run from an empty database to the page of results."""

import os
import time
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from benchmarks import batching, cases, generator, pages, posting, results, rounds, tiers, world
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


def run(*, tiny: bool, output: Path, begin: float, load: float) -> None:
    """Prepare, measure, write."""
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
        findings = _measure(made, tier, small, begin, desk)
    finally:
        pages.drop_copy(small)
    took = time.perf_counter() - begin
    results.write(output, tier, findings, began=began, took=took, load=(load, os.getloadavg()[0]))
    for finding in findings:
        print(
            f"{finding.goal:>3}  {finding.target:8}  {finding.measured:28}  {finding.verdict:12}  {finding.what}"
        )
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
    made: world.World, tier: tiers.Tier, small: str, begin: float, desk: cases.Desk
) -> list[results.Finding]:
    _say(begin, "goal 8: the live page")
    page = pages.run(made, tier, small)
    _say(begin, "goals 8 and 9: cases")
    page += cases.run(desk, tier, small)
    with serving() as port:
        _say(begin, "goals 1 and 3: one scan")
        single = posting.run(made, tier, port)
        _say(begin, "goal 4: batches")
        batch = batching.run(made, tier, port)
    _say(begin, "goal 13: rounds")
    return [*single[:1], NOT_MEASURED, *single[1:], *batch, *page, *rounds.run(made, tier)]


def _settle() -> None:
    """So that no measurement pays for what was prepared."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _say(begin: float, text: str) -> None:
    print(f"{time.perf_counter() - begin:6.1f} s  {text}", flush=True)
