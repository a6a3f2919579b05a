"""Times typed in a form are read as the site's wall clock shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.forms import DateTimeField
from django.utils import timezone

from core.recurrence import instant_of
from organization.models import Site


def site_instant(moment: datetime | None, site: Site) -> datetime | None:
    """A time typed as the site's wall clock shows it, as an instant (see `wall_instant`); None of none."""
    return None if moment is None else wall_instant(moment, site.zone_info)


def wall_instant(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a form read in the server's zone (UTC), meant as a wall clock in `zone` shows it.

    Raises ValidationError for the first and last hours of all, which have no instant everywhere.
    """
    server = timezone.get_current_timezone()
    wall = timezone.make_naive(moment, server) if timezone.is_aware(moment) else moment
    try:
        return instant_of(wall, zone)
    except OverflowError as error:
        raise ValidationError(DateTimeField.default_error_messages["invalid"], code="invalid") from error


def site_wall(moment: datetime | None, site: Site) -> datetime | None:
    """An instant as the site's wall clock shows it, without zone: what a form's picker is filled with."""
    return None if moment is None else moment.astimezone(site.zone_info).replace(tzinfo=None)
