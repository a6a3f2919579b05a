"""Times typed in forms where a calendar begins and ends."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from collaboration.forms.fields import SiteTimeField
from organization.models import Site
from organization.site_times import site_instant


@pytest.mark.parametrize(
    ("zone", "typed"),
    [
        ("Asia/Shanghai", datetime(1, 1, 1, tzinfo=UTC)),
        ("America/New_York", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_hours_without_an_instant_are_no_valid_time(zone: str, typed: datetime) -> None:
    """East of Greenwich the first hours lie before all time, west of it the last ones after."""
    field = SiteTimeField()
    field.zone = ZoneInfo(zone)
    with pytest.raises(ValidationError, match="valid date"):
        site_instant(typed, Site(time_zone=zone))
    with pytest.raises(ValidationError, match="valid date"):
        field.clean(typed.strftime("%Y-%m-%dT%H:%M").zfill(16))


def test_another_time_is_read_from_the_wall_of_the_site() -> None:
    """Eight hours before the clock of Greenwich."""
    site = Site(time_zone="Asia/Shanghai")
    assert site_instant(datetime(2026, 11, 27, 8, tzinfo=UTC), site) == datetime(2026, 11, 27, tzinfo=UTC)
    assert site_instant(None, site) is None
