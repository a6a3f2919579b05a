"""The bundle of a month: whoever reckons it again from its records gets its figures, to the last digit and of one instant."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import connection

from core import changed_days
from core.intervals import poisson, wilson
from core.models import Job, OutboxItem
from core.outbox.running import run
from incidents.counted import COUNTED
from incidents.models import Case
from kpi.indicators import Rate, Share, indicators, live_indicators
from kpi.selectors.counting import days_of
from kpi.selectors.periods import Month
from kpi.services.folding import fold_changed, refold
from kpi.services.reporting import request_report, write
from organization.models import Site, Zone
from patrols.models import Round, Scan
from patrols.services.reviewing import overrule
from tests.conftest import Cast
from tests.kpi.bundles import Bundle
from tests.kpi.conftest import NOW, World
from tests.kpi.heaps import heap
from tests.kpi.raw import raw_counts

MONTH = Month(date(2026, 11, 1))


def bundle_of(site: Site, month: Month = MONTH) -> Bundle:
    """The bundle, read back."""
    file = BytesIO()
    write(Site.objects.select_related("company").get(pk=site.pk), month, "bundle", file)
    return Bundle(file.getvalue())


@pytest.fixture
def filled(world: World, cast: Cast) -> World:
    """The world with a heap of cases of three months, folded, and one scan overruled."""
    zones: list[Zone | None] = [world.gate, world.garage, None]
    heap(world.site, cast.supervisor, zones, datetime(2026, 9, 5, tzinfo=UTC), 75, 260, seed=3)
    scan = Scan.objects.filter(round=world.rounds[0]).earliest("corrected_at")
    overrule(user=cast.supervisor, scan_id=scan.pk, verdict="doubtful", counts=False, note="Not there.")
    list(refold(world.site, date(2026, 9, 1), NOW.date()))
    return world


@pytest.mark.requirement("R056")
def test_cases_reckoned_from_the_records_of_the_bundle_are_its_counts(filled: World) -> None:
    bundle = bundle_of(filled.site)
    for zone in ("", "A1", "B1"):
        kept = {code: n for code, n in bundle.counts(zone).items() if code.split("@")[0] in COUNTED}
        assert bundle.recount_cases(zone) == kept
        assert len(kept) > 25
    assert bundle.counts() == {
        code: number
        for code, number in days_of(filled.site, MONTH.first, MONTH.last).total().items()
        if number
    }


@pytest.mark.requirement("R056")
def test_patrols_reckoned_from_the_records_of_the_bundle_are_its_counts(filled: World) -> None:
    bundle = bundle_of(filled.site)
    expected = raw_counts(filled.site, MONTH.first, MONTH.last)
    assert bundle.recount_patrols() == expected
    assert {code: bundle.counts()[code] for code in expected} == expected
    assert bundle.recount_patrols()["scans_doubtful"] == 1
    in_zone = [row for row in bundle.rows("records/round_zones.csv") if row["zone"] == "B1"]
    judged = {row["round"] for row in bundle.rows("records/rounds.csv") if row["is_cancelled"] == "false"}
    due = sum(int(row["points_due"]) for row in in_zone if row["round"] in judged)
    assert due == bundle.counts("B1")["points_due"]


def test_figures_follow_from_the_counts_to_the_last_digit(filled: World) -> None:
    bundle = bundle_of(filled.site)
    figures, counts = bundle.figures(), bundle.counts()
    assert figures.keys() == live_indicators().keys()
    for code, indicator in live_indicators().items():
        row = figures[code]
        if not isinstance(indicator, Share) or indicator.window > 1 or not indicator.is_part:
            continue
        numerator, denominator = indicator.numerator.number(counts), indicator.denominator.number(counts)
        assert row["denominator"] == f"{denominator:g}", code
        assert row["value"] == (repr(numerator / denominator) if denominator else ""), code
        interval = wilson(numerator, denominator)
        assert (row["low"], row["high"]) == (
            (repr(interval.low), repr(interval.high)) if interval else ("", "")
        )
    assert {row["site"] for row in figures.values()} == {filled.site.code}


def test_a_rate_over_twelve_months_follows_from_counts_of_all_of_them(filled: World) -> None:
    filled.site.population, filled.site.households = 3_000, 1_000
    filled.site.save(update_fields=["population", "households"])
    bundle = bundle_of(filled.site)
    rate, row = indicators()["K21"], bundle.figures()["K21"]
    assert isinstance(rate, Rate)
    number = sum(
        int(line["number"])
        for line in bundle.rows("counts.csv")
        if line["measure"] == "incidents_security" and not line["zone"]
    )
    assert number > bundle.counts()["incidents_security"] > 0
    assert (row["numerator"], row["denominator"]) == (str(number), str(bundle.manifest["population"]))
    assert row["value"] == repr(number / 3_000)
    assert row["high"] == repr(poisson(number).high / 3_000)


def test_nobody_is_named_and_nothing_typed_is_in_it(filled: World, cast: Cast) -> None:
    Case.objects.update(title="CANARY", description="CANARY", place="CANARY", reporter_name="CANARY")
    bundle = bundle_of(filled.site)
    everything = b"".join(bundle.archive.read(name) for name in bundle.archive.namelist()).decode()
    assert "CANARY" not in everything
    for person in (cast.guard, cast.supervisor):
        assert person.name not in everything


def test_a_code_that_could_be_a_formula_is_text(filled: World) -> None:
    Zone.objects.filter(pk=filled.gate.pk).update(code='=cmd|"/c calc"!A1')
    rows = bundle_of(filled.site).rows("counts.csv")
    assert {row["zone"] for row in rows} == {"", '\'=cmd|"/c calc"!A1', "B1"}


def test_the_fingerprint_changes_with_a_figure_and_only_then(filled: World) -> None:
    first = bundle_of(filled.site).manifest
    with time_machine.travel(NOW, tick=False):
        again = bundle_of(filled.site).manifest
    assert first["content_sha256"] == again["content_sha256"]
    Round.objects.filter(pk=filled.rounds[0].pk).update(status="missed")
    changed_days.mark([(filled.site.pk, filled.day(0))])
    assert bundle_of(filled.site).manifest["content_sha256"] != first["content_sha256"]


class Meddler(BytesIO):
    """A file at whose first bytes somebody else changes the records, and commits."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        super().__init__()
        self.meddle: Callable[[], None] | None = meddle

    def write(self, data: Any) -> int:
        """Meddle once, from a connection of its own, and then write."""
        if self.meddle is not None:
            work, self.meddle = self.meddle, None
            thread = threading.Thread(target=self._meddle, args=[work])
            thread.start()
            thread.join()
        return super().write(data)

    @staticmethod
    def _meddle(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()


@pytest.mark.fault("F49")
@pytest.mark.django_db(transaction=True)
def test_what_changes_while_it_is_written_is_in_it_nowhere(filled: World) -> None:
    def meddle() -> None:
        with time_machine.travel(NOW, tick=False):
            Round.objects.filter(site=filled.site).update(status="missed", visited=[])
            Case.objects.filter(site=filled.site).update(counted_due_at=NOW, first_reply_at=None)
            changed_days.mark((filled.site.pk, filled.day(number)) for number in range(20))
            fold_changed()

    before = bundle_of(filled.site)
    file = Meddler(meddle)
    write(Site.objects.select_related("company").get(pk=filled.site.pk), MONTH, "bundle", file)
    during, after = Bundle(file.getvalue()), bundle_of(filled.site)
    assert during.manifest["content_sha256"] == before.manifest["content_sha256"]
    assert during.counts() == before.counts() != after.counts()
    for bundle in (during, after):
        assert bundle.recount_patrols() == {
            code: number
            for code, number in bundle.counts().items()
            if code.startswith(("rounds_", "points_", "scans_"))
        }
        kept = {code: n for code, n in bundle.counts().items() if code.split("@")[0] in COUNTED}
        assert bundle.recount_cases() == kept


@pytest.mark.django_db(transaction=True)
def test_a_job_leaves_the_bundle(world: World, cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    job = request_report(user=cast.auditor, site=world.site, month=MONTH, form="bundle")
    run(ids=[OutboxItem.objects.get(handler="core.run_job", key=str(job.pk)).pk])
    job.refresh_from_db()
    assert (job.state, job.error, job.file_name) == (Job.State.DONE, "", "main-2026-11-report.zip")
    with job.file.open("rb") as file:
        assert Bundle(file.read()).counts()["rounds_due"] == 16
