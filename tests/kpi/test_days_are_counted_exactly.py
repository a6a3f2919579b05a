"""Daily figures equal plain SQL over the records: after a fold, after a late batch, after an overrule."""

from datetime import date, timedelta

import pytest

from core import changed_days
from core.models import ChangedDay
from kpi.indicators import Scope, indicators, measures
from kpi.indicators.patrols import K09, K10
from kpi.models import DayFigure
from kpi.selectors.counting import days_of, months_of
from kpi.selectors.periods import Month
from kpi.services.checking import recount
from kpi.services.folding import fold, fold_changed, refold
from patrols.models import Scan
from patrols.services.checkpoints import change_checkpoint
from patrols.services.reviewing import overrule
from tests.conftest import Cast
from tests.kpi.conftest import DAYS, NOW, World
from tests.kpi.raw import raw_counts
from tests.patrols.factories import RoundFactory

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def kept(world: World) -> dict[str, float]:
    """What is kept of the whole site's days, added up."""
    total: dict[str, float] = {}
    for counts in DayFigure.objects.filter(site=world.site, zone=None).values_list("counts", flat=True):
        for code, number in counts.items():
            total[code] = total.get(code, 0) + number
    return total


def test_the_world_holds_every_outcome(world: World) -> None:
    counted = raw_counts(world.site, FIRST, LAST)
    assert counted["rounds_due"] == 16
    assert counted["rounds_completed"] == counted["rounds_late"] == counted["rounds_partial"] == 4
    assert counted["rounds_missed"] == counted["rounds_cancelled"] == 4
    assert counted["scans_verified"] > 0
    assert counted["scans_plausible"] > 0


@pytest.mark.requirement("R056")
def test_folded_days_equal_plain_sql(world: World) -> None:
    assert fold_changed() == DAYS
    assert kept(world) == raw_counts(world.site, FIRST, LAST)
    assert not ChangedDay.objects.exists()


def test_figures_are_exact_before_the_fold_has_run(world: World) -> None:
    assert not DayFigure.objects.exists()
    assert days_of(world.site, FIRST, LAST).total() == raw_counts(world.site, FIRST, LAST)


def test_each_day_equals_plain_sql(world: World) -> None:
    fold_changed()
    days = days_of(world.site, FIRST, LAST)
    for number in range(DAYS):
        day = world.day(number)
        assert days.day(day) == raw_counts(world.site, day, day)


@pytest.mark.requirement("R056")
def test_a_late_batch_changes_the_day_it_belongs_to(world: World) -> None:
    fold_changed()
    before = kept(world)
    missed = world.rounds[3]
    world.walk(missed, world.points, delay=6 * 24 * 3600)
    assert fold_changed() == 1
    after = kept(world)
    assert after == raw_counts(world.site, FIRST, LAST)
    assert after["rounds_missed"] == before["rounds_missed"] - 1
    assert after["rounds_completed"] == before["rounds_completed"] + 1
    assert after["scans_late_upload"] == 4


@pytest.mark.requirement("R056")
def test_an_overrule_changes_its_round_and_its_day(world: World, cast: Cast) -> None:
    fold_changed()
    round_ = world.rounds[0]
    scan = Scan.objects.filter(round=round_).order_by("corrected_at").first()
    assert scan is not None
    overrule(user=cast.supervisor, scan_id=scan.pk, verdict="doubtful", counts=False, note="Seen elsewhere.")
    fold_changed()
    total = kept(world)
    assert total == raw_counts(world.site, FIRST, LAST)
    assert total["scans_doubtful"] == 1
    assert total["rounds_completed"] == 3


def test_a_round_counts_in_each_zone_it_passes_and_once_in_the_total(world: World) -> None:
    fold_changed()
    days = days_of(world.site, FIRST, LAST)
    gate, garage, whole = days.total(world.gate.pk), days.total(world.garage.pk), days.total()
    assert gate["rounds_due"] == garage["rounds_due"] == whole["rounds_due"] == 16
    assert (gate["points_due"], garage["points_due"], whole["points_due"]) == (32, 16, 64)
    assert gate["points_visited"] == 24  # completed, late and partial rounds saw both points of the gate
    assert garage["points_visited"] == 8
    assert whole["points_visited"] == 24 + 8 + 8


def test_a_point_takes_its_visits_into_another_zone(world: World, cast: Cast) -> None:
    fold_changed()
    change_checkpoint(user=cast.supervisor, checkpoint=world.points[3], zone=world.garage)
    fold_changed()
    days = days_of(world.site, FIRST, LAST)
    assert days.total(world.garage.pk)["points_due"] == 32
    assert days.total() == raw_counts(world.site, FIRST, LAST)


def test_zones_agree_with_the_records(world: World) -> None:
    fold_changed()
    days = days_of(world.site, FIRST, LAST)
    for zone in (world.gate, world.garage):
        scope = Scope(world.site, FIRST, LAST, zone)
        counted = {code: measure.recount(scope) for code, measure in measures().items()}
        assert days.total(zone.pk) == {code: number for code, number in counted.items() if number}


def test_the_second_opinion_agrees(world: World) -> None:
    for number in range(DAYS):
        day = world.day(number)
        assert recount(world.site, day) == raw_counts(world.site, day, day)


def test_folding_twice_changes_nothing(world: World) -> None:
    fold_changed()
    before = list(DayFigure.objects.order_by("day", "zone").values_list("day", "zone", "counts"))
    for number in range(DAYS):
        changed_days.mark([(world.site.pk, world.day(number))])
    fold_changed()
    assert list(DayFigure.objects.order_by("day", "zone").values_list("day", "zone", "counts")) == before


def test_a_range_can_be_folded_again(world: World) -> None:
    fold_changed()
    DayFigure.objects.filter(site=world.site).update(counts={"rounds_due": 999})
    assert len(list(refold(world.site, FIRST, date(2026, 11, 20)))) == 20
    assert kept(world) == raw_counts(world.site, FIRST, LAST)


def test_a_day_that_became_empty_leaves_no_row(world: World) -> None:
    fold_changed()
    day = world.day(3)
    world.rounds[3].delete()
    fold(world.site, [day])
    assert not DayFigure.objects.filter(site=world.site, day=day).exists()


def test_a_round_counts_from_the_moment_it_is_judged(empty_world: World) -> None:
    RoundFactory.create(plan=empty_world.plan, due_start=NOW - timedelta(minutes=5))
    total = days_of(empty_world.site, FIRST, LAST).total()
    assert total == {}
    assert indicators()["K09"].value(total, empty_world.site) is None


def test_a_round_belongs_to_the_local_day_it_is_due(empty_world: World) -> None:
    """Half past midnight in Shanghai on the 20th is still the 19th in UTC."""
    due = NOW.replace(day=19, hour=16, minute=30)
    row = RoundFactory.create(plan=empty_world.plan, due_start=due)
    empty_world.walk(row, empty_world.points)
    fold_changed()
    assert days_of(empty_world.site, date(2026, 11, 20), date(2026, 11, 20)).total()["rounds_due"] == 1
    assert days_of(empty_world.site, date(2026, 11, 19), date(2026, 11, 19)).total() == {}


def test_months_add_up_their_days(world: World) -> None:
    fold_changed()
    month = Month(FIRST)
    assert months_of([world.site.pk], month.previous, month)[world.site.pk] == {
        month: raw_counts(world.site, FIRST, LAST)
    }


def test_the_catalogue_names_what_it_counts() -> None:
    assert K09.value({"rounds_due": 50, "rounds_completed": 49}) == 0.98
    assert K09.meets(0.98, K09.target) is True
    assert K10.meets(0.979, K10.target) is False
    assert K10.value({}) is None
    assert K10.meets(None, K10.target) is None
