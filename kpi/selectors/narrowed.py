"""Counts of one discipline or team, over the records: kept counts know nothing of either."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models.functions import TruncMonth

from kpi.indicators import Counts, Measure, Scope
from kpi.selectors.periods import Month


def narrowed_months(measures: Sequence[Measure], scope: Scope) -> dict[Month, Counts]:
    """The counts of each month of a narrowed scope; one query for each measure, however long the scope is.

    The scope begins with a month. Raises ValueError for a measure that does not know how its rows are told apart.
    """
    found: dict[Month, dict[str, float]] = {}
    for measure in {measure.code: measure for measure in measures}.values():
        for month, number in _months(measure, scope):
            found.setdefault(Month.of(month), {})[measure.code] = float(number)
    return dict(found)


def _months(measure: Measure, scope: Scope) -> list[tuple[date, Any]]:
    split = measure.split
    if split is None or not all(measure.knows(axis) for axis, _value in scope.narrowing):
        raise ValueError(
            f"{measure.code} is not told apart by {[axis.value for axis, _value in scope.narrowing]}"
        )
    month = TruncMonth(split.moment, tzinfo=scope.site.zone_info)
    rows = measure.rows_within(scope).order_by().annotate(its_month=month).values("its_month")
    counted = rows.annotate(its_number=split.amount(scope)).values_list("its_month", "its_number")
    return [(moment.date(), number) for moment, number in counted if number]
