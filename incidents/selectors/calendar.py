"""When open cases are due, day by day, with the extensions that are asked for."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from core.clock import local
from core.recurrence import begin_of
from incidents.models import Case, Extension

#: Of one day; the rest is a link away.
MOST = 5
#: Read for one page at most.
MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class Due:
    """A case that is due, or would be if its extension is granted (`is_asked`)."""

    case: Case
    at: datetime
    is_late: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar with its first cases."""

    date: date
    dues: list[Due]
    is_today: bool
    is_other_month: bool
    more: int
    url: str


def weeks(
    user: Any,
    *,
    first: date,
    many: int,
    month: int | None,
    zone: ZoneInfo,
    moment: datetime,
    site_id: int | None,
) -> list[list[Day]]:
    """`many` weeks from Monday `first`; days are local to `zone`. Two queries, whatever is due."""
    last = first + timedelta(weeks=many)
    begin, end = (begin_of(day, zone) for day in (first, last))
    rows = Case.objects.visible_to(user).filter(closed_at=None, resolved_at=None)
    rows = rows.filter(site_id=site_id) if site_id is not None else rows
    found: dict[date, list[Due]] = defaultdict(list)
    due = rows.filter(due_at__gte=begin, due_at__lt=end).select_related("site").order_by("due_at", "pk")
    for case in due[:MOST_READ]:
        assert case.due_at is not None
        found[local(case.due_at, zone).date()].append(Due(case, case.due_at, case.due_at < moment, False))
    asked = Extension.objects.filter(case__in=rows, is_granted=None, until__gte=begin, until__lt=end)
    for one in asked.select_related("case__site").order_by("until", "pk")[:MOST_READ]:
        found[local(one.until, zone).date()].append(Due(one.case, one.until, False, True))
    today = local(moment, zone).date()
    days = [first + timedelta(days=n) for n in range(7 * many)]
    made = [_day(day, found[day], today, month) for day in days]
    return [made[n : n + 7] for n in range(0, len(made), 7)]


def _day(day: date, dues: list[Due], today: date, month: int | None) -> Day:
    listed = f"{reverse('incidents:cases')}?status=open&due_first={day}&due_last={day}"
    return Day(
        date=day,
        dues=dues[:MOST],
        is_today=day == today,
        is_other_month=month is not None and day.month != month,
        more=max(len(dues) - MOST, 0),
        url=listed,
    )
