"""Who was sent to a case and who could be, as the case's page and lists show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from core import policies
from incidents.dispatch_states import next_step
from incidents.models import ACTIVE, DISPATCH_TONES, Case, CaseStatus, Dispatch, DispatchState
from incidents.selectors.nearest import Candidate, nearest


@dataclass(frozen=True, slots=True)
class Sent:
    """One dispatch as a row: with the moments that are known, and what comes next."""

    dispatch: Dispatch
    moments: list[tuple[str, datetime]]
    next_event: str
    may_move: bool


@dataclass(frozen=True, slots=True)
class DispatchPanel:
    """Everything about who goes: those sent, those who could be. `lead` is the dispatch that leads now."""

    rows: list[Sent]
    ended: list[Sent]
    lead: Dispatch | None
    candidates: list[Candidate]
    may_send: bool


def dispatch_panel(user: Any, case: Case) -> DispatchPanel:
    """Who was sent and, for whoever may send, who could be: one query, and those of `nearest`."""
    dispatches = list(case.dispatches.select_related("person", "assigned_by").order_by("-is_lead", "pk"))
    may_send = case.status == CaseStatus.OPEN and policies.allowed(user, "dispatch", case)
    rows = [_row(one, may_send or one.person_id == user.pk) for one in dispatches]
    return DispatchPanel(
        rows=[row for row in rows if row.dispatch.is_active],
        ended=[row for row in rows if not row.dispatch.is_active],
        lead=next((one for one in dispatches if one.is_lead and one.is_active), None),
        candidates=[one for one in nearest(case) if not one.is_on_case] if may_send else [],
        may_send=may_send,
    )


def with_lead_state(cases: "QuerySet[Case]") -> "QuerySet[Case]":
    """Cases with `lead_state`: how far whoever leads there is; None when nobody was sent. No query of its own."""
    lead = Dispatch.objects.filter(case=OuterRef("pk"), is_lead=True, state__in=ACTIVE)
    return cases.annotate(lead_state=Subquery(lead.values("state")[:1]))


def lead_badge(case: Case) -> tuple[str, str] | None:
    """Word and tone of `lead_state`, for lists; None when nobody was sent."""
    state = getattr(case, "lead_state", None)
    if state is None:
        return None
    return str(DispatchState(state).label), DISPATCH_TONES[DispatchState(state)]


def _row(dispatch: Dispatch, may_move: bool) -> Sent:
    named = (
        ("assigned", dispatch.assigned_at),
        ("accepted", dispatch.accepted_at),
        ("on_way", dispatch.on_way_at),
        ("on_site", dispatch.on_site_at),
    )
    return Sent(
        dispatch=dispatch,
        moments=[(name, moment) for name, moment in named if moment is not None],
        next_event=next_step(dispatch.state) or "",
        may_move=may_move and dispatch.is_active,
    )
