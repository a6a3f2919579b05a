"""Times typed in a form are read as the site's wall clock shows them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.forms import DateTimeField
from django.utils import timezone

from core.recurrence import instant_of
from organization.models import Site


def site_instant(moment: datetime | None, site: Site) -> datetime | None:
    """A time typed as the site's wall clock shows it, as an instant. Forms read it in the server's zone (UTC).

    Raises ValidationError for the first and last hours of all, which have no instant everywhere.
    """
    if moment is None:
        return None
    try:
        return instant_of(timezone.make_naive(moment, timezone.get_current_timezone()), site.zone_info)
    except OverflowError as error:
        raise ValidationError(DateTimeField.default_error_messages["invalid"], code="invalid") from error


def site_wall(moment: datetime | None, site: Site) -> datetime | None:
    """An instant as the site's wall clock shows it, without zone: what a form's picker is filled with."""
    return None if moment is None else moment.astimezone(site.zone_info).replace(tzinfo=None)
