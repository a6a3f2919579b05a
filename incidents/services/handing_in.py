"""What phones hand in about cases: done if it still can be, and in any case every word kept in the timeline (F46, F47).

A phone may have been without a network while the case moved on. Its operation then changes nothing that others have
decided: what was typed becomes a note of the timeline, and the receipt says so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy

from collaboration.models import RequestKind
from collaboration.selectors.people import departments_at
from collaboration.services.requesting import submit_help
from core import live
from core.events import emit
from core.offline import Incoming, Outcome, Refused
from core.offline.messages import UNKNOWN
from core.offline.wording import reason
from core.policies import get_visible_or_404, require
from incidents import signals
from incidents.dispatch_states import Verdict
from incidents.models import Case, CaseEntry, EntryKind
from incidents.services.dispatching import move
from incidents.services.handling import add_note
from incidents.services.kept_words import joined, keep_words, lines_of, reached, step_named
from incidents.services.steps import record_act, take_step
from incidents.services.writing import enter, locked

Key = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Code = Annotated[str, msgspec.Meta(max_length=40)]
Text = Annotated[str, msgspec.Meta(max_length=10_000)]

ENDED = reason(
    "dispatch_ended", gettext_lazy("Sending had ended meanwhile; the words stand in the timeline.")
)
MOVED_ON = reason(
    "moved_on", gettext_lazy("The case had moved on meanwhile; the words stand in its timeline.")
)
NOT_TAKEN = reason(
    "not_taken", gettext_lazy("The step was not possible; the words stand in the case's timeline.")
)
MERGED = reason("merged", gettext_lazy("Somebody had changed the same field; both are kept."))


class DispatchBody(msgspec.Struct):
    """Body of `incidents.dispatch`, schema 1."""

    case_id: Key
    dispatch_id: Key
    event: Code
    note: Text = ""


class NoteBody(msgspec.Struct):
    """Body of `incidents.note`, schema 1."""

    case_id: Key
    text: Text = ""


class StepBody(msgspec.Struct):
    """Body of `incidents.step`, schema 1: the values that were changed, and what the phone had shown in their place."""

    case_id: Key
    step: Code
    values: Annotated[dict[Code, Any], msgspec.Meta(max_length=60)] = {}
    shown: Annotated[dict[Code, Any], msgspec.Meta(max_length=60)] = {}


class ActBody(msgspec.Struct):
    """Body of `incidents.act`, schema 1."""

    case_id: Key
    act: Code
    values: Annotated[dict[Code, Any], msgspec.Meta(max_length=60)] = {}


class HelpBody(msgspec.Struct):
    """Body of `incidents.help`, schema 1: another department is asked, until so many minutes after the asking."""

    case_id: Key
    department_id: Key
    kind: Code = RequestKind.OTHER
    text: Text = ""
    within_minutes: Annotated[int, msgspec.Meta(ge=5, le=20_160)] = 60


@transaction.atomic
def take_dispatch(op: Incoming) -> Outcome:
    """How far somebody who was sent is."""
    body = op.parse(DispatchBody)
    with reached(op, body.case_id):
        try:
            with transaction.atomic():
                moved = move(
                    user=op.person,
                    case_id=body.case_id,
                    dispatch_id=body.dispatch_id,
                    event=body.event,
                    note=body.note,
                    photos=op.photos,
                    at=op.corrected.at,
                    operation_id=op.id,
                )
        except ValidationError as error:
            keep_words(op, body.case_id, [f"{body.event}: {body.note}"], error.messages)
            return Outcome.flagged(NOT_TAKEN)
    return Outcome.flagged(ENDED) if moved.verdict == Verdict.LATE else Outcome.accepted()


@transaction.atomic
def take_note(op: Incoming) -> Outcome:
    """A line of the timeline with photos and voice notes; open or not, evidence is kept."""
    body = op.parse(NoteBody)
    with reached(op, body.case_id):
        if not body.text.strip() and not op.photos:
            return Outcome.accepted()
        add_note(
            user=op.person,
            case_id=body.case_id,
            text=body.text,
            photos=op.photos,
            at=op.corrected.at,
            operation_id=op.id,
        )
    return Outcome.accepted()


@transaction.atomic
def take_step_of(op: Incoming, body: StepBody, values: Mapping[str, Any]) -> Outcome:
    """A step with the cleaned `values`; where others changed the same field meanwhile nobody's words are lost."""
    with reached(op, body.case_id):
        case = locked(op.person, body.case_id, "view")
        step = step_named(case, body.step)
        if step is None or case.state not in step.sources:
            keep_words(op, case.pk, lines_of(case, body.step, body.values))
            return Outcome.flagged(MOVED_ON)
        kept, lost = joined(case, values, typed=body.values, shown=body.shown)
        try:
            with transaction.atomic():
                take_step(
                    user=op.person,
                    case_id=case.pk,
                    step=body.step,
                    values=kept,
                    photos=op.photos,
                    at=op.corrected.at,
                    operation_id=op.id,
                )
        except (ValidationError, PermissionDenied) as error:
            require(op.person, "note", case)
            messages = error.messages if isinstance(error, ValidationError) else [str(error)]
            keep_words(op, case.pk, lines_of(case, body.step, body.values), messages)
            return Outcome.flagged(NOT_TAKEN)
        if lost:
            line = CaseEntry(
                case=case, kind=EntryKind.NOTE, at=op.corrected.at, actor=op.person, code="handed_in"
            )
            line.text = "\n".join(lost)
            enter(case, line)
    changed = lost or any(kept[path] != values[path] for path in kept)
    return Outcome.flagged(MERGED) if changed else Outcome.accepted()


@transaction.atomic
def take_act(op: Incoming, body: ActBody, values: Mapping[str, Any]) -> Outcome:
    """Something done beside the steps: 119 called. It waits for nothing."""
    with reached(op, body.case_id):
        try:
            with transaction.atomic():
                record_act(
                    user=op.person,
                    case_id=body.case_id,
                    act=body.act,
                    values=values,
                    photos=op.photos,
                    at=op.corrected.at,
                    operation_id=op.id,
                )
        except ValidationError as error:
            case = get_visible_or_404(op.person, Case.objects.select_related("site"), pk=body.case_id)
            keep_words(op, case.pk, lines_of(case, body.act, body.values), error.messages)
            return Outcome.flagged(NOT_TAKEN)
    return Outcome.accepted()


@transaction.atomic
def take_help(op: Incoming) -> Outcome:
    """Another department is asked for help: a request with a clock of its own, linked to the case."""
    body = op.parse(HelpBody)
    with reached(op, body.case_id):
        case = locked(op.person, body.case_id, "note")
        department = departments_at(case.site).filter(pk=body.department_id).first()
        if department is None:
            raise Refused(UNKNOWN, "department", site_id=case.site_id)
        try:
            request = submit_help(
                user=op.person,
                operation_id=op.id,
                source=case,
                to_department=department,
                title=case.title,
                due_at=_within(op.corrected.at, op.received_at, body.within_minutes),
                description=body.text,
                kind=body.kind if body.kind in RequestKind.values else RequestKind.OTHER,
                photos=op.photos,
            )
        except ValidationError as error:
            keep_words(op, case.pk, [department.name, body.text], error.messages)
            return Outcome.flagged(NOT_TAKEN)
        text = "\n".join(filter(None, (f"{department.name} · {request.number}", body.text.strip())))
        line = CaseEntry(
            case=case,
            kind=EntryKind.CHANGED,
            at=op.corrected.at,
            actor=op.person,
            code="help_asked",
            text=text,
        )
        line.operation_id = op.id
        enter(case, line)
        live.publish(f"site:{case.site_id}", "cases", case=case.pk)
        emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return Outcome.accepted()


def _within(made_at: datetime, received_at: datetime, minutes: int) -> datetime:
    """The clock of a request begins when it was asked, and leaves the others a few minutes when it came late."""
    return max(made_at + timedelta(minutes=minutes), received_at + timedelta(minutes=5))
