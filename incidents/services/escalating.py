"""Calling people until somebody acknowledges: escalations follow their case, a tick tells the level that is due.

Whoever writes an escalation holds the lock of its case. The tick takes case and escalation together and skips what is
locked, so two ticks never tell the same level; notices, the level and the line in the timeline commit together, and
notices carry a key, so a killed worker neither doubles nor loses a level.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from core import live
from core.clock import now
from core.faults import point
from core.notifications import notify
from incidents import notices
from incidents.models import (
    Aspect,
    Case,
    CaseEntry,
    CaseKind,
    CaseStatus,
    DispatchState,
    EntryKind,
    Escalation,
    EscalationReason,
    Priority,
    UpwardReport,
)
from incidents.selectors.clocks import due_of, entry_of, met_at
from incidents.selectors.limits import LimitBook, report_limits
from incidents.selectors.plans import Plan, people_of, plan_for
from incidents.services.writing import enter, locked, save
from organization.models import Person

log = structlog.get_logger()

#: At most so many levels are told by one tick; the next goes on.
MOST_AT_ONCE = 500
_LIMITS = {
    Aspect.RESPONSE: EscalationReason.RESPONSE,
    Aspect.ANSWER: EscalationReason.ANSWER,
    Aspect.COMPLETION: EscalationReason.COMPLETION,
    Aspect.ULTIMATE: EscalationReason.ULTIMATE,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reason to call people: from `limit_at` on, with a warning so many minutes before."""

    limit_at: datetime
    warn_minutes: int = 0


def reasons_of(case: Case) -> dict[EscalationReason, Wanted]:
    """Why people would have to be called about a case as it stands."""
    if case.status == CaseStatus.VOID:
        return {}
    found = _report_reason(case)
    if case.is_finished:
        return found
    is_paused = case.paused_since is not None
    for aspect, reason in _LIMITS.items():
        due = due_of(case, aspect)
        if due is None or met_at(case, aspect) is not None or (is_paused and aspect != Aspect.ULTIMATE):
            continue
        found[reason] = Wanted(due, (entry_of(case, aspect) or {}).get("warn", 0))
    if case.status == CaseStatus.OPEN and not is_paused:
        found |= _nobody_goes(case)
    return found


def _nobody_goes(case: Case) -> dict[EscalationReason, Wanted]:
    """Whoever was sent has not accepted; or nobody was sent and nobody has taken an urgent matter up."""
    sent = case.dispatches.filter(is_lead=True, state=DispatchState.ASSIGNED).first()
    if sent is not None:
        half = int((sent.answer_by - sent.assigned_at).total_seconds() // 120)
        return {EscalationReason.UNACCEPTED: Wanted(sent.answer_by, half)}
    if case.acknowledged_at is None and case.priority != Priority.P3:
        return {EscalationReason.UNACKNOWLEDGED: Wanted(case.reported_at)}
    return {}


def follow_escalations(case: Case) -> None:
    """Arm, re-arm and end the escalations of a locked case, so that they say what its state says."""
    wanted, moment = reasons_of(case), now()
    present = {EscalationReason(row.reason): row for row in case.escalations.all()}
    plan: Plan | None = None
    for reason, want in wanted.items():
        row = present.get(reason)
        if row is not None and row.ended_at is None and row.limit_at == want.limit_at:
            continue
        plan = plan or plan_for(case)
        _arm(row or Escalation(case=case, reason=reason, armed=0), want, plan, moment).save()
    for reason, row in present.items():
        if reason not in wanted and row.ended_at is None:
            row.ended_at, row.next_at = moment, None
            row.save(update_fields=["ended_at", "next_at"])


@transaction.atomic
def acknowledge(*, user: Person, case_id: int, note: str = "") -> Case:
    """Say "I am on it": what has been calling stops, and the case counts as taken up.

    A limit that has not ended yet still calls when it does, and an upward report until it is sent. Raises Http404, PermissionDenied.
    """
    case, moment = locked(user, case_id, "note"), now()
    calling = case.escalations.filter(
        Q(level__gt=Escalation.WARNING) | Q(reason=EscalationReason.UNACKNOWLEDGED),
        ended_at=None,
        acknowledged_at=None,
    ).exclude(reason=EscalationReason.REPORT_UP)
    if case.is_finished or (case.acknowledged_at is not None and not calling.exists()):
        return case
    calling.update(acknowledged_by=user, acknowledged_at=moment, next_at=None)
    case.acknowledged_at = case.acknowledged_at or moment
    line = CaseEntry(
        case=case, kind=EntryKind.CHANGED, at=moment, actor=user, code="acknowledged", text=note.strip()
    )
    save(case, line)
    return case


def escalate() -> int:
    """Tell every level that is due now; how many. One that fails does not hold up the others."""
    seen: set[int] = set()
    while len(seen) < MOST_AT_ONCE:
        try:
            with transaction.atomic():
                row = _claim(seen)
                if row is None:
                    break
                seen.add(row.pk)
                _climb(row)
        except Exception:
            log.exception("escalation failed", escalation=row.pk if row else None)
            if row is None:
                raise
    return len(seen)


def _claim(seen: set[int]) -> Escalation | None:
    due = Escalation.objects.filter(next_at__lte=now()).exclude(pk__in=seen)
    rows = due.select_for_update(skip_locked=True, of=("self", "case"))
    return rows.select_related("case__site", "case__assigned_to").order_by("next_at", "pk").first()


def _climb(row: Escalation) -> None:
    case, moment = row.case, now()
    want = reasons_of(case).get(EscalationReason(row.reason))
    if want is None or want.limit_at != row.limit_at:
        follow_escalations(case)
        return
    plan = plan_for(case)
    level = plan.due_level(row, moment)
    if level is not None:
        level, people = _whom(row, plan, level)
        _tell(row, level, people)
        row.level, row.told_at, row.next_level = level, moment, level + 1
        row.rounds = level // len(plan.steps) if plan.steps else 0
        point("escalation.told")
    row.next_at = plan.moment(row, row.next_level)
    row.save()


def _whom(row: Escalation, plan: Plan, level: int) -> tuple[int, list[Person]]:
    """The level and whom it tells; a level that would reach nobody gives way to the next."""
    site, assigned = row.case.site, row.case.assigned_to
    if level == Escalation.WARNING and assigned is not None and assigned.is_active:
        return level, [assigned]
    people: list[Person] = []
    while not people and level <= plan.last and plan.steps:
        people = people_of(plan.step_of(max(level, 1)), site)
        if people or level == plan.last:
            break
        level += 1
    return level, people


def _tell(row: Escalation, level: int, people: list[Person]) -> None:
    case = row.case
    is_warning = level == Escalation.WARNING
    notify(
        notices.WARNED if is_warning else notices.ESCALATED,
        people,
        target=case,
        site=case.site,
        key=f"{row.pk}:{row.armed}:{level}",
        context={
            "kind": CaseKind(case.kind).label,
            "number": case.number,
            "title": case.title,
            "site": case.site.name,
            "place": case.place or "—",
            "reason": EscalationReason(row.reason).label,
            "level": level,
            "limit": row.limit_at,
        },
    )
    names = ", ".join(person.name for person in people) or "—"
    line = CaseEntry(
        case=case,
        kind=EntryKind.CHANGED,
        at=now(),
        code="warned" if is_warning else "escalated",
        text=names if is_warning else f"{level}: {names}",
    )
    enter(case, line)
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)


def _arm(row: Escalation, want: Wanted, plan: Plan, moment: datetime) -> Escalation:
    row.limit_at, row.warn_minutes = want.limit_at, want.warn_minutes
    row.armed, row.started_at = row.armed + 1, moment
    row.level, row.told_at, row.rounds, row.ended_at = None, None, 0, None
    row.acknowledged_by, row.acknowledged_at = None, None
    warns = want.warn_minutes > 0 and want.limit_at > moment
    row.next_level = Escalation.WARNING if warns else Escalation.WARNING + 1
    row.next_at = plan.moment(row, row.next_level)
    return row


def _report_reason(case: Case) -> dict[EscalationReason, Wanted]:
    if case.kind != CaseKind.INCIDENT or case.incident.confirmed_at is None:
        return {}
    report = UpwardReport.objects.filter(case=case, sent_at=None).first()
    if report is None:
        return {}
    house, _law = report_limits(
        LimitBook(case.company_id, case.site_id),
        level=case.incident.level,
        grade=case.incident.statutory_grade,
    )
    return {
        EscalationReason.REPORT_UP: Wanted(
            report.earliest_due_at, house.warn_minutes if house is not None else 0
        )
    }
