"""What a page of figures is about: the site and the months that may be chosen."""

from django.http import HttpRequest

from core import navigation, policies
from kpi.models import DayFigure
from kpi.selectors.counting import first_month
from kpi.selectors.periods import Month
from organization.access import OVERSIGHT, sites_of
from organization.models import Site

#: Months offered for choosing.
MONTHS = 24


def overseen_site(request: HttpRequest) -> Site | None:
    """The site chosen in the header, else the first one the person oversees; None when there is no site yet.

    Raises PermissionDenied for a site, or a person, without that role.
    """
    sites = sites_of(request.user, OVERSIGHT)
    chosen: Site | None = navigation.current_site(request)
    if chosen is not None:
        policies.require(request.user, "view", DayFigure, parent=chosen)
        return chosen
    if not sites:
        policies.require(request.user, "view", DayFigure)
        return None
    return sites[0]


def months_offered(site: Site, current: Month, shown: Month) -> list[Month]:
    """The months offered: since the first figures, at most two years, latest first; always the shown one."""
    earliest = first_month(site) or current
    offered = [current.back(number) for number in range(MONTHS)]
    kept = [one for one in offered if one >= min(earliest, current.previous)]
    return kept if shown in kept else [*kept, shown]
