"""Cases a resident stays silent about close by rule: requests after 48 hours, complaints after 10 days (editable)."""

from datetime import datetime, timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction

from core.clock import now
from incidents.models import Aspect, Case, CaseEntry, CaseKind, CaseStatus, EntryKind, ResidentAnswer
from incidents.selectors.limits import LimitBook
from incidents.services.paths import facts_of
from incidents.services.steps import advance
from incidents.services.writing import locked_unchecked
from incidents.workflows import RULE, Step, workflow_of

log = structlog.get_logger()


def close_silent(*, most: int = 200) -> int:
    """Close what nobody has said a word about for long enough; how many."""
    done = 0
    books: dict[tuple[int, int], LimitBook] = {}
    for kind in (CaseKind.SERVICE_REQUEST, CaseKind.COMPLAINT):
        step = _rule_step(kind)
        waiting = Case.objects.filter(kind=kind, status=CaseStatus.RESOLVED, state__in=step.sources)
        rows = waiting.order_by("state_since", "pk").values_list("pk", "company_id", "site_id", "category")
        for pk, company_id, site_id, category in list(rows):
            place = (company_id, site_id)
            book = books[place] = books.get(place) or LimitBook(*place)
            limit = book.find(Aspect.SILENCE, kind=kind, category=category)
            if limit is not None and _close(pk, step, now() - timedelta(minutes=limit.minutes)):
                done += 1
            if done >= most:
                return done
    return done


def _close(case_id: int, step: Step, before: datetime) -> bool:
    """Close one case unless somebody has said something since `before`."""
    spoken = CaseEntry.objects.filter(
        case_id=case_id, kind__in=(EntryKind.MESSAGE, EntryKind.STEP), at__gt=before
    )
    if spoken.exists():
        return False
    try:
        with transaction.atomic():
            case = locked_unchecked(case_id)
            if case.state not in step.sources or case.state_since > before:
                return False
            facts = facts_of(case)
            facts.is_closed_by_rule = True
            if case.kind == CaseKind.COMPLAINT:
                facts.answer = ResidentAnswer.NO_ANSWER
            advance(case, step, actor=None, values={})
    except ValidationError as error:
        log.warning("case not closed by rule", case=case_id, reasons=error.messages)
        return False
    return True


def _rule_step(kind: CaseKind) -> Step:
    return next(step for step in workflow_of(kind).steps if RULE in step.who)
