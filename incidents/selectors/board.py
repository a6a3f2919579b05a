"""The board of one kind: a column for each state that is somebody's work, its gravest and most urgent cases on top."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from incidents.models import Case, CaseStatus
from incidents.selectors.dispatching import with_lead_state
from incidents.selectors.mine import leads_on
from incidents.selectors.steps import by_table
from incidents.workflows import State, Step, workflow_of

#: Cards of a column; the rest is one link away.
MOST = 20


@dataclass(frozen=True, slots=True)
class Column:
    """A state with its first cases; `has_more` when there are others."""

    state: State
    cases: list[Case]
    has_more: bool

    @property
    def count(self) -> str:
        """How many, as far as they were read: "20+"."""
        return f"{len(self.cases)}{'+' if self.has_more else ''}"


def columns_of(rows: "QuerySet[Case]", kind: str) -> list[Column]:
    """The columns of a kind from `rows` (visible, filtered). One query, whatever there is."""
    rank = Window(
        RowNumber(),
        partition_by=[F("state")],
        order_by=[F("priority").asc(), F("due_at").asc(), F("pk").asc()],
    )
    unfinished = (
        with_lead_state(rows).filter(kind=kind, closed_at=None).annotate(rank=rank).filter(rank__lte=MOST + 1)
    )
    by_state: dict[str, list[Case]] = {}
    for case in unfinished.select_related("site", "assigned_to").order_by("rank"):
        by_state.setdefault(case.state, []).append(case)
    return [
        Column(state, by_state.get(state.code, [])[:MOST], len(by_state.get(state.code, [])) > MOST)
        for state in workflow_of(kind).states
        if state.status in (CaseStatus.OPEN, CaseStatus.RESOLVED) and (state.in_bar or state.code in by_state)
    ]


def with_steps(columns: list[Column], user: Any) -> list[tuple[Column, list[tuple[Case, Step | None]]]]:
    """Each column's cards with the step that usually leads on, if the person may take it."""
    return [(column, [(case, _next_step(case, user)) for case in column.cases]) for column in columns]


def _next_step(case: Case, user: Any) -> Step | None:
    usual = next((step for step in workflow_of(case.kind).steps_from(case.state) if leads_on(step)), None)
    return usual if usual is not None and by_table(user, case, usual) else None
