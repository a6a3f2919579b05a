"""How long cases stay in each state, from the lines of their timelines: where work waits (R054)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.clock import now
from incidents.models import Case, CaseKind, CaseStatus
from incidents.workflows import State, workflow_of

#: A stay begins when a case is opened or a step leads to the state, and ends with the next step. What was closed
#: before `begin` has no stay that ended since.
_STAYS = """
WITH stay AS (
    SELECT c.id AS case_id, c.kind, e.to_state AS state, e.at AS since,
        lead(e.at) OVER (PARTITION BY e.case_id ORDER BY e.at, e.id) AS until
    FROM incidents_case c JOIN incidents_caseentry e ON e.case_id = c.id
    WHERE c.site_id = ANY(%(sites)s) AND c.kind = ANY(%(kinds)s) AND e.kind IN ('opened', 'step') AND e.to_state <> ''
        AND (c.closed_at IS NULL OR c.closed_at >= %(begin)s)
)
"""
_FIGURES = f"""{_STAYS}
SELECT kind, state, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM until - since)),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM until - since)),
    sum(extract(epoch FROM until - since))
FROM stay WHERE until >= %(begin)s AND until < %(end)s GROUP BY kind, state
"""  # noqa: S608 - of constants
_LONGEST = f"""{_STAYS}
SELECT case_id, since, until FROM stay WHERE state = %(state)s AND until >= %(begin)s AND until < %(end)s
ORDER BY until - since DESC, case_id LIMIT %(most)s
"""  # noqa: S608 - of constants
_OPEN = """
SELECT kind, state, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(end)s - state_since)),
    max(extract(epoch FROM %(end)s - state_since)), sum(extract(epoch FROM %(end)s - state_since))
FROM incidents_case WHERE site_id = ANY(%(sites)s) AND kind = ANY(%(kinds)s) AND closed_at IS NULL GROUP BY kind, state
"""
MOST = 100


@dataclass(frozen=True, slots=True)
class InState:
    """A state's figures: stays that ended in the period (how many, median, 90th percentile) and those that last.

    `waited` is the length of all of them together.
    """

    kind: CaseKind
    state: State
    left: int
    median: timedelta | None
    p90: timedelta | None
    here: int
    age: timedelta | None
    oldest: timedelta | None
    waited: timedelta


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
    site_ids: Sequence[int],
    kinds: Sequence[str],
    begin: datetime,
    end: datetime | None = None,
) -> list[InState]:
    """The figures of every state of some kinds that is somebody's work; two queries. Sites: ids the reader may see."""
    end = end or now()
    given: dict[str, Any] = {"sites": list(site_ids), "kinds": list(kinds), "begin": begin, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, given)
        left = {row[:2]: row[2:] for row in cursor.fetchall()}
        cursor.execute(_OPEN, given)
        here = {row[:2]: row[2:] for row in cursor.fetchall()}
    none: Sequence[Any] = (0, None, None, None)
    return [
        _figures(
            CaseKind(kind), state, left.get((kind, state.code), none), here.get((kind, state.code), none)
        )
        for kind in kinds
        for state in workflow_of(kind).states
        if state.status in (CaseStatus.OPEN, CaseStatus.RESOLVED)
    ]


def longest_stays(
    user: Any, site_ids: Sequence[int], kind: str, state: str, begin: datetime, end: datetime | None = None
) -> list[Stay]:
    """The longest stays that ended in the period, at most MOST, with their cases."""
    given: dict[str, Any] = {
        "sites": list(site_ids),
        "kinds": [kind],
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


def _figures(kind: CaseKind, state: State, left: Sequence[Any], here: Sequence[Any]) -> InState:
    return InState(
        kind,
        state,
        left[0],
        _span(left[1]),
        _span(left[2]),
        here[0],
        _span(here[1]),
        _span(here[2]),
        timedelta(seconds=float(left[3] or 0) + float(here[3] or 0)),
    )


def _span(seconds: Any) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))
