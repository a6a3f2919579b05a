"""Recurrence: what is due when, as pure functions of a rule, a time zone, a calendar and a window.

`Rule` says what repeats, `Calendar` knows working days and opening hours, `occurrences` yields what is
due in a half-open window, `describe` words a rule. Beside them stand `fields` (model field), `forms` (form
field) and `serializers` (API field), imported by their own names because they need Django's registries.
"""

from core.recurrence.calendars import (
    PLAIN_CALENDAR,
    BusinessHours,
    Calendar,
    Opening,
    first_working_day,
)
from core.recurrence.engine import Occurrence, occurrences, upcoming
from core.recurrence.errors import RuleError
from core.recurrence.hours_json import hours_from_json, hours_to_json
from core.recurrence.rule import (
    LAST,
    Every,
    Frequency,
    NthWeekday,
    OnDays,
    Rule,
    Weekday,
)
from core.recurrence.rule_json import rule_from_json, rule_to_json
from core.recurrence.walltime import begin_of, instant_of, span_of
from core.recurrence.wording import describe
from core.recurrence.working_time import add_working_time, working_time_between

__all__ = [
    "LAST",
    "PLAIN_CALENDAR",
    "BusinessHours",
    "Calendar",
    "Every",
    "Frequency",
    "NthWeekday",
    "Occurrence",
    "OnDays",
    "Opening",
    "Rule",
    "RuleError",
    "Weekday",
    "add_working_time",
    "begin_of",
    "describe",
    "first_working_day",
    "hours_from_json",
    "hours_to_json",
    "instant_of",
    "occurrences",
    "rule_from_json",
    "rule_to_json",
    "span_of",
    "upcoming",
    "working_time_between",
]
