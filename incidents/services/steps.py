"""Steps and acts: every way a case moves on. Nobody overwrites what they have not seen (F46)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.attachments import Prepared
from core.clock import now
from core.events import emit
from incidents import consequences, notices, signals
from incidents.categories import fits
from incidents.models import ApprovalRule, Case, CaseEntry, CaseStatus, EntryKind
from incidents.selectors import simplified
from incidents.selectors.steps import by_table, may_take
from incidents.services.paths import NOTE, PHOTOS, PSEUDO, empty_of, facts_of, field_of, value_at, write
from incidents.services.resident_mail import mail_of_step
from incidents.services.telling import TOLD, tell
from incidents.services.writing import enter, locked, save
from incidents.workflows import Act, Step, workflow_of
from organization.access import people_holding
from organization.models import Person


@transaction.atomic
def take_step(
    *,
    user: Person,
    case_id: int,
    step: str,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    uploads: Iterable[Prepared] = (),
    photos: Iterable[str] = (),
    at: datetime | None = None,
    operation_id: UUID | None = None,
) -> Case:
    """Lead a case one step on. `values` by path ("cause", "facts.level", "note").

    `version` is the one the person looked at; None (a phone that was offline) asks only that the step still leads on.
    `at` is the corrected time of the phone. An operation that was entered before changes nothing.
    Raises Http404, PermissionDenied, StaleCase, ValidationError with the path's names.
    """
    case = locked(user, case_id, "view", version)
    if operation_id is not None and case.entries.filter(operation_id=operation_id).exists():
        return case
    found = _step_of(case, step)
    if not may_take(user, case, found):
        raise PermissionDenied(_("Your role does not allow this step."))
    return advance(
        case,
        found,
        actor=user,
        values=values or {},
        uploads=uploads,
        photos=photos,
        at=at,
        operation_id=operation_id,
    )


def advance(
    case: Case,
    step: Step,
    *,
    actor: Person | None,
    values: Mapping[str, Any],
    uploads: Iterable[Prepared] = (),
    photos: Iterable[str] = (),
    at: datetime | None = None,
    operation_id: UUID | None = None,
) -> Case:
    """Take a step of a locked case. Checks no role: the caller has done so (a resident by link, a rule of time).

    Raises ValidationError: not from this state, something demanded is missing, a condition stands against it.
    """
    workflow, moment = workflow_of(case.kind), at or now()
    before, state, given_to = CaseStatus(case.status), case.state, case.assigned_to_id
    if case.duplicate_of_id is not None:
        raise ValidationError(_("This case was merged with another one: go on there."))
    if state not in step.sources:
        raise ValidationError(
            _("“%(step)s” is not possible now: the case stands at “%(state)s”."),
            params={"step": step.label, "state": workflow.state(state).label},
        )
    used = _refuse_same_person(case, step, actor) or _superior_spared(case, step, actor)
    files, hashes = list(uploads), list(photos)
    _fill(case, step, values, has_photos=bool(files or hashes))
    _stamp(case, step, actor, moment)
    for condition in step.conditions:
        if (reason := condition(case)) is not None:
            raise ValidationError(reason)
    target = workflow.state(step.target)
    case.state, case.status, case.state_since = target.code, target.status, moment
    entry = CaseEntry(
        case=case,
        kind=EntryKind.STEP,
        at=moment,
        actor=actor,
        code=step.code,
        from_state=state,
        to_state=target.code,
        text=_said(step, values),
        is_internal=not step.is_public,
        operation_id=operation_id,
    )
    consequences.of_step(case, step, actor, moment)
    facts_of(case).save()
    save(case, entry, uploads=files, photos=hashes, made_by=actor)
    if used is not None:
        _record_use(case, used, actor, moment)
    _tell(case, step, actor, given_to)
    if actor is not None:
        mail_of_step(
            case, step, entry, is_settled=before == CaseStatus.OPEN and case.status == CaseStatus.RESOLVED
        )
    _announce(case, step, before)
    return case


@transaction.atomic
def record_act(
    *,
    user: Person,
    case_id: int,
    act: str,
    values: Mapping[str, Any] | None = None,
    uploads: Iterable[Prepared] = (),
    photos: Iterable[str] = (),
    at: datetime | None = None,
    operation_id: UUID | None = None,
) -> CaseEntry:
    """Record something done beside the steps: it waits for nothing, and anybody who works at the site may (※12).

    Raises Http404, PermissionDenied, ValidationError.
    """
    case = locked(user, case_id, "note")
    if operation_id is not None:
        known = case.entries.filter(operation_id=operation_id).first()
        if known is not None:
            return known
    found = _act_of(case, act)
    moment = at or now()
    files, hashes = list(uploads), list(photos)
    _fill(case, found, values or {}, has_photos=bool(files or hashes))
    for path in found.stamps:
        if value_at(case, path) is None:
            write(case, path, moment)
    entry = CaseEntry(
        case=case,
        kind=EntryKind.ACT,
        at=moment,
        actor=user,
        code=found.code,
        text=_said(found, values or {}),
        is_internal=not found.is_public,
        operation_id=operation_id,
    )
    consequences.of_act(case, found, user, moment)
    facts_of(case).save()
    save(case, entry, uploads=files, photos=hashes, made_by=user)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return entry


def _stamp(case: Case, step: Step, actor: Person | None, moment: datetime) -> None:
    """What a step writes by itself: moments, who it was, what a step back empties."""
    for path in step.clears:
        write(case, path, empty_of(case, path))
    for path in step.stamps:
        if value_at(case, path) is None:
            write(case, path, moment)
    for path in step.persons:
        write(case, path, actor)
    if step.is_reply and case.first_reply_at is None:
        case.first_reply_at = moment
    if step.counts_as_reopening:
        case.reopened_count += 1
        case.first_reopened_at = case.first_reopened_at or moment


def _step_of(case: Case, code: str) -> Step:
    try:
        return workflow_of(case.kind).step(code)
    except LookupError as error:
        raise ValidationError(_("There is no such step.")) from error


def _act_of(case: Case, code: str) -> Act:
    try:
        return workflow_of(case.kind).act(code)
    except LookupError as error:
        raise ValidationError(_("There is no such act.")) from error


def _refuse_same_person(case: Case, step: Step, actor: Person | None) -> ApprovalRule | None:
    """Who verifies is not who did it, unless a rule spares routine matters that; the rule that was used."""
    for path in step.other_than:
        other = value_at(case, path)
        if actor is not None and other is not None and other.pk == actor.pk:
            if (rule := simplified.second_person_waived(case, step)) is not None:
                return rule
            raise ValidationError(
                _("Somebody else has to do this: %(person)s did what is to be checked."),
                params={"person": other.name},
            )
    return None


def _superior_spared(case: Case, step: Step, actor: Person | None) -> ApprovalRule | None:
    """The rule by which somebody takes a step that the table leaves to others."""
    if actor is None or by_table(actor, case, step):
        return None
    return simplified.superior_waived(case, step)


def _record_use(case: Case, rule: ApprovalRule, actor: Person | None, moment: datetime) -> None:
    """Whoever reads the case later sees why nobody else was asked."""
    text = f"{rule.code} · {rule}"
    enter(
        case,
        CaseEntry(case=case, kind=EntryKind.CHANGED, at=moment, actor=actor, code="simplified", text=text),
    )


def _fill(case: Case, step: Step | Act, values: Mapping[str, Any], *, has_photos: bool) -> None:
    """Write the values the step asks for. Raises ValidationError naming each field by its path."""
    wrong: dict[str, Any] = {}
    offers = step.offers if isinstance(step, Step) else ("note",)
    for path in (*step.demands, *offers):
        if path == PHOTOS:
            if path in step.demands and not has_photos:
                wrong[path] = _("Add a photo.")
            continue
        value = values.get(path)
        if path == NOTE:
            if path in step.demands and not str(value or "").strip():
                wrong[path] = _("Write a word on it.")
            continue
        if path in values:
            try:
                write(case, path, _cleaned(case, path, value))
            except ValidationError as error:
                wrong[path] = error.messages
                continue
        if path in step.demands and value_at(case, path) in (None, ""):
            wrong[path] = _("This is needed for the step.")
    unknown = [path for path in values if path not in (*step.demands, *offers) and path not in PSEUDO]
    if unknown:
        wrong[NON_FIELD_ERRORS] = _("This step does not ask for: %(fields)s.") % {
            "fields": ", ".join(unknown)
        }
    if not fits(case.kind, case.category, case.subcategory):
        if values.get("subcategory"):
            wrong["subcategory"] = _("This does not belong to the category.")
        case.subcategory = ""
    if case.assigned_to is not None and case.assigned_to.company_id != case.company_id:
        wrong["assigned_to"] = _("This person belongs to another company.")
    if wrong:
        raise ValidationError(wrong)


def _cleaned(case: Case, path: str, value: Any) -> Any:
    """A value as its field keeps it. Raises ValidationError."""
    field = field_of(case, path)
    if value in (None, ""):
        if field.empty_strings_allowed and not field.null:
            return ""
        return None if field.null else field.get_default()
    if field.is_relation:
        return value
    if isinstance(value, str):
        value = value.strip()
    return field.clean(value, None)


def _said(step: Step | Act, values: Mapping[str, Any]) -> str:
    """What the timeline says: the note, else the text that was asked for."""
    note = str(values.get(NOTE) or "").strip()
    if note:
        return note
    texts = [path for path in step.demands if isinstance(values.get(path), str) and path not in _CODES]
    return "\n".join(text for path in texts if (text := str(values[path]).strip()))


def _tell(case: Case, step: Step, actor: Person | None, given_to: int | None) -> None:
    """Who was given the case hears of it, and the leaders when it is open again."""
    own = None if actor is None else actor.pk
    if case.assigned_to is not None and case.assigned_to_id not in (given_to, own):
        tell(notices.ASSIGNED, case, [case.assigned_to])
    if step.counts_as_reopening:
        tell(notices.REOPENED, case, people_holding(TOLD, case.site).exclude(pk=own or 0))


#: demanded texts that are codes, no words
_CODES = (
    "category",
    "subcategory",
    "facts.offender",
    "facts.severity",
    "facts.sanction",
    "facts.grade",
    "facts.origin",
    "facts.answer",
)


def _announce(case: Case, step: Step, before: CaseStatus) -> None:
    facts = {"case_id": case.pk, "site_id": case.site_id}
    emit(signals.case_stepped, **facts, step=step.code, state=case.state)
    if before == CaseStatus.OPEN and case.resolved_at is not None:
        emit(signals.case_resolved, **facts)
    if case.is_finished:
        emit(signals.case_closed, **facts)
    elif step.counts_as_reopening:
        emit(signals.case_reopened, **facts)
