"""Forms on paper: codes, two entries by two people, mismatches settled, one answer per household."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from organization.models import Site
from surveys.entries import checked, differing, fields_of
from surveys.models import Evidence, InvitationState, PaperSheet, SheetState, Wave
from surveys.papers.questionnaires import paper_forms
from surveys.services.papers import (
    ALPHABET,
    enter_sheet,
    give_out_open,
    give_out_personal,
    is_code,
    new_code,
    note_returned,
    settle_sheet,
    void_sheet,
)
from tests.conftest import Cast
from tests.surveys.scored import running_wave

GOOD = {"overall": "5", "speed": "4", "recommend": "10", "where": "2", "words": "停车难"}


@pytest.fixture
def wave(site: Site) -> Wave:
    """Two buildings, anonymous."""
    return running_wave(site, strata={"A": 6, "B": 3})


@pytest.fixture
def named(site: Site) -> Wave:
    """Two buildings, with names."""
    return running_wave(site, strata={"A": 6, "B": 3}, is_anonymous=False)


@pytest.mark.parametrize("turn", range(20))
def test_a_code_tells_when_it_was_mistyped(turn: int) -> None:
    code = new_code()
    assert is_code(code)
    for place, character in enumerate(code):
        for other in ALPHABET:
            if other != character:
                assert not is_code(code[:place] + other + code[place + 1 :])
    for place in range(len(code) - 2):
        if code[place] != code[place + 1]:
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert not is_code(swapped)


def test_forms_of_an_anonymous_wave_name_the_part_and_nobody(wave: Wave, cast: Cast) -> None:
    sheets = give_out_personal(user=cast.supervisor, wave=wave)
    assert len(sheets) == 9
    assert all(sheet.invitation is None and sheet.stratum is not None for sheet in sheets)
    assert give_out_personal(user=cast.supervisor, wave=wave) == []  # nobody gets two


def test_forms_of_a_named_wave_belong_to_their_households(named: Wave, cast: Cast) -> None:
    named.invitations.filter(pk=named.invitations.first().pk).update(state=InvitationState.ANSWERED)  # type: ignore[union-attr]  # there are nine
    sheets = give_out_personal(user=cast.supervisor, wave=named)
    assert len({sheet.invitation_id for sheet in sheets}) == 8


def test_two_equal_entries_by_two_people_are_one_answer(wave: Wave, cast: Cast) -> None:
    sheet = give_out_personal(user=cast.supervisor, wave=wave)[0]
    first = enter_sheet(user=cast.shift_leader, sheet_id=sheet.pk, typed=GOOD)
    assert (first.state, wave.responses.count()) == (SheetState.FIRST, 0)
    with pytest.raises(ValidationError, match="Somebody else"):
        enter_sheet(user=cast.shift_leader, sheet_id=sheet.pk, typed=GOOD)
    second = enter_sheet(user=cast.supervisor, sheet_id=sheet.pk, typed={**GOOD, "words": " 停车难 "})
    assert second.state == SheetState.AGREED
    response = wave.responses.get()
    assert (response.channel, response.evidence, response.stratum_id) == (
        "paper",
        "personal",
        sheet.stratum_id,
    )
    assert (response.invitation, response.received_at, response.entered_by) == (None, None, None)
    kept = {answer.question.code: answer for answer in response.answers.select_related("question")}
    assert (kept["overall"].number, kept["recommend"].number, kept["where"].choices, kept["words"].text) == (5, 10, ["park"], "停车难")  # fmt: skip
    with pytest.raises(ValidationError, match="already"):
        enter_sheet(user=cast.project_manager, sheet_id=sheet.pk, typed=GOOD)


def test_different_entries_wait_until_the_paper_has_been_read_again(wave: Wave, cast: Cast) -> None:
    sheet = give_out_personal(user=cast.supervisor, wave=wave)[0]
    enter_sheet(user=cast.shift_leader, sheet_id=sheet.pk, typed=GOOD)
    second = enter_sheet(
        user=cast.supervisor, sheet_id=sheet.pk, typed={**GOOD, "overall": "3", "recommend": ""}
    )
    assert (second.state, second.mismatches) == (SheetState.DIFFERS, ["overall", "recommend"])
    assert not wave.responses.exists()
    settled = settle_sheet(user=cast.shift_leader, sheet_id=sheet.pk, typed={"overall": "2", "recommend": ""})
    assert settled.state == SheetState.AGREED
    numbers = {answer.question.code: answer.number for answer in wave.responses.get().answers.all()}
    assert numbers["overall"] == 2
    assert "recommend" not in numbers


def test_a_household_that_answered_otherwise_gives_no_second_answer(named: Wave, cast: Cast) -> None:
    sheet = give_out_personal(user=cast.supervisor, wave=named)[0]
    enter_sheet(user=cast.shift_leader, sheet_id=sheet.pk, typed=GOOD)
    named.invitations.filter(pk=sheet.invitation_id or 0).update(state=InvitationState.ANSWERED)
    with pytest.raises(ValidationError, match="answered"):
        enter_sheet(user=cast.supervisor, sheet_id=sheet.pk, typed=GOOD)
    assert not named.responses.exists()
    assert void_sheet(user=cast.supervisor, sheet_id=sheet.pk).state == SheetState.VOID


def test_a_household_is_ticked_off_once(wave: Wave, named: Wave, cast: Cast) -> None:
    unit = wave.invitations.select_related("household")[0].household
    assert unit is not None
    assert note_returned(user=cast.shift_leader, wave=wave, unit=f" {unit.code} ").household == unit
    for tried in (unit.code, "no such unit"):
        with pytest.raises(ValidationError):
            note_returned(user=cast.shift_leader, wave=wave, unit=tried)
    with pytest.raises(ValidationError):
        note_returned(user=cast.shift_leader, wave=named, unit=unit.code)
    assert wave.invitations.filter(state=InvitationState.ANSWERED).count() == 1


def test_open_forms_are_weaker_evidence(wave: Wave, cast: Cast) -> None:
    (sheet,) = give_out_open(user=cast.supervisor, wave=wave, count=1)
    for user in (cast.shift_leader, cast.supervisor):
        enter_sheet(user=user, sheet_id=sheet.pk, typed=GOOD)
    assert wave.responses.get().evidence == Evidence.OPEN


@pytest.mark.parametrize(
    "typed",
    [
        {"overall": "6"},
        {"overall": "x"},
        {"recommend": "11"},
        {"where": "3"},
        {"where": "12"},
        {"overall": "0"},
    ],
)
def test_what_cannot_be_on_the_form_is_refused(wave: Wave, typed: dict[str, str]) -> None:
    fields = fields_of(list(wave.version.questions.order_by("position")))
    with pytest.raises(ValidationError):
        checked(fields, typed)


def test_blanks_differ_from_answers_but_not_from_blanks() -> None:
    first: dict[str, Any] = {"a": 1, "b": "two  words"}
    assert differing(first, {"a": 1, "b": "two words"}) == []
    assert differing(first, {"b": "two words"}) == ["a"]


def test_guards_do_not_type_forms(wave: Wave, cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        give_out_personal(user=cast.guard, wave=wave)


def test_the_printed_form_has_every_question_and_the_code(wave: Wave, cast: Cast) -> None:
    sheets = give_out_personal(user=cast.supervisor, wave=wave)[:2]
    content = paper_forms(wave, sheets)
    assert content.startswith(b"%PDF")
    assert len(content) > 5_000


def test_a_code_is_taken_once_in_a_wave(wave: Wave, cast: Cast) -> None:
    sheets = give_out_open(user=cast.supervisor, wave=wave, count=200)
    assert len({sheet.code for sheet in sheets}) == 200
    assert PaperSheet.objects.filter(wave=wave).count() == 200
