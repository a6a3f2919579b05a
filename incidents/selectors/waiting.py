"""How long cases stay in each state, from the lines of their timelines: where work waits (R054)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.clock import now
from incidents.models import Case, CaseStatus
from incidents.workflows import State, workflow_of

#: A stay begins when a case is opened or a step leads to the state, and ends with the next step. What was closed
#: before `begin` has no stay that ended since.
_STAYS = """
WITH stay AS (
    SELECT c.id AS case_id, e.to_state AS state, e.at AS since,
        lead(e.at) OVER (PARTITION BY e.case_id ORDER BY e.at, e.id) AS until
    FROM incidents_case c JOIN incidents_caseentry e ON e.case_id = c.id
    WHERE c.site_id = ANY(%(sites)s) AND c.kind = %(kind)s AND e.kind IN ('opened', 'step') AND e.to_state <> ''
        AND (c.closed_at IS NULL OR c.closed_at >= %(begin)s)
)
"""
_FIGURES = f"""{_STAYS}
SELECT state, count(*) FILTER (WHERE until IS NOT NULL),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM until - since)) FILTER (WHERE until IS NOT NULL),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM until - since)) FILTER (WHERE until IS NOT NULL)
FROM stay WHERE until >= %(begin)s AND until < %(end)s GROUP BY state
"""  # noqa: S608 - of constants
_LONGEST = f"""{_STAYS}
SELECT case_id, since, until FROM stay WHERE state = %(state)s AND until >= %(begin)s AND until < %(end)s
ORDER BY until - since DESC, case_id LIMIT %(most)s
"""  # noqa: S608 - of constants
_OPEN = """
SELECT state, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(end)s - state_since)),
    max(extract(epoch FROM %(end)s - state_since))
FROM incidents_case WHERE site_id = ANY(%(sites)s) AND kind = %(kind)s AND closed_at IS NULL GROUP BY state
"""
MOST = 100


@dataclass(frozen=True, slots=True)
class InState:
    """A state's figures: stays that ended in the period (how many, median, 90th percentile) and those that last."""

    state: State
    left: int
    median: timedelta | None
    p90: timedelta | None
    here: int
    age: timedelta | None
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Stay:
    """One case's time in a state."""

    case: Case
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long."""
        return self.until - self.since


def time_in_states(
    site_ids: Sequence[int], kind: str, begin: datetime, end: datetime | None = None
) -> list[InState]:
    """The figures of every state of a kind that is somebody's work; two queries. Sites: ids the reader may see."""
    end = end or now()
    given: dict[str, Any] = {"sites": list(site_ids), "kind": kind, "begin": begin, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, given)
        left = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_OPEN, given)
        here = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        _figures(state, left.get(state.code, (0, None, None)), here.get(state.code, (0, None, None)))
        for state in workflow_of(kind).states
        if state.status in (CaseStatus.OPEN, CaseStatus.RESOLVED)
    ]


def longest_stays(
    user: Any, site_ids: Sequence[int], kind: str, state: str, begin: datetime, end: datetime | None = None
) -> list[Stay]:
    """The longest stays that ended in the period, at most MOST, with their cases."""
    given: dict[str, Any] = {
        "sites": list(site_ids),
        "kind": kind,
        "state": state,
        "begin": begin,
        "end": end or now(),
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LONGEST, given)
        rows = cursor.fetchall()
    cases = Case.objects.visible_to(user).select_related("site").in_bulk([row[0] for row in rows])
    return [Stay(cases[key], since, until) for key, since, until in rows if key in cases]


def _figures(state: State, left: Sequence[Any], here: Sequence[Any]) -> InState:
    return InState(state, left[0], _span(left[1]), _span(left[2]), here[0], _span(here[1]), _span(here[2]))


def _span(seconds: Any) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))
