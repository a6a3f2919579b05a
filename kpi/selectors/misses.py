"""What missed its target in a month, one by one: late cases, action items and requests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from collaboration.models import ActionItem, CollaborationRequest
from incidents.models import Case
from kpi.indicators import Indicator, Measure, Share
from kpi.selectors.lines import IndicatorLine
from kpi.selectors.months import MonthView


@dataclass(frozen=True, slots=True)
class Miss:
    """A record that was late or came back, and the indicators it counts against."""

    row: Any
    indicators: list[Indicator] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Misses:
    """Every record that counts against an indicator with a target; rounds stand in a list of their own."""

    cases: list[Miss]
    actions: list[Miss]


def misses_of(view: MonthView) -> Misses:
    """The misses of a month; at most one query for each indicator that has any."""
    found: dict[type[Any], dict[int, Miss]] = {Case: {}, ActionItem: {}, CollaborationRequest: {}}
    for line in view.indicators:
        for row in _rows(line):
            kept = found.get(type(row))
            if kept is not None:
                kept.setdefault(row.pk, Miss(row)).indicators.append(line.standing.indicator)
    return Misses(
        _ordered(found[Case], "reported_at"),
        [*_ordered(found[ActionItem], "due_at"), *_ordered(found[CollaborationRequest], "due_at")],
    )


def missed_rows(line: IndicatorLine) -> "QuerySet[Any] | None":
    """The records that count against a share: what was not done of what was due, or what should not have been; None for other kinds."""
    share = line.standing.indicator
    if not isinstance(share, Share) or line.standing.target is None:
        return None
    above, below = share.numerator, share.denominator
    if not isinstance(above, Measure) or not isinstance(below, Measure):
        return None
    if share.direction == "down":
        return above.rows(line.scope) if line.standing.numerator else None
    if line.standing.numerator >= line.standing.denominator:
        return None
    return below.rows(line.scope).exclude(pk__in=above.rows(line.scope).values("pk"))


def _rows(line: IndicatorLine) -> Iterator[Any]:
    found = missed_rows(line)
    if found is None or found.model not in (Case, ActionItem, CollaborationRequest):
        return
    yield from found.select_related("zone", "site") if found.model is Case else found


def _ordered(found: dict[int, Miss], moment: str) -> list[Miss]:
    return sorted(found.values(), key=lambda miss: (getattr(miss.row, moment), miss.row.pk))
