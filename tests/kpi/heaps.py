"""Heaps of random cases: every kind, state and gap in the times, around midnight and the change of clocks."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import F

from incidents.categories import CATEGORIES
from incidents.models import AnalysisReport, Case, CaseKind, CaseStatus, Pause, UpwardReport
from incidents.workflows import workflow_of
from organization.models import Person, Site, Zone
from tests.incidents.factories import CaseFactory

MINUTE = timedelta(minutes=1)


def heap(
    site: Site, person: Person, zones: list[Zone | None], begin: datetime, days: int, number: int, seed: int
) -> None:
    """So many cases of a site reported in the days after `begin`."""
    chance = Random(seed)
    cases = [_case(site, person, zones, begin, days, chance) for _turn in range(number)]
    for case in cases:
        others = [one for one in cases if one.kind == case.kind and one.reported_at < case.reported_at]
        if others and chance.random() < 0.3:
            Case.objects.filter(pk=case.pk).update(recurrence_of=chance.choice(others))
        if others and chance.random() < 0.08:
            Case.objects.filter(pk=case.pk).update(
                status=CaseStatus.VOID, closed_at=F("reported_at"), duplicate_of=chance.choice(others)
            )


def _case(
    site: Site, person: Person, zones: list[Zone | None], begin: datetime, days: int, chance: Random
) -> Case:
    kind = chance.choice(list(CaseKind))
    reported = begin + timedelta(seconds=chance.randrange(days * 86400))
    if chance.random() < 0.3:  # round minutes, so that limits are met to the second
        reported = reported.replace(second=0, minute=chance.choice((0, 30)))

    def later(most: float, known: float = 0.7) -> datetime | None:
        """Some time after the report, whole minutes as often as not; or nothing."""
        if chance.random() > known:
            return None
        spent = chance.choice(
            (chance.randrange(int(most)), chance.choice((0, 10, 30, 120, 1440, 2880, 14400)))
        )
        return reported + spent * MINUTE + timedelta(seconds=chance.choice((0, 0, 1, 59)))

    state = chance.choice(workflow_of(kind).states)
    ended = state.status in (CaseStatus.CLOSED, CaseStatus.VOID)
    settled = state.status in (CaseStatus.RESOLVED, CaseStatus.CLOSED)
    category = chance.choice(CATEGORIES[kind])
    resolved = later(6000, 1) if settled else None
    first = chance.choice((resolved, later(3000)))
    case = CaseFactory.create(
        site=site,
        zone=chance.choice(zones),
        kind=kind,
        category=category.code,
        subcategory=chance.choice(category.subs)[0] if category.subs else "",
        priority=chance.choice(("P1", "P2", "P3")),
        state=state.code,
        status=state.status,
        occurred_at=reported,
        acknowledged_at=later(60),
        first_reply_at=later(4000),
        arrived_at=later(90),
        controlled_at=later(300),
        resolved_at=resolved,
        verified_at=later(9000) if settled else None,
        closed_at=later(9000, 1) if ended else None,
        counted_response_due_at=later(40, 0.9),
        counted_due_at=later(9000, 0.9),
        first_resolved_at=first,
        first_reopened_at=first + chance.choice((1, 29, 30, 31)) * timedelta(days=1) if first and chance.random() < 0.4 else None,
        reopened_count=chance.choice((0, 0, 1, 2)),
        facts=_facts(kind, later, chance),
    )  # fmt: skip
    _more(case, person, later, chance)
    return case


def _facts(kind: str, later: Any, chance: Random) -> dict[str, Any]:
    match kind:
        case CaseKind.INCIDENT:
            return {
                "level": chance.choice((None, 1, 2, 3, 4)),
                "plan_activated_at": later(20),
                "first_notice_at": later(60),
                "dead": chance.choice((0, 0, 0, 1)),
                "seriously_injured": chance.choice((0, 0, 0, 2)),
                "injured": chance.choice((0, 3)),
                "loss_amount": chance.choice((None, 0, 1200)),
                "is_our_responsibility": chance.random() < 0.5,
            }
        case CaseKind.VIOLATION:
            return {"offender": chance.choice(("staff", "resident", "visitor"))}
        case CaseKind.HAZARD:
            return {"grade": chance.choice(("", "general", "major"))}
        case CaseKind.SERVICE_REQUEST:
            return {"is_repair": chance.random() < 0.6, "needs_visit": chance.random() < 0.7}
    return {"is_valid": chance.choice((None, True, False))}


def _more(case: Case, person: Person, later: Any, chance: Random) -> None:
    """Pauses, and what an incident owes."""
    paused = 0.0
    for start in sorted(filter(None, (later(200, 0.3), later(3000, 0.3)))):
        end = start + chance.randrange(1, 500) * MINUTE
        is_open = chance.random() < 0.2
        Pause.objects.create(
            case=case, reason="owner", started_at=start, started_by=person, ended_at=None if is_open else end
        )
        paused += 0 if is_open else (end - start).total_seconds()
        if is_open:
            Case.objects.filter(pk=case.pk).update(paused_since=start)
            break
    Case.objects.filter(pk=case.pk).update(paused_seconds=int(paused))
    if case.kind != CaseKind.INCIDENT:
        return
    if (due := later(60, 0.6)) is not None:
        sent = later(60, 0.7)
        how = {"sent_by": person, "sent_to": "x", "channel": "phone"} if sent else {}
        UpwardReport.objects.create(
            case=case, due_at=due, statutory_due_at=later(120, 0.5), sent_at=sent, **how
        )
        if sent:
            UpwardReport.objects.create(case=case, number=2, due_at=due)
    if (due := later(9000, 0.6)) is not None:
        submitted = later(9000, 0.7)
        state = "submitted" if submitted else "draft"
        AnalysisReport.objects.create(
            case=case, is_demanded=chance.random() < 0.8, due_at=due, submitted_at=submitted, state=state
        )
