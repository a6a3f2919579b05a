"""Folding beside writers, beside itself, and dying half-way never loses a change."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from core import faults
from core.models import ChangedDay
from kpi.models import DayFigure
from kpi.services.folding import fold_changed, refold
from patrols.services.scanning import record_one
from tests.kpi.conftest import BEGIN, DAYS, World
from tests.kpi.raw import raw_counts
from tests.patrols.factories import scan

pytestmark = pytest.mark.django_db(transaction=True)


def kept(world: World) -> dict[str, float]:
    """The kept counts of the month."""
    total: dict[str, float] = {}
    for counts in DayFigure.objects.filter(site=world.site, zone=None).values_list("counts", flat=True):
        for code, number in counts.items():
            total[code] = total.get(code, 0) + number
    return total


def expected(world: World) -> dict[str, int]:
    """The same by plain SQL."""
    return raw_counts(world.site, world.day(0), world.day(DAYS))


def test_a_fold_that_dies_leaves_the_marks_for_the_next(world: World) -> None:
    marked = ChangedDay.objects.count()
    with faults.armed("kpi.days_folded", "raise:OperationalError"), pytest.raises(OperationalError):
        fold_changed()
    assert ChangedDay.objects.count() == marked
    assert not DayFigure.objects.exists()
    fold_changed()
    assert kept(world) == expected(world)


def test_scans_that_arrive_while_days_are_folded_are_counted(world: World) -> None:
    errors: list[BaseException] = []

    def in_thread(work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - shown by the test
                errors.append(error)
            finally:
                connection.close()

        return threading.Thread(target=guarded)

    stop = threading.Event()

    def write() -> None:
        for number in range(120):
            point = world.points[number % 4]
            record_one(scan(world.guard, point, BEGIN + timedelta(days=number % DAYS, minutes=90 + number)))

    def fold_on() -> None:
        while not stop.is_set():
            fold_changed()

    def refold_on() -> None:
        while not stop.is_set():
            for _day in refold(world.site, world.day(0), world.day(3)):
                pass

    writers = [in_thread(write)]
    folders = [in_thread(fold_on), in_thread(fold_on), in_thread(refold_on)]
    for thread in [*writers, *folders]:
        thread.start()
    for thread in writers:
        thread.join(60)
    stop.set()
    for thread in folders:
        thread.join(60)
    assert not errors
    fold_changed()
    assert kept(world) == expected(world)
