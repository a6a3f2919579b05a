"""The improvement measures of a month as a file of a bundle: no titles, which are free text, and no owners."""

from collections.abc import Iterator
from typing import Any

from kpi.reports.bundle.files import BundleFile
from kpi.reports.bundle.span import Span
from kpi.selectors.comparing import Side
from kpi.selectors.month_measures import MeasureLine, MonthMeasures

#: Columns that are attributes of a line.
FACTS = (
    "number", "loop", "indicator", "origin", "stage", "is_running", "is_overdue", "is_judged", "answers_miss", "proposed_on", "starts_on", "due_on",
    "begun_on", "done_on", "checked_on", "verdict",
)  # fmt: skip
SIDES = ("first", "last", "value", "low", "high", "sample")
EFFECT = ("days", "effect", "low", "high")
COLUMNS = (
    *FACTS, "zone", *(f"before_{name}" for name in SIDES), *(f"after_{name}" for name in SIDES), "window_days", "effect", "effect_low", "effect_high",
)  # fmt: skip


def file(span: Span, measures: MonthMeasures) -> BundleFile:
    """A row for every loop of a measure that ran, was judged, or was proposed about a miss of the month."""
    return BundleFile("improvements.csv", COLUMNS, lambda: _rows(span, measures))


def _rows(span: Span, measures: MonthMeasures) -> Iterator[tuple[Any, ...]]:
    for line in sorted(measures.lines, key=lambda line: line.key):
        facts = (getattr(line, name) for name in FACTS)
        yield (*facts, span.zone(line.zone), *_compared(line))


def _compared(line: MeasureLine) -> list[Any]:
    """Both windows and the effect; nothing while they were not compared."""
    found = line.comparison
    if found is None:
        return [None] * (2 * len(SIDES) + len(EFFECT))
    return [
        *_side(found.before),
        *_side(found.after),
        *(getattr(found, name) for name in EFFECT),
    ]


def _side(one: Side) -> list[Any]:
    return [getattr(one, name) for name in SIDES]
