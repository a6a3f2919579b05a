"""Answers handed in through the service."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from surveys.models import Channel, Evidence, Invitation, Response
from surveys.services.answering import Arrival, Given, record


def given(answers: Mapping[str, Any]) -> list[Given]:
    """Numbers, lists of codes and texts by code of the question."""
    return [
        Given(
            code,
            number=value if isinstance(value, int) else None,
            choices=value if isinstance(value, list) else (),
            text=value if isinstance(value, str) else "",
        )
        for code, value in answers.items()
    ]


def arrival(**values: Any) -> Arrival:
    """From a letter, in a new form."""
    usual = {"channel": Channel.LETTER, "evidence": Evidence.PERSONAL, "language": "en", "form_key": uuid4()}
    return Arrival(**{**usual, **values})


def answered_by(invitation: Invitation, answers: Mapping[str, Any] | None = None) -> Response:
    """The response of an invitation."""
    return record(
        wave_id=invitation.wave_id,
        invitation_id=invitation.pk,
        given=given(answers or {"overall": 4}),
        arrival=arrival(),
    ).response
