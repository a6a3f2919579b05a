"""Forms on paper: codes, two entries by two people, mismatches settled, one answer per household."""

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from organization.models import Site
from surveys.entries import checked, differing, fields_of
from surveys.models import Evidence, InvitationState, PaperSheet, SheetState, Wave
from surveys.papers.questionnaires import asked_only_if, paper_forms
from surveys.selectors.papers import blank_sheets
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
from tests.surveys.scored import close, running_wave

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


def pages(wave: Wave, sheets: list[PaperSheet]) -> list[str]:
    """The words of each page of the printed forms."""
    return [
        " ".join(page.extract_text().split())
        for page in PdfReader(io.BytesIO(paper_forms(wave, sheets))).pages
    ]


def test_a_named_form_says_whose_it_is_and_comes_unit_by_unit(named: Wave, cast: Cast) -> None:
    give_out_personal(user=cast.supervisor, wave=named)
    sheets = blank_sheets(named, Evidence.PERSONAL, 1)
    units = [str(sheet.invitation and sheet.invitation.household) for sheet in sheets]
    assert units[:6] == sorted(units[:6])
    assert units[6:] == sorted(units[6:])
    printed = pages(named, sheets[:2])
    assert len(printed) == 2
    for unit, sheet, words in zip(units, sheets, printed, strict=False):
        assert unit in words
        assert "本次调查非匿名：答案与您的房号一并保存" in words
        assert words.count(sheet.code) == 2, "below the square and at the foot"


def test_a_form_that_names_nobody_says_so(wave: Wave, named: Wave, cast: Cast) -> None:
    give_out_personal(user=cast.supervisor, wave=wave)
    sheets = blank_sheets(wave, Evidence.PERSONAL, 1)
    assert [sheet.stratum and sheet.stratum.label for sheet in sheets] == ["A"] * 6 + ["B"] * 3
    [words] = pages(wave, sheets[-1:])
    assert "本次调查匿名" in words
    assert not any(str(one.household) in words for one in wave.invitations.select_related("household"))
    [open_one] = pages(named, give_out_open(user=cast.supervisor, wave=named, count=1))
    assert "不询问您是谁" in open_one


def test_whoever_typed_first_is_told_before_typing_again(wave: Wave, cast: Cast, client: Client) -> None:
    sheet = give_out_personal(user=cast.supervisor, wave=wave)[0]
    enter_sheet(user=cast.shift_leader, sheet_id=sheet.pk, typed=GOOD)
    address = reverse("surveys:paper", args=[wave.pk])
    client.force_login(cast.shift_leader)
    page = client.get(address, {"code": sheet.code}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("surveys:sheet", args=[sheet.pk])
    assert "Somebody else types it the second time." in page.content.decode()
    client.force_login(cast.supervisor)
    assert client.get(address, {"code": sheet.code}).headers["Location"] == reverse(
        "surveys:sheet_enter", args=[sheet.pk]
    )


def test_whoever_types_or_asks_is_told_when_a_section_applies(wave: Wave) -> None:
    section = wave.version.sections.order_by("-position")[0]
    section.condition = {"question": "overall", "any": ["1", "2"]}
    section.save()
    told = asked_only_if(wave)
    assert {told[one.code] for one in section.questions.all()} == {
        "Only if question 1 is answered with: 1, 2"
    }


def test_after_the_end_forms_are_looked_at_only(wave: Wave, cast: Cast, client: Client) -> None:
    sheet = give_out_personal(user=cast.supervisor, wave=wave)[0]
    close(wave)
    client.force_login(cast.supervisor)
    address = reverse("surveys:paper", args=[wave.pk])
    page = client.get(address).content.decode()
    assert "forms can be looked at, not typed in" in page
    assert reverse("surveys:paper_print", args=[wave.pk, "personal", 1]) not in page
    assert client.get(address, {"code": sheet.code}).headers["Location"] == reverse(
        "surveys:sheet", args=[sheet.pk]
    )


def test_a_code_is_taken_once_in_a_wave(wave: Wave, cast: Cast) -> None:
    sheets = give_out_open(user=cast.supervisor, wave=wave, count=200)
    assert len({sheet.code for sheet in sheets}) == 200
    assert PaperSheet.objects.filter(wave=wave).count() == 200
