"""Counts behind K07: alarms received, and those that were false, per site-local day, from the records.

A day is counted in one statement, and read row by row for lists and the nightly comparison; the two are written apart.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from core.recurrence import begin_of, span_of
from incidents.categories import FIRE_FALSE_ALARM
from incidents.models import SILENCE, TRIAL, Alarm, AlarmNature, AlarmState
from organization.models import Site, Zone

_RECEIVED = ~Q(code__in=(SILENCE, TRIAL)) & ~Q(nature=AlarmNature.TEST)
#: Measure -> the condition; all by the time of receipt.
ALARM_MEASURES: dict[str, Q] = {
    "alarms_received": _RECEIVED,
    "alarms_false": _RECEIVED
    & (
        Q(state=AlarmState.FALSE)
        | Q(case__kind="incident", case__state="false_alarm")
        | Q(case__kind="incident", case__subcategory=FIRE_FALSE_ALARM)
    ),
}

_DAYS = f"""
SELECT d.day, grouping(a.zone_id) = 1, a.zone_id, count(*),
    count(*) FILTER (WHERE a.state = 'false' OR c.state = 'false_alarm' OR c.subcategory = '{FIRE_FALSE_ALARM}')
FROM unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS d(day, begins, ends)
    JOIN incidents_alarm a ON a.site_id = %(site)s AND a.received_at >= d.begins AND a.received_at < d.ends
    LEFT JOIN incidents_case c ON c.id = a.case_id AND c.kind = 'incident'
WHERE a.code NOT IN ('{SILENCE}', '{TRIAL}') AND a.nature <> 'test'
GROUP BY GROUPING SETS ((d.day), (d.day, a.zone_id))
"""  # noqa: S608 - of constants


def alarm_counts_of_days(site: Site, days: Collection[date]) -> dict[date, dict[int | None, dict[str, int]]]:
    """The counts of several days of a site, of each zone and of the whole; zeros are left out."""
    ordered = sorted(days)
    parameters: dict[str, Any] = {
        "site": site.pk,
        "days": ordered,
        "begins": [begin_of(day, site.zone_info) for day in ordered],
        "ends": [begin_of(day + timedelta(days=1), site.zone_info) for day in ordered],
    }
    found: dict[date, dict[int | None, dict[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, parameters)
        for day, is_whole, zone_id, received, false in cursor.fetchall():
            if is_whole or zone_id is not None:
                counts = {"alarms_received": received, "alarms_false": false}
                found.setdefault(day, {})[None if is_whole else zone_id] = {
                    code: number for code, number in counts.items() if number
                }
    return found


def alarms_counted(
    measure: str, site: Site, first: date, last: date, zone: Zone | None = None
) -> "QuerySet[Alarm]":
    """The alarms behind a measure of a site, or of one of its zones, from `first` to `last`, both included."""
    begin, end = span_of(first, last, site.zone_info)
    rows: QuerySet[Alarm] = Alarm.objects.filter(
        ALARM_MEASURES[measure], site=site, received_at__gte=begin, received_at__lt=end
    )
    return rows if zone is None else rows.filter(zone=zone)
