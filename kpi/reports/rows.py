"""The workbook's sheets of records: for each indicator the rows it rests on, each with its address and whether it counts as good."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models import ActionItem, CollaborationRequest
from core.reports import Column, Link, Sheet
from incidents.models import Alarm, Case
from kpi.indicators import Measure, Share
from kpi.selectors.lines import IndicatorLine

#: Rows read from the database at a time.
CHUNK = 2_000
#: Rows on screen, should such a sheet be shown there.
SHOWN = 100


def row_sheets(lines: list[IndicatorLine]) -> Iterator[Sheet]:
    """A sheet for every indicator that rests on cases, alarms, action items or requests, in order of code."""
    for line in sorted(lines, key=lambda line: line.standing.indicator.code):
        rows = _rows(line)
        if rows is not None and rows.model in COLUMNS:
            yield _sheet(line, rows)


def _rows(line: IndicatorLine) -> "QuerySet[Any] | None":
    """What it rests on; None without any, or when it is of several kinds."""
    indicator = line.standing.indicator
    if not line.standing.sample or not indicator.is_live:
        return None
    if isinstance(indicator, Share):
        return indicator.denominator.rows(line.scope) if isinstance(indicator.denominator, Measure) else None
    return indicator.measures[-1].rows(line.scope)


def _sheet(line: IndicatorLine, rows: "QuerySet[Any]") -> Sheet:
    indicator = line.standing.indicator
    columns = list(COLUMNS[rows.model])
    good = _good(line)
    if good is not None:
        columns.append(Column("counts", good, value=lambda pair: pair[1], width=12))
    return Sheet(
        f"rows-{indicator.code}",
        format_lazy("{code} {name}", code=indicator.code, name=indicator.name),
        columns,
        _reader(line, rows),
        page_rows=SHOWN,
        note=indicator.definition,
    )


def _good(line: IndicatorLine) -> Any:
    """The name of the numerator that marks rows; None where there is none among them."""
    indicator = line.standing.indicator
    if not isinstance(indicator, Share) or not isinstance(indicator.numerator, Measure):
        return None
    return indicator.numerator.name if indicator.is_part else None


def _reader(line: IndicatorLine, rows: "QuerySet[Any]") -> Callable[[], Iterator[tuple[Any, Any]]]:
    """Pairs of a record and whether it is in the numerator."""
    indicator = line.standing.indicator

    def read() -> Iterator[tuple[Any, Any]]:
        inside: set[Any] = set()
        if _good(line) is not None:
            inside = set(indicator.measures[0].rows(line.scope).values_list("pk", flat=True))
        found = rows.select_related(*JOINED.get(rows.model, ())).order_by(ORDER[rows.model], "pk")
        for row in found.iterator(chunk_size=CHUNK):
            yield row, row.pk in inside

    return read


def _of(path: str) -> Callable[[tuple[Any, Any]], Any]:
    return lambda pair: getattr(pair[0], path)


def _shown(path: str) -> Callable[[tuple[Any, Any]], Any]:
    return lambda pair: getattr(pair[0], f"get_{path}_display")()


def _zone(pair: tuple[Any, Any]) -> str:
    return pair[0].zone.name if pair[0].zone else ""


def _link(route: str, text: str) -> Callable[[tuple[Any, Any]], Link]:
    return lambda pair: Link(str(getattr(pair[0], text)), reverse(route, args=[pair[0].pk]))


def _number(route: str) -> Column:
    """The number of a record, which opens its page."""
    name = pgettext_lazy("of a case or measure", "Number")
    return Column("number", name, "link", value=_link(route, "number"), width=18)


JOINED = {Case: ("zone",), Alarm: ("zone",)}
ORDER: dict[type[Any], str] = {
    Case: "reported_at",
    Alarm: "received_at",
    ActionItem: "due_at",
    CollaborationRequest: "due_at",
}
COLUMNS: dict[type[Any], list[Column]] = {
    Case: [
        _number("incidents:case"),
        Column("title", _("What"), value=_of("title"), width=34),
        Column("kind", _("Kind"), value=_shown("kind"), width=14),
        Column("zone", _("Zone"), value=_zone, width=18),
        Column("priority", _("Priority"), value=_shown("priority"), width=14),
        Column("status", _("Status"), value=_shown("status"), width=14),
        Column("reported_at", _("Reported"), "datetime", value=_of("reported_at")),
        Column("first_reply_at", _("First reply"), "datetime", value=_of("first_reply_at")),
        Column("arrived_at", _("Arrived"), "datetime", value=_of("arrived_at")),
        Column("due_at", _("Due"), "datetime", value=_of("counted_due_at")),
        Column("resolved_at", _("Settled"), "datetime", value=_of("resolved_at")),
        Column("verified_at", _("Verified at"), "datetime", value=_of("verified_at")),
        Column("closed_at", _("Closed"), "datetime", value=_of("closed_at")),
    ],
    Alarm: [
        Column("title", _("What"), "link", value=_link("incidents:alarm", "title"), width=34),
        Column("zone", _("Zone"), value=_zone, width=18),
        Column("state", _("Status"), value=_shown("state"), width=16),
        Column("received_at", _("Received"), "datetime", value=_of("received_at")),
    ],
    ActionItem: [
        _number("collaboration:action"),
        Column("title", _("What"), value=_of("title"), width=34),
        Column("status", _("Status"), value=_shown("status"), width=16),
        Column("due_at", _("Due"), "datetime", value=_of("due_at")),
        Column("done_at", _("Done"), "datetime", value=_of("done_at")),
        Column("verified_at", _("Verified at"), "datetime", value=_of("verified_at")),
    ],
    CollaborationRequest: [
        _number("collaboration:request"),
        Column("title", _("What"), value=_of("title"), width=34),
        Column("status", _("Status"), value=_shown("status"), width=16),
        Column("due_at", _("Due"), "datetime", value=_of("due_at")),
        Column("delivered_at", _("Done"), "datetime", value=_of("delivered_at")),
    ],
}
