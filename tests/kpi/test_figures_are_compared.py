"""The nightly comparison finds a wrong number, tells the auditor, and has the day counted again."""

import random
from datetime import timedelta

import pytest
import time_machine

from core import changed_days
from core.models import ChangedDay
from kpi import expectations
from kpi.models import DayFigure, FigureCheck
from kpi.services.checking import check, check_sample
from kpi.services.folding import fold_changed
from organization.models import Site
from tests.kpi.conftest import NOW, World
from tests.kpi.raw import raw_counts


@pytest.fixture
def folded(world: World) -> World:
    """Everything counted."""
    Site.objects.exclude(pk=world.site.pk).update(is_active=False)
    fold_changed()
    return world


def spoil(world: World) -> None:
    """Somebody writes a wrong number into a kept day."""
    DayFigure.objects.filter(site=world.site, zone=None, day=world.day(0)).update(counts={"rounds_due": 7})


def test_right_figures_pass(folded: World) -> None:
    assert check(folded.site, [folded.day(number) for number in range(20)]) == 0
    assert not list(expectations.figures_that_differ())


def test_a_wrong_number_is_found_told_and_counted_again(folded: World) -> None:
    spoil(folded)
    assert check(folded.site, [folded.day(0)]) > 0
    (finding,) = expectations.figures_that_differ()
    assert finding.site_id == folded.site.pk
    assert finding.details["day"] == folded.day(0).isoformat()
    assert fold_changed() == 1
    day = folded.day(0)
    assert DayFigure.objects.get(site=folded.site, zone=None, day=day).counts == raw_counts(
        folded.site, day, day
    )


def test_the_next_night_looks_again_and_is_content(folded: World) -> None:
    spoil(folded)
    check(folded.site, [folded.day(0)])
    fold_changed()
    assert check_sample(random.Random(1)) == 0
    assert folded.day(0).isoformat() in FigureCheck.objects.get(pk=folded.site.pk).days
    assert not list(expectations.figures_that_differ())


def test_a_day_that_waits_to_be_counted_is_no_difference(folded: World) -> None:
    spoil(folded)
    changed_days.mark([(folded.site.pk, folded.day(0))])
    assert check(folded.site, [folded.day(0)]) == 0


def test_days_that_wait_too_long_are_told(folded: World) -> None:
    changed_days.mark([(folded.site.pk, folded.day(0))])
    assert not list(expectations.days_waiting())
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        (finding,) = expectations.days_waiting()
    assert finding.details == {"count": 1}
    ChangedDay.objects.all().delete()


def test_nobody_comparing_for_two_days_is_told(folded: World) -> None:
    assert not list(expectations.nobody_compares())
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert len(list(expectations.nobody_compares())) == 1
        check_sample(random.Random(1))
        assert not list(expectations.nobody_compares())
