"""What missed its target in a month, one by one: late cases, action items and requests."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value

from collaboration.models import ActionItem, CollaborationRequest
from incidents.models import Case
from kpi.indicators import Indicator, Measure, Share
from kpi.selectors.lines import IndicatorLine
from kpi.selectors.months import MonthView

#: No record has this key: it is asked for too, so that the number of queries does not depend on what is found.
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Miss:
    """A record that was late or came back, and the indicators it counts against."""

    row: Any
    indicators: list[Indicator]


@dataclass(frozen=True, slots=True)
class Misses:
    """Every record that counts against an indicator with a target; rounds stand in a list of their own.

    `had_cases`, `had_actions`: there were records that could have missed a target at all.
    """

    cases: list[Miss]
    actions: list[Miss]
    had_cases: bool
    had_actions: bool


#: Models whose records are listed, by a letter of their own.
LISTED: dict[str, type[Any]] = {"c": Case, "a": ActionItem, "r": CollaborationRequest}


def misses_of(view: MonthView) -> Misses:
    """The misses of a month, in four queries: which records count against which indicator, and the records of each kind."""
    against = _against(view.indicators)
    cases, actions, requests = (_listed(model, against.get(letter, {})) for letter, model in LISTED.items())
    counted = {model for line in view.indicators if (model := _counted(line)) is not None}
    return Misses(
        _ordered(cases, "reported_at"),
        [*_ordered(actions, "due_at"), *_ordered(requests, "due_at")],
        Case in counted,
        not counted.isdisjoint({ActionItem, CollaborationRequest}),
    )


def _counted(line: IndicatorLine) -> type[Any] | None:
    """The kind of records a share with a target was reckoned from; None where there were none."""
    share = line.standing.indicator
    if not line.standing.sample or line.standing.target is None or not isinstance(share, Share):
        return None
    below = share.denominator
    return below.rows(line.scope).model if isinstance(below, Measure) else None


def _against(lines: list[IndicatorLine]) -> dict[str, dict[int, list[Indicator]]]:
    """By kind of record and record the indicators it counts against."""
    letters = {model: letter for letter, model in LISTED.items()}
    by_code = {line.standing.indicator.code: line.standing.indicator for line in lines}
    parts = [Case.objects.filter(pk=NOBODY).order_by().values_list(Value(""), Value(""), "pk")]
    for line in lines:
        rows = missed_rows(line)
        if rows is not None and rows.model in letters:
            labels = {"letter": Value(letters[rows.model]), "code": Value(line.standing.indicator.code)}
            parts.append(rows.order_by().values_list(labels["letter"], labels["code"], "pk"))
    found: dict[str, dict[int, list[Indicator]]] = {}
    first, *others = parts
    for letter, code, pk in first.union(*others, all=True) if others else first:
        found.setdefault(letter, {}).setdefault(pk, []).append(by_code[code])
    return found


def _listed(model: type[Any], against: dict[int, list[Indicator]]) -> list[Miss]:
    rows = model._default_manager.filter(pk__in=[NOBODY, *against])
    if model is Case:
        rows = rows.select_related("zone")
    return [Miss(row, against[row.pk]) for row in rows]


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


def _ordered(found: list[Miss], moment: str) -> list[Miss]:
    return sorted(found, key=lambda miss: (getattr(miss.row, moment), miss.row.pk))
