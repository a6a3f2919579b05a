"""The calendar of due dates: a month or a week."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from core import navigation
from core.clock import local, now
from core.plausible_days import YEARS
from incidents.filters import zone_of
from incidents.selectors.calendar import weeks

WEEK, MONTH = "week", "month"


def case_calendar(request: HttpRequest) -> HttpResponse:
    """What is due when; `?day=` any day of it, `?view=week` or month."""
    zone, moment = zone_of(request), now()
    today = local(moment, zone).date()
    day = _asked(request.GET.get("day", ""), today)
    view = WEEK if request.GET.get("view") == WEEK else MONTH
    start = day if view == WEEK else day.replace(day=1)
    first = start - timedelta(days=start.weekday())
    many = 1 if view == WEEK else _weeks_of(start, first)
    site = navigation.current_site(request)
    before = day - timedelta(days=7) if view == WEEK else start - timedelta(days=1)
    after = day + timedelta(days=7) if view == WEEK else (start + timedelta(days=31)).replace(day=1)
    context = {
        "weeks": weeks(
            request.user,
            first=first,
            many=many,
            month=start.month if view == MONTH else None,
            zone=zone,
            moment=moment,
            site_id=site.pk if site is not None else None,
        ),
        "view": view,
        "shown": start,
        "first": first,
        "last": first + timedelta(days=7 * many - 1),
        "before": before,
        "after": after,
        "day": day,
        "today": today,
    }
    return render(request, "incidents/calendar.html", context)


def _asked(text: str, today: date) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day is not None and day.year in YEARS else today


def _weeks_of(start: date, first: date) -> int:
    """Weeks from Monday `first` that a month beginning on `start` touches."""
    end = (start + timedelta(days=31)).replace(day=1)
    return -(-(end - first).days // 7)
