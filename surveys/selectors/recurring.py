"""On which days a plan falls due."""

from datetime import date, datetime, time, timedelta

from core.recurrence import Calendar, instant_of, occurrences
from surveys.models import SurveyPlan


def due_days(plan: SurveyPlan, first: date, last: date, calendar: Calendar) -> list[date]:
    """The days at the site on which the plan (with its site) is due, from `first` to `last`, both included.

    `calendar` is the site's: the rule says whether a holiday is skipped or moves the day (core.recurrence.OnDays).
    """
    zone = plan.site.zone_info
    start = instant_of(datetime.combine(max(first, plan.starts_on), time()), zone)
    end = instant_of(datetime.combine(last + timedelta(days=1), time()), zone)
    found = occurrences(plan.rule, zone=zone, calendar=calendar, start=start, end=end)
    return sorted({one.due_at.astimezone(zone).date() for one in found})
