"""Keeping an answer that somebody typed in: from paper, or said at the telephone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from organization.models import Person
from surveys.entries import Field, fields_of
from surveys.models import Channel, Evidence, Invitation, Response, Wave
from surveys.services.answering import AnsweredAlready, Arrival, Given, WaveIsShut, record


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

    In an anonymous wave neither day, nor who typed it, nor the key of the form stands in the response: with the record
    of calls they would tell whose it is. Raises ValidationError when the survey is over, nothing was answered, or the
    household has answered otherwise.
    """
    if not entry:
        raise ValidationError(_("Nothing is answered. Set the form aside instead."))
    named = not wave.is_anonymous
    try:
        kept = record(
            wave_id=wave.pk,
            invitation_id=invitation.pk if invitation is not None else None,
            given=_given(fields_of(list(wave.version.questions.order_by("position"))), entry),
            arrival=Arrival(
                channel=channel,
                evidence=evidence,
                language=wave.site.language,
                form_key=form_key if named and form_key is not None else uuid4(),
                entered_by=user if named else None,
                may_skip=True,
                stratum_id=stratum_id,
                is_dated=named,
            ),
        )
    except WaveIsShut:
        raise ValidationError(_("The survey is not running.")) from None
    except AnsweredAlready:
        raise ValidationError(_("This household has answered otherwise.")) from None
    return kept.response


def _given(fields: Sequence[Field], entry: Mapping[str, Any]) -> Iterator[Given]:
    """What was typed, as answers are given."""
    for field in fields:
        value, code = entry.get(field.key), field.question.code
        if isinstance(value, int):
            yield Given(code, row=field.row, number=value)
        elif isinstance(value, list):
            yield Given(code, choices=value)
        elif value:
            yield Given(code, text=value)
