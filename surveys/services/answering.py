"""Taking an answered questionnaire, whatever way it came: once per form, once per household or colleague (F48).

The caller has found the invitation by its token, or is somebody who may type in answers; nothing here asks a policy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live
from core.attachments import Prepared, attach
from core.clock import local, now
from surveys.conditions import asked
from surveys.models import (
    Answer,
    Channel,
    Evidence,
    Invitation,
    InvitationState,
    Question,
    QuestionKind,
    Response,
    Wave,
    WaveState,
)

#: Characters of an answer in own words.
LONGEST = 2_000
#: The highest number by kind of question; the lowest is 1, for recommendations 0.
HIGHEST = {QuestionKind.SCALE: 5, QuestionKind.MATRIX: 5, QuestionKind.NPS: 10}


class NotAnswerable(Exception):
    """The wave does not take answers, or not this one."""


class WaveIsShut(NotAnswerable):
    """Not open yet, closed or cancelled."""


class AnsweredAlready(NotAnswerable):
    """The household or colleague has answered."""


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to one question, or to one row of a matrix."""

    question: str
    row: str = ""
    number: int | None = None
    choices: Sequence[str] = ()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Was nothing said?"""
        return self.number is None and not self.choices and not self.text.strip()


@dataclass(frozen=True, slots=True)
class Arrival:
    """How answers came. `form_key` names the form they were given in; `entered_by` is who typed for somebody else.

    `may_skip`: on paper and at the telephone people leave out what they like. `stratum_id` is the part of the sample of
    a form that names no invitation. `is_dated` false keeps the survey's first day instead of today.
    """

    channel: Channel
    evidence: Evidence
    language: str
    form_key: UUID
    entered_by: Any = None
    may_skip: bool = False
    stratum_id: int | None = None
    is_dated: bool = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """The kept response; `created` is false when the same form had been taken before."""

    response: Response
    created: bool


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos by question code: new uploads, and hashes of those a former sending left on the server."""

    uploads: dict[str, list[Prepared]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)


@transaction.atomic
def record(
    *,
    wave_id: int,
    given: Iterable[Given],
    arrival: Arrival,
    invitation_id: int | None = None,
    photos: Photos | None = None,
) -> Recorded:
    """Keep answers. Raises WaveIsShut, AnsweredAlready, ValidationError.

    One after the other in each wave, so that of two sendings at once the second finds what the first has kept.
    """
    wave = locked(wave_id)
    known = Response.objects.filter(wave=wave, form_key=arrival.form_key).first()
    if known is not None:
        return Recorded(known, created=False)
    if not takes_answers(wave):
        raise WaveIsShut
    questions = list(wave.version.questions.select_related("section"))
    rows = checked(questions, given, may_skip=arrival.may_skip)
    invitation = _claim(wave, invitation_id) if invitation_id is not None else None
    response = _kept(wave, invitation, arrival)
    answers = [Answer(response=response, **row) for row in rows]
    Answer.objects.bulk_create(answers)
    _attach(response, photos or Photos())
    live.publish(f"site:{wave.site_id}", "surveys", wave=wave.pk)
    return Recorded(response, created=True)


@transaction.atomic
def refuse(*, invitation_id: int) -> None:
    """The invited does not want to take part; they may still change their mind. Nothing happens once answered."""
    # Not while rows are written again (unlinking.py): the note would be lost.
    locked(Invitation.objects.values_list("wave_id", flat=True).get(pk=invitation_id))
    Invitation.objects.filter(pk=invitation_id, state=InvitationState.INVITED).update(
        state=InvitationState.REFUSED
    )


def locked(wave_id: int) -> Wave:
    """The wave with its site and version, locked against closing and against another answer at the same moment."""
    waves = Wave.objects.select_for_update(of=("self",), no_key=True).select_related("site", "version")
    return waves.get(pk=wave_id)


def takes_answers(wave: Wave) -> bool:
    """Open, and its end, if it has one, not passed: the tick that closes it may come a little later."""
    return wave.state == WaveState.OPEN and (wave.closes_at is None or now() < wave.closes_at)


def checked(
    questions: Sequence[Question], given: Iterable[Given], *, may_skip: bool = False
) -> list[dict[str, Any]]:
    """The answers as columns of Answer, without empty ones and those of questions that are not asked.

    Raises ValidationError by code of the question for what is missing or no answer to it.
    """
    by_code: dict[str, list[Given]] = {}
    for one in given:
        if not one.is_empty:
            by_code.setdefault(one.question, []).append(one)
    values = {code: values_of(rows) for code, rows in by_code.items()}
    errors: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []
    for question in asked(questions, values):
        found = by_code.get(question.code, [])
        problem = _problem(question, found, may_skip=may_skip)
        if problem is not None:
            errors[question.code] = problem
        rows += [_columns(question, one) for one in found]
    if errors:
        raise ValidationError(errors)
    return rows


def values_of(rows: Iterable[Given]) -> list[str]:
    """What conditions look at: numbers as text, codes of options."""
    values: list[str] = []
    for one in rows:
        values += [*one.choices] if one.number is None else [str(one.number)]
    return values


def _problem(question: Question, found: Sequence[Given], *, may_skip: bool) -> Any:
    """What is wrong with the answers to a question; None when nothing is."""
    kind = QuestionKind(question.kind)
    wanted = {row["code"] for row in question.rows} if kind == QuestionKind.MATRIX else {""}
    answered = {one.row for one in found}
    if not answered <= wanted or len(answered) != len(found):
        return _("This is no answer to the question.")
    is_needed = question.is_required and not may_skip and kind != QuestionKind.PHOTO
    if is_needed and answered != wanted:
        return _("Please answer this.") if not answered else _("Please answer every row.")
    if any(not _fits(question, kind, one) for one in found):
        return _("This is no answer to the question.")
    return None


def _fits(question: Question, kind: QuestionKind, one: Given) -> bool:
    if kind in HIGHEST:
        lowest = 0 if kind == QuestionKind.NPS else 1
        return one.number is not None and lowest <= one.number <= HIGHEST[kind]
    if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        known = {option["code"] for option in question.options}
        few = kind == QuestionKind.MULTIPLE or len(one.choices) == 1
        return few and len(set(one.choices)) == len(one.choices) and set(one.choices) <= known
    return kind == QuestionKind.TEXT and len(one.text) <= LONGEST


def _columns(question: Question, one: Given) -> dict[str, Any]:
    return {
        "question": question,
        "row": one.row,
        "number": one.number,
        "choices": list(one.choices),
        "text": one.text.strip(),
    }


def _claim(wave: Wave, invitation_id: int) -> Invitation:
    """Take the invitation, in one UPDATE that only one answer wins."""
    waiting = Invitation.objects.filter(pk=invitation_id, wave=wave).exclude(state=InvitationState.ANSWERED)
    if not waiting.update(state=InvitationState.ANSWERED):
        raise AnsweredAlready
    return Invitation.objects.get(pk=invitation_id)


def _kept(wave: Wave, invitation: Invitation | None, arrival: Arrival) -> Response:
    """The row; in an anonymous wave without invitation and time of day, in a standing one only with its month."""
    moment = now()
    named = not wave.is_anonymous
    day = local(moment if arrival.is_dated else wave.opened_at or wave.opens_at, wave.site.zone_info).date()
    if wave.is_standing and wave.is_anonymous:
        day = day.replace(day=1)
    return Response.objects.create(
        wave=wave,
        is_anonymous=wave.is_anonymous,
        channel=arrival.channel,
        evidence=arrival.evidence,
        invitation=invitation if named else None,
        stratum_id=arrival.stratum_id if invitation is None else invitation.stratum_id,
        language=arrival.language,
        received_on=day,
        received_at=moment if named else None,
        form_key=arrival.form_key,
        entered_by=arrival.entered_by,
    )


def _attach(response: Response, photos: Photos) -> None:
    """Photos hang on the answer to their question. Only waves that are not anonymous ask for photos."""
    for code in {*photos.uploads, *photos.kept}:
        question = Question.objects.filter(
            version_id=response.wave.version_id, code=code, kind=QuestionKind.PHOTO
        ).first()
        if question is None or response.is_anonymous:
            continue
        answer, _created = Answer.objects.get_or_create(response=response, question=question)
        for upload in photos.uploads.get(code, []):
            attach(answer, upload=upload, made_by=None)
        for sha256 in photos.kept.get(code, []):
            attach(answer, sha256=sha256, made_by=None)
