"""What the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.clock import now
from surveys.models import Channel, Evidence, PaperSheet, Response, Wave
from tests.organization.factories import PersonFactory
from tests.surveys.factories import InvitationFactory, QuestionnaireFactory, VersionFactory, WaveFactory

pytestmark = pytest.mark.django_db


def response(wave: Wave, **values: object) -> Response:
    """A response from a letter."""
    fields = {
        "is_anonymous": wave.is_anonymous,
        "channel": Channel.LETTER,
        "evidence": Evidence.PERSONAL,
        "language": "en",
        "received_on": date(2026, 11, 26),
        "form_key": "5e51de27-0000-4000-8000-00000000aaaa",
    }
    return Response.objects.create(wave=wave, **{**fields, **values})


def test_an_anonymous_response_names_neither_invitation_nor_time() -> None:
    """Not even by a mistake of the program."""
    invitation = InvitationFactory.create()
    with pytest.raises(IntegrityError, match="response_anonymous_names_nobody"), transaction.atomic():
        response(invitation.wave, invitation=invitation)
    with pytest.raises(IntegrityError, match="response_anonymous_names_nobody"), transaction.atomic():
        response(invitation.wave, received_at=now())
    assert response(invitation.wave).invitation is None


def test_a_named_invitation_is_answered_once() -> None:
    """A second row for it is refused."""
    invitation = InvitationFactory.create(wave=WaveFactory.create(is_anonymous=False))
    response(invitation.wave, invitation=invitation)
    with pytest.raises(IntegrityError, match="response_once_per_invitation"):
        response(invitation.wave, invitation=invitation, form_key="5e51de27-0000-4000-8000-00000000bbbb")


def test_a_form_is_one_answer() -> None:
    """Its key stands once in a wave."""
    wave = WaveFactory.create()
    response(wave)
    with pytest.raises(IntegrityError, match="response_once_per_form"):
        response(wave)


def test_a_questionnaire_has_one_published_version() -> None:
    """A second is refused."""
    version = VersionFactory.create()
    with pytest.raises(IntegrityError, match="questionnaire_one_published_version"):
        VersionFactory.create(questionnaire=version.questionnaire, number=2)


def test_a_wave_that_runs_was_drawn() -> None:
    """No wave of households opens without population and seed."""
    wave = WaveFactory.create()
    with pytest.raises(IntegrityError, match="wave_open_is_drawn"):
        Wave.objects.filter(pk=wave.pk).update(state="open", opened_at=now())


def test_a_sheet_is_typed_in_by_two_people() -> None:
    """Nobody checks themselves."""
    person = PersonFactory.create()
    with pytest.raises(IntegrityError, match="paper_sheet_typed_by_two"):
        PaperSheet.objects.create(wave=WaveFactory.create(), code="A1", first_by=person, second_by=person)


def test_codes_of_questionnaires_are_unique_in_a_company() -> None:
    """Two companies may use the same."""
    first = QuestionnaireFactory.create(code="QS")
    QuestionnaireFactory.create(code="QS")
    with pytest.raises(IntegrityError, match="questionnaire_code_unique"):
        QuestionnaireFactory.create(code="QS", company=first.company)
