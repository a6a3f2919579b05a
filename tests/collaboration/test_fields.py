"""Times of a site typed in forms."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from collaboration.forms.fields import SiteTimeField


def in_zone(zone: str) -> SiteTimeField:
    """The field of a site there."""
    field = SiteTimeField()
    field.zone = ZoneInfo(zone)
    return field


@pytest.mark.parametrize(
    ("zone", "typed"), [("Asia/Shanghai", "0001-01-01T00:00"), ("America/New_York", "9999-12-31T23:59")]
)
def test_hours_without_an_instant_are_no_valid_time(zone: str, typed: str) -> None:
    """East of Greenwich the first hours lie before all time, west of it the last ones after."""
    with pytest.raises(ValidationError, match="valid date"):
        in_zone(zone).clean(typed)


def test_another_time_is_read_from_the_wall_of_the_site() -> None:
    """Eight hours before the clock of Greenwich."""
    found = in_zone("Asia/Shanghai").clean("2026-11-27T08:00")
    assert found == datetime(2026, 11, 27, tzinfo=UTC)
