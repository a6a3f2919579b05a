"""Keeping an answer that somebody typed in: from paper, or said at the telephone."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.clock import local, local_today, now
from organization.models import Person
from surveys.entries import fields_of
from surveys.models import (
    Answer,
    Channel,
    Evidence,
    Invitation,
    InvitationState,
    Response,
    Wave,
    WaveState,
)


def keep_collected(
    *,
    user: Person,
    wave: Wave,
    channel: Channel,
    evidence: Evidence,
    invitation: Invitation | None,
    stratum_id: int | None,
    entry: Mapping[str, Any],
    form_key: UUID | None = None,
) -> Response:
    """One response with its answers; the invitation is used up by it. Call it within a transaction.

    The same form key again gives the response there is. In an anonymous wave neither invitation, nor day, nor who
    typed it stands in the response: with the record of calls they would tell whose it is. Raises ValidationError when
    the survey is over, nothing was answered, or the household has answered otherwise.
    """
    if wave.state != WaveState.OPEN or wave.closes_at <= now():
        raise ValidationError(_("The survey is not running."))
    if form_key is not None and (existing := wave.responses.filter(form_key=form_key).first()) is not None:
        return existing
    if not entry:
        raise ValidationError(_("Nothing is answered. Set the form aside instead."))
    if invitation is not None:
        _claim(invitation)
    response = Response.objects.create(
        wave=wave,
        is_anonymous=wave.is_anonymous,
        channel=channel,
        evidence=evidence,
        invitation=None if wave.is_anonymous else invitation,
        stratum_id=stratum_id,
        language=wave.site.language,
        received_on=_day(wave),
        received_at=None if wave.is_anonymous else now(),
        form_key=uuid4() if form_key is None or wave.is_anonymous else form_key,
        entered_by=None if wave.is_anonymous else user,
    )
    Answer.objects.bulk_create(_answers(response, wave, entry))
    return response


def _claim(invitation: Invitation) -> None:
    """Use the invitation up, unless somebody was faster."""
    waiting = Invitation.objects.filter(pk=invitation.pk).exclude(state=InvitationState.ANSWERED)
    if not waiting.update(state=InvitationState.ANSWERED):
        raise ValidationError(_("This household has answered otherwise."))


def _day(wave: Wave) -> date:
    """The day at the site; of an anonymous wave its first one, since the day would tell who was called on it."""
    if wave.is_anonymous:
        return local(wave.opened_at or wave.opens_at, wave.site.zone_info).date()
    return local_today(wave.site.zone_info)


def _answers(response: Response, wave: Wave, entry: Mapping[str, Any]) -> list[Answer]:
    found = []
    for field in fields_of(list(wave.version.questions.order_by("position"))):
        value = entry.get(field.key)
        if value is None:
            continue
        kept: dict[str, Any] = {"number": value} if isinstance(value, int) else {"choices": value} if isinstance(value, list) else {"text": value}  # fmt: skip
        found.append(Answer(response=response, question=field.question, row=field.row, **kept))
    return found
