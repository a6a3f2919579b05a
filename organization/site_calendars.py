"""Working days and opening hours of sites: the company's holidays and worked weekends, the site's business hours."""

from collections import defaultdict
from collections.abc import Iterable

from core.recurrence import Calendar, hours_from_json
from organization.models import Holiday, Site


def calendar_of(site: Site) -> Calendar:
    """The calendar of one site; one query."""
    return calendars_of([site])[site.pk]


def calendars_of(sites: Iterable[Site]) -> dict[int, Calendar]:
    """The calendar of each site by its key; one query. Equal ones are one object, so that rules are read once for all."""
    rows = list(sites)
    days: defaultdict[int, list[Holiday]] = defaultdict(list)
    for holiday in Holiday.objects.filter(company_id__in={site.company_id for site in rows}):
        days[holiday.company_id].append(holiday)
    known: dict[tuple[int, str], Calendar] = {}
    found = {}
    for site in rows:
        company = site.company_id if days[site.company_id] else 0
        key = (company, repr(site.business_hours))
        if key not in known:
            known[key] = Calendar(
                holidays=frozenset(row.day for row in days[site.company_id] if not row.is_working_day),
                working_days=frozenset(row.day for row in days[site.company_id] if row.is_working_day),
                hours=hours_from_json(site.business_hours),
            )
        found[site.pk] = known[key]
    return found
