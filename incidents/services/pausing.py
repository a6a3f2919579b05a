"""Pauses: while an owner, parts or access are waited for, the limits stand still; what was waited for stays on record."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.clock import now
from incidents.models import Case, CaseEntry, CaseStatus, EntryKind, Pause
from incidents.services.limits import shift
from incidents.services.writing import enter, locked, locked_unchecked, save
from incidents.workflows import Step
from organization.models import Person


@transaction.atomic
def pause(
    *,
    user: Person,
    case_id: int,
    reason: str,
    note: str = "",
    expected_until: datetime | None = None,
    version: int | None = None,
) -> Case:
    """Let the limits of an open case stand still from now on, until somebody resumes, takes a step, or `expected_until`.

    Raises Http404, PermissionDenied, StaleCase, ValidationError.
    """
    case, moment = locked(user, case_id, "change", version), now()
    if case.status != CaseStatus.OPEN:
        raise ValidationError(_("Only an open case can be paused."))
    if case.paused_since is not None:
        raise ValidationError(_("This case is paused already."))
    if reason not in Pause.Reason.values:
        raise ValidationError({"reason": _("Choose why nothing can be done.")})
    if expected_until is not None and expected_until <= moment:
        raise ValidationError({"expected_until": _("This is already over.")})
    Pause.objects.create(
        case=case,
        reason=reason,
        note=note.strip(),
        started_at=moment,
        started_by=user,
        expected_until=expected_until,
    )
    case.paused_since = moment
    line = CaseEntry(case=case, kind=EntryKind.PAUSED, at=moment, actor=user, code=reason, text=note.strip())
    save(case, line)
    return case


@transaction.atomic
def resume(*, user: Person, case_id: int, note: str = "", version: int | None = None) -> Case:
    """Let the limits run again, later by what they would have run meanwhile.

    Raises Http404, PermissionDenied, StaleCase, ValidationError.
    """
    case = locked(user, case_id, "change", version)
    if case.paused_since is None:
        raise ValidationError(_("This case is not paused."))
    save(case, end_pause(case, actor=user, moment=now(), note=note))
    return case


def resume_over(*, most: int = 200) -> int:
    """Resume the pauses whose expected end has come; how many. One that is being written waits for the next tick."""
    over = Pause.objects.filter(ended_at=None, expected_until__lte=now()).order_by("expected_until")
    done = 0
    for case_id in over.values_list("case_id", flat=True)[:most]:
        with transaction.atomic():
            case = locked_unchecked(case_id)
            row = case.pauses.filter(ended_at=None, expected_until__lte=now()).first()
            if row is not None and row.expected_until is not None:
                save(case, end_pause(case, actor=None, moment=row.expected_until))
                done += 1
    return done


def end_pause(case: Case, *, actor: Person | None, moment: datetime, note: str = "") -> CaseEntry:
    """End the pause of a locked case; the line for the timeline, unsaved. A phone's clock may lag: never before its start."""
    row = Pause.objects.get(case=case, ended_at=None)
    end = max(moment, row.started_at)
    row.ended_at, row.ended_by = end, actor
    row.save(update_fields=["ended_at", "ended_by"])
    case.paused_since = None
    case.paused_seconds += int((end - row.started_at).total_seconds())
    shift(case, row.started_at, end)
    return CaseEntry(
        case=case, kind=EntryKind.RESUMED, at=end, actor=actor, code=row.reason, text=note.strip()
    )


def resume_on_step(case: Case, step: Step, actor: Person | None, moment: datetime) -> None:
    """A step says that work goes on: it ends the pause."""
    if case.paused_since is not None:
        enter(case, end_pause(case, actor=actor, moment=moment))
        case.version += 1


def pauses_of(case: Case) -> Iterable[Pause]:
    """The pauses of a case, oldest first, with who made them."""
    return case.pauses.select_related("started_by", "ended_by").order_by("started_at", "pk")
