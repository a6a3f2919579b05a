"""From a row to a typed value: read, made plain, and moved to the report's zone."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Choices
from django.utils.translation import gettext

from .definition import NUMERIC_KINDS, TONES, Column, Kind, Link
from .text import clean_text

#: What a cell may hold once read. Text is clean, numbers finite, datetimes in the report's zone.
Value: TypeAlias = str | int | float | Decimal | datetime | date | None

#: Shown where there is no data.
DASH = "—"


def reader(column: Column, zone: tzinfo) -> Callable[[Any], Value]:
    """A function from a row to the column's value."""
    fetch, kind, numeric = column.value or _fetcher(column.key), column.kind, column.numeric

    def read(row: Any) -> Value:
        raw = fetch(row)
        # Most cells of long lists are this simple.
        if type(raw) is str and raw.isprintable():
            return raw
        return raw if numeric and type(raw) is int else plain(raw, kind, zone)

    return read


def total_of(column: Column, totals: object, zone: tzinfo) -> Value:
    """The column's cell in the row of totals: "" where the totals say nothing about it."""
    if isinstance(totals, Mapping):
        return plain(totals.get(column.key, ""), column.kind, zone)
    return plain(getattr(totals, column.key, ""), column.kind, zone)


def tone_of(column: Column, row: Any) -> str:
    """The tone of the column's cell in this row, or "". Raises ValueError for an unknown one."""
    tone = column.tone(row) if column.tone else None
    if tone and tone not in TONES:
        raise ValueError(f"column {column.key!r}: {tone!r} is not a tone")
    return str(tone or "")


def address_of(column: Column, row: Any) -> str:
    """Where the column's cell leads in this row, as the app wrote it, or ""."""
    if column.href:
        return column.href(row) or ""
    if column.kind == "link":
        raw = (column.value or _fetcher(column.key))(row)
        return raw.url if isinstance(raw, Link) else str(raw or "")
    return ""


def plain(raw: object, kind: Kind, zone: tzinfo) -> Value:
    """``raw`` as a Value of ``kind``. What does not fit the kind stays what it is: a word in a
    column of numbers is text. Raises ValueError for a naive datetime."""
    if raw is None:
        return None
    if isinstance(raw, datetime):
        return _moment(raw, kind, zone)
    if isinstance(raw, date):
        return raw if kind in ("date", "datetime") else raw.isoformat()
    if kind in NUMERIC_KINDS:
        return _number(raw)
    if isinstance(raw, bool):
        return gettext("Yes") if raw else gettext("No")
    if isinstance(raw, float | Decimal) and not _finite(raw):
        return None
    return clean_text(_words(raw))


def _words(raw: object) -> object:
    """The part of ``raw`` that people read."""
    if isinstance(raw, Link):
        return raw.text or raw.url
    return raw.label if isinstance(raw, Choices) else raw


def _moment(raw: datetime, kind: Kind, zone: tzinfo) -> Value:
    if raw.utcoffset() is None:
        raise ValueError(f"a report shows aware datetimes only, not {raw!r}")
    local = raw.astimezone(zone)
    if kind == "datetime":
        return local
    return local.date() if kind == "date" else local.strftime("%Y-%m-%d %H:%M")


def _number(raw: object) -> Value:
    if isinstance(raw, timedelta):
        return raw.total_seconds() / 60
    if isinstance(raw, int):
        return int(raw)
    if isinstance(raw, float | Decimal):
        return raw if _finite(raw) else None
    return clean_text(_words(raw))


def _finite(raw: float | Decimal) -> bool:
    # math.isfinite stumbles over a signalling NaN.
    return raw.is_finite() if isinstance(raw, Decimal) else math.isfinite(raw)


def _fetcher(key: str) -> Callable[[Any], object]:
    """A function that takes ``key`` ("name", "site.name") out of a mapping or an object."""
    steps = key.split(".")

    def fetch(row: Any) -> object:
        # A plain dict is asked for first: telling other mappings apart takes longer than the rest.
        if (type(row) is dict or isinstance(row, Mapping)) and key in row:
            return row[key]
        found = row
        for step in steps:
            if found is None:
                return None
            found = _step(found, step)
        return found

    return fetch


def _step(holder: Any, name: str) -> Any:
    if isinstance(holder, Mapping):
        return holder[name]
    found = getattr(holder, name)
    # Choices classes and managers are no values; methods such as get_status_display are.
    return found() if callable(found) and not isinstance(found, type) else found
