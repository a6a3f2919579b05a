"""A list as a file: every filtered row, the columns of its table, through core.reports."""

from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase
from django.utils.encoding import force_str
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_tables2.rows import BoundRow

from core import clock
from core.downloads import answer
from core.reports import Column, Report, Sheet

MOST_ROWS = 100_000
CHUNK = 2_000


def columns_of(table: Any) -> list[Any]:
    """The bound columns that belong into a file, in the table's order."""
    return [one for one in table.columns.iterall() if not one.column.exclude_from_export]


def sheet_of(table: Any, title: Any) -> Sheet:
    """The table as a sheet; rows are read when it is written."""
    bound = columns_of(table)
    columns = [
        Column(
            key=one.name,
            label=force_str(one.header),
            kind=getattr(one.column, "export_kind", "text"),
            value=_reader(index),
        )
        for index, one in enumerate(bound)
    ]
    return Sheet(
        key="rows",
        title=title,
        columns=columns,
        rows=lambda: _rows(table, [one.name for one in bound]),
        note=_("Only the first {count} rows.").format(count=MOST_ROWS) if _is_cut(table) else "",
    )


def respond(
    table: Any, *, form: str, name: str, title: Any, zone: ZoneInfo, filters: str = ""
) -> HttpResponseBase:
    """The download."""
    report = Report(
        key=name,
        title=title,
        subtitle=filters,
        made_at=clock.now(),
        sheets=[sheet_of(table, title)],
        language=get_language() or "en",
        time_zone=zone,
    )
    return answer(report, form, name=PurePath(name).name)


def _rows(table: Any, names: list[str]) -> Iterator[list[Any]]:
    source = table.data.data
    records = source[:MOST_ROWS].iterator(chunk_size=CHUNK) if hasattr(source, "iterator") else source
    for record in islice(records, MOST_ROWS):
        row = BoundRow(record, table=table)
        yield [row.get_cell_value(name) for name in names]


def _is_cut(table: Any) -> bool:
    source = table.data.data
    return bool(source[MOST_ROWS : MOST_ROWS + 1].exists()) if hasattr(source, "exists") else False


def _reader(index: int) -> Any:
    return lambda row: row[index]
