"""Times, dates and numbers as they stand in JSON, read strictly: nothing is guessed."""

import re
from datetime import date, datetime, time
from typing import Final

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def time_text(moment: time) -> str:
    """The time as "HH:MM"."""
    return moment.isoformat(timespec="minutes")


def time_from(value: object) -> time:
    """Read "8:00" or "08:00"; "24:00" is the midnight that ends the day, 00:00. Raises ValueError."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(value)
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        return time(0, 0)
    return time(hour, minute)


def date_from(value: object) -> date:
    """Read "2026-03-29", or the date a YAML parser already made of it. Raises ValueError."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError(value)
    return date.fromisoformat(value)


def whole_number_from(value: object) -> int:
    """Take an int, but no bool, float or text. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(value)
    return value
