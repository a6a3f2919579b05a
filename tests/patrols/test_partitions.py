"""Months of the scan table."""

from datetime import UTC, datetime

import time_machine
from django.db import connection

from core.ids import uuid7
from patrols.expectations import scans_outside_their_month
from patrols.models import Scan
from patrols.services.partitions import ensure, misplaced
from patrols.services.scanning import record_one
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import scan

JANUARY = datetime(2031, 1, 20, tzinfo=UTC)


def rows(table: str) -> int:
    """Rows of one partition."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_five_months_are_kept_around_now_over_the_turn_of_the_year(db: None) -> None:
    with time_machine.travel(JANUARY, tick=False):
        assert ensure() == [
            f"patrols_scan_{name}" for name in ("2030_12", "2031_01", "2031_02", "2031_03", "2031_04")
        ]
        assert ensure() == []


def test_scans_that_came_before_their_month_are_moved_into_it(cast: Cast, beat: Beat) -> None:
    with time_machine.travel(JANUARY, tick=False):
        one = scan(cast.guard, beat.points[0], JANUARY, id=uuid7(JANUARY))
        old = scan(cast.guard, beat.points[0], JANUARY, id=uuid7(datetime(1970, 1, 2, tzinfo=UTC)))
        record_one(one)
        record_one(old)
        assert misplaced() == 1
        assert [finding.details for finding in scans_outside_their_month()] == [{"count": 1}]
        ensure()
        assert misplaced() == 0
        assert list(scans_outside_their_month()) == []
        assert (rows("patrols_scan_2031_01"), rows("patrols_scan_default")) == (1, 1)
        assert record_one(one).state == "known"
        assert Scan.objects.count() == 2
