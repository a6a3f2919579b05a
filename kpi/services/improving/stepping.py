"""A measure on its way: approved and begun, done, made the standard, planned once more, or given up."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collaboration.services.keeping import demand
from core.attachments import Prepared
from core.clock import now
from kpi import notices
from kpi.models import OPEN as UNSETTLED
from kpi.models import Improvement, ImprovementEntryKind, ImprovementLoop, Stage, Verdict
from kpi.policies import CHECKERS
from kpi.services.improving.keeping import locked, loop_of, save, tell, today_at
from kpi.services.improving.proposing import wrong_days
from organization.access import people_holding
from organization.models import Person

#: A measure may be entered as begun so long ago: people begin before they write.
ENTERED_LATE = timedelta(days=31)


@transaction.atomic
def begin(*, user: Person, improvement_id: int, version: int, begun_on: date | None = None) -> Improvement:
    """Approve a planned measure: it is being done since `begun_on` (today unless given). The owner is told.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    improvement = locked(user, improvement_id, "decide", version, Stage.PLAN)
    loop, today = loop_of(improvement), today_at(improvement)
    begun_on = begun_on or today
    earliest = today - ENTERED_LATE
    previous = ImprovementLoop.objects.filter(improvement=improvement, number=loop.number - 1).first()
    if previous is not None and previous.done_on is not None:
        earliest = max(earliest, previous.done_on)
    if not earliest <= begun_on <= today:
        raise ValidationError({"begun_on": _("Not after today, and at most a month ago.")})
    loop.begun_on, loop.begun_by = begun_on, user
    loop.save()
    improvement.stage = Stage.DO
    save(improvement, user, ImprovementEntryKind.BEGUN, begun_on.isoformat())
    if improvement.owner_id != user.pk:
        tell(notices.BEGUN, improvement, [improvement.owner])
    return improvement


@transaction.atomic
def report_done(
    *,
    user: Person,
    improvement_id: int,
    version: int,
    what_was_done: str,
    done_on: date | None = None,
    uploads: Iterable[Prepared] = (),
) -> Improvement:
    """Say that what was planned is done since `done_on` (today unless given); its check begins the day after.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    improvement = locked(user, improvement_id, "report", version, Stage.DO)
    loop, today = loop_of(improvement), today_at(improvement)
    texts, done_on = demand(what_was_done=what_was_done), done_on or today
    if loop.begun_on is None or not loop.begun_on <= done_on <= today:
        raise ValidationError({"done_on": _("Not after today, and not before it began.")})
    loop.done_on, loop.done_by, loop.what_was_done = done_on, user, texts["what_was_done"]
    loop.save()
    improvement.stage = Stage.CHECK
    save(improvement, user, ImprovementEntryKind.DONE, loop.what_was_done, uploads)
    others = people_holding(CHECKERS, improvement.site).exclude(pk__in=[user.pk, improvement.owner_id])
    tell(notices.DONE, improvement, others, text=loop.what_was_done)
    return improvement


@transaction.atomic
def close(*, user: Person, improvement_id: int, version: int, standard: str) -> Improvement:
    """Make what was done the standard, and say which procedure says so. Not when it proved not effective.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    improvement = locked(user, improvement_id, "decide", version, Stage.ACT)
    if loop_of(improvement).verdict == Verdict.NOT_EFFECTIVE:
        raise ValidationError(_("It proved not effective: plan the next loop, or cancel it."))
    improvement.standard = demand(standard=standard)["standard"]
    improvement.stage, improvement.closed_at = Stage.CLOSED, now()
    save(improvement, user, ImprovementEntryKind.CLOSED, improvement.standard)
    return improvement


@transaction.atomic
def plan_next_loop(
    *, user: Person, improvement_id: int, version: int, measure: str, starts_on: date, due_on: date
) -> Improvement:
    """Plan the measure once more, with what was learnt; the loops before stay as they were.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    improvement = locked(user, improvement_id, "change", version, Stage.ACT)
    texts, wrong = demand(measure=measure), wrong_days(starts_on, due_on)
    if due_on < today_at(improvement):
        wrong.setdefault("due_on", _("This lies in the past."))
    if wrong:
        raise ValidationError(wrong)
    number = loop_of(improvement).number + 1
    improvement.current = ImprovementLoop.objects.create(
        improvement=improvement, number=number, measure=texts["measure"], starts_on=starts_on, due_on=due_on
    )
    improvement.stage = Stage.PLAN
    save(improvement, user, ImprovementEntryKind.LOOPED, texts["measure"])
    if improvement.owner_id != user.pk:
        tell(notices.ASSIGNED, improvement, [improvement.owner])
    return improvement


@transaction.atomic
def cancel(*, user: Person, improvement_id: int, version: int, reason: str) -> Improvement:
    """Give a measure up, with a reason. Raises Http404, PermissionDenied, Stale, ValidationError."""
    improvement = locked(user, improvement_id, "decide", version, *UNSETTLED)
    improvement.cancel_reason = demand(reason=reason)["reason"]
    improvement.stage, improvement.cancelled_at = Stage.CANCELLED, now()
    save(improvement, user, ImprovementEntryKind.CANCELLED, improvement.cancel_reason)
    if improvement.owner_id != user.pk:
        tell(notices.CANCELLED, improvement, [improvement.owner], text=improvement.cancel_reason)
    return improvement
