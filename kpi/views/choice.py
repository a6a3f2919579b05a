"""What a page of figures is about: the site, the months that may be chosen, and a zone."""

from dataclasses import dataclass

from django.http import HttpRequest

from core import navigation, policies
from kpi.models import DayFigure
from kpi.selectors.counting import first_month
from kpi.selectors.periods import Month
from organization.access import OVERSIGHT, sites_of
from organization.models import Site, Zone

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


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """The zones a page of figures can be narrowed to, by code, and the one the address names; None: the whole site."""

    zones: list[Zone]
    zone: Zone | None


def zone_choice(request: HttpRequest, site: Site) -> ZoneChoice:
    """What ?zone= asks for; what is no zone of the site is left out, as if nobody had asked. One query.

    Zones in use are offered; one that is not any more only where the address names it, so that its past opens too.
    """
    asked = request.GET.get("zone", "")
    known = Zone.objects.filter(site=site).order_by("code")
    zones = [zone for zone in known if zone.is_active or str(zone.pk) == asked]
    return ZoneChoice(zones, next((zone for zone in zones if str(zone.pk) == asked), None))
