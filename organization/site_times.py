"""Times typed in a form are read as the site's wall clock shows them."""

from datetime import datetime

from django.utils import timezone

from core.recurrence import instant_of
from organization.models import Site


def site_instant(moment: datetime | None, site: Site) -> datetime | None:
    """A time typed as the site's wall clock shows it, as an instant. Forms read it in the server's zone (UTC)."""
    if moment is None:
        return None
    return instant_of(timezone.make_naive(moment, timezone.get_current_timezone()), site.zone_info)


def site_wall(moment: datetime | None, site: Site) -> datetime | None:
    """An instant as the site's wall clock shows it, without zone: what a form's picker is filled with."""
    return None if moment is None else moment.astimezone(site.zone_info).replace(tzinfo=None)
