"""Questionnaires are shipped in three languages, built without dragging, and never change once published."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from organization.models import Company
from surveys.models import BankQuestion, Dimension, Questionnaire, QuestionnaireVersion, VersionState
from surveys.selectors.drafts import findings_of
from surveys.services import building
from surveys.services.defaults import install
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075")]
LANGUAGES = ("zh-hans", "zh-hant", "en")


@pytest.fixture
def draft(cast: Cast, shipped: dict[str, QuestionnaireVersion]) -> QuestionnaireVersion:
    """A draft of the shipped quarterly survey."""
    return building.draft_of(user=cast.supervisor, questionnaire=shipped["SAT-Q"].questionnaire)


def codes(version: QuestionnaireVersion) -> list[str]:
    """The questions in order."""
    return list(version.questions.order_by("position").values_list("code", flat=True))


class TestTheShippedOnes:
    def test_they_are_complete_in_three_languages(self, shipped: dict[str, QuestionnaireVersion]) -> None:
        """Every text of five questionnaires, and nothing stands in the way of publishing them."""
        assert set(shipped) == {"SAT-Q", "SAT-S", "SAT-D", "SAT-T", "SAT-P"}
        for version in shipped.values():
            found = findings_of(version, list(version.questions.select_related("section")))
            assert (found.faults, found.missing) == ((), ()), version

    def test_the_bank_measures_what_the_handbook_names(self, shipped: object) -> None:
        """R075: quality, speed, communication, attitude, safety, and the security staff."""
        assert set(BankQuestion.objects.exclude(item="").values_list("item", flat=True)) == set(
            Dimension.values
        )
        for row in BankQuestion.objects.all():
            assert set(row.text) == set(LANGUAGES)

    def test_they_are_installed_once(self, company: Company, shipped: object) -> None:
        """What was edited stays."""
        BankQuestion.objects.filter(code="overall").update(text={"en": "Ours"})
        assert install(company) == []
        assert str(BankQuestion.objects.get(code="overall").text) == "Ours"


class TestDrafts:
    def test_a_published_version_never_changes(
        self, cast: Cast, shipped: dict[str, QuestionnaireVersion]
    ) -> None:
        """A change is a new version; the one before is retired when it is published."""
        version = shipped["SAT-Q"]
        first = version.questions.order_by("position")[0]
        with pytest.raises(ValidationError, match="never changes"):
            building.remove_question(user=cast.supervisor, version_id=version.pk, question_id=first.pk)
        draft = building.draft_of(user=cast.supervisor, questionnaire=version.questionnaire)
        assert codes(draft) == codes(version)
        building.publish(user=cast.supervisor, version_id=draft.pk)
        version.refresh_from_db()
        draft.refresh_from_db()
        assert (version.state, draft.state, draft.number) == (VersionState.RETIRED, VersionState.PUBLISHED, 2)

    def test_questions_move_over_the_edges_of_sections(self, cast: Cast, draft: QuestionnaireVersion) -> None:
        """Up and down, and not beyond the ends."""
        before = codes(draft)
        question = draft.questions.get(code="safety")
        section = question.section.position
        building.move_question(user=cast.supervisor, version_id=draft.pk, question_id=question.pk, up=True)
        question.refresh_from_db()
        assert (question.section.position, codes(draft)) == (section - 1, before)
        building.move_question(user=cast.supervisor, version_id=draft.pk, question_id=question.pk, up=True)
        assert codes(draft).index("safety") == before.index("safety") - 1
        first = draft.questions.get(position=1)
        building.move_question(user=cast.supervisor, version_id=draft.pk, question_id=first.pk, up=True)
        assert codes(draft)[0] == first.code

    def test_a_condition_looks_back(self, cast: Cast, draft: QuestionnaireVersion) -> None:
        """Moved before what it depends on, the draft cannot be published."""
        why = draft.questions.get(code="why_not")
        building.move_question(user=cast.supervisor, version_id=draft.pk, question_id=why.pk, up=True)
        with pytest.raises(ValidationError, match="Question 1 depends on"):
            building.publish(user=cast.supervisor, version_id=draft.pk)

    def test_a_missing_language_is_warned_of(self, cast: Cast, draft: QuestionnaireVersion) -> None:
        """And published nevertheless: readers get the nearest one."""
        building.change_texts(
            user=cast.supervisor, version_id=draft.pk, title={"zh-hans": "调查"}, intro={}, thanks={}
        )
        draft = QuestionnaireVersion.objects.select_related("questionnaire").get(pk=draft.pk)
        found = findings_of(draft, list(draft.questions.select_related("section")))
        assert found.faults == ()
        assert [(code, count) for code, _language, count in found.missing] == [("zh-hant", 1), ("en", 1)]
        building.publish(user=cast.supervisor, version_id=draft.pk)

    def test_the_bank_gives_and_takes(self, cast: Cast, draft: QuestionnaireVersion) -> None:
        """A question keeps its code, and stands once in a questionnaire."""
        section, night = draft.sections.order_by("position")[0], BankQuestion.objects.get(code="safety_night")
        args: dict[str, Any] = {"user": cast.supervisor, "version_id": draft.pk, "section_id": section.pk}
        taken = building.take_from_bank(**args, bank_id=night.pk)
        assert (taken.code, taken.item) == ("safety_night", "safety")
        with pytest.raises(ValidationError, match="already"):
            building.take_from_bank(**args, bank_id=night.pk)
        own = building.keep_question(
            **args, question_id=None, values={"text": {"en": "Light?"}, "kind": "scale"}
        )
        kept = building.give_to_bank(user=cast.supervisor, question=own)
        assert (kept.code, str(kept.text)) == (own.code, "Light?")

    def test_questions_of_two_questionnaires_stand_beside_each_other_in_the_bank(
        self, cast: Cast, company: Company
    ) -> None:
        """Their codes differ: neither takes the other's place."""
        for code in ("ONE", "TWO"):
            made = building.create_questionnaire(
                user=cast.supervisor, company=company, code=code, title={"en": code}, purpose="other"
            )
            first = made.versions.get()
            question = building.keep_question(
                user=cast.supervisor,
                version_id=first.pk,
                question_id=None,
                section_id=first.sections.get().pk,
                values={"text": {"en": f"Asked in {code}?"}, "kind": "scale"},
            )
            building.give_to_bank(user=cast.supervisor, question=question)
        kept = BankQuestion.objects.filter(company=company, text__en__startswith="Asked in")
        assert sorted(str(one.text) for one in kept) == ["Asked in ONE?", "Asked in TWO?"]

    def test_a_draft_can_be_thrown_away(self, cast: Cast, draft: QuestionnaireVersion) -> None:
        """What is asked now stays; the only version there is cannot go."""
        questionnaire = draft.questionnaire
        building.discard_draft(user=cast.supervisor, questionnaire=questionnaire)
        assert [one.state for one in questionnaire.versions.all()] == [VersionState.PUBLISHED]
        fresh = building.create_questionnaire(
            user=cast.supervisor,
            company=questionnaire.company,
            code="NEW",
            title={"en": "New"},
            purpose="other",
        )
        with pytest.raises(ValidationError, match="only version"):
            building.discard_draft(user=cast.supervisor, questionnaire=fresh)
        with pytest.raises(PermissionDenied):
            building.discard_draft(user=cast.shift_leader, questionnaire=questionnaire)

    def test_only_those_who_build_do(self, cast: Cast, shipped: dict[str, QuestionnaireVersion]) -> None:
        """Readers read; another company has no part in it."""
        questionnaire = shipped["SAT-Q"].questionnaire
        for person in (cast.guard, cast.shift_leader, cast.trainer, cast.auditor, cast.foreign_manager):
            with pytest.raises(PermissionDenied):
                building.draft_of(user=person, questionnaire=questionnaire)


class TestPages:
    @pytest.fixture
    def desk(self, cast: Cast) -> Client:
        """The supervisor's browser."""
        client = Client()
        client.force_login(cast.supervisor)
        return client

    def test_a_question_is_written_in_three_languages_with_choices_by_line(
        self, desk: Client, draft: QuestionnaireVersion
    ) -> None:
        """The n-th lines are one choice; codes of known choices stay."""
        section = draft.sections.order_by("position")[0]
        data = {
            "text_zh-hans": "您常走哪个门?", "text_en": "Which gate do you use?", "kind": "single", "section": section.pk,
            "options_zh-hans": "东门\n西门", "options_en": "East\nWest", "condition": "overall=1,2",
        }  # fmt: skip
        address = reverse("surveys:question_add", args=[draft.questionnaire_id])
        assert desk.post(address, data).status_code == 302
        question = draft.questions.get(kind="single", text__en="Which gate do you use?")
        assert question.condition == {"question": "overall", "any": ["1", "2"]}
        assert [one["text"] for one in question.options] == [
            {"zh-hans": "东门", "en": "East"},
            {"zh-hans": "西门", "en": "West"},
        ]
        before = [one["code"] for one in question.options]
        page = desk.get(reverse("surveys:question_change", args=[question.pk]))
        assert "东门\n西门" in page.content.decode()
        desk.post(
            reverse("surveys:question_change", args=[question.pk]),
            {**data, "options_en": "East\nWest\nSouth"},
        )
        question.refresh_from_db()
        assert [one["code"] for one in question.options][:2] == before
        assert len(question.options) == 3

    def test_the_form_knows_which_kind_uses_what(self, desk: Client, draft: QuestionnaireVersion) -> None:
        """The page shows only that; without a script everything is there."""
        page = desk.get(reverse("surveys:question_add", args=[draft.questionnaire_id])).content.decode()
        assert re.findall(r'data-kinds="([^"]*)"', page) == [
            "scale matrix",
            "single multiple",
            "matrix",
            "scale nps matrix",
            "scale nps matrix",
        ]
        assert 'data-controller="kind"' in page

    def test_one_choice_is_no_choice(self, desk: Client, draft: QuestionnaireVersion) -> None:
        """Beside the field, with what was typed."""
        data = {
            "text_en": "Which?",
            "kind": "single",
            "section": draft.sections.all()[0].pk,
            "options_en": "East",
        }
        page = desk.post(reverse("surveys:question_add", args=[draft.questionnaire_id]), data)
        assert page.status_code == 422
        assert "at least two choices" in page.content.decode()

    def test_the_page_tells_what_is_chosen_from_and_when(
        self, desk: Client, draft: QuestionnaireVersion
    ) -> None:
        """Choices and conditions stand with the questions; each version can be looked at; the draft can go."""
        questionnaire = draft.questionnaire
        address = reverse("surveys:questionnaire", args=[questionnaire.pk])
        page = desk.get(address).content.decode()
        assert "Gate: strangers get in" in page
        assert "Asked only if: All in all" in re.sub(r"\s+", " ", page)
        for version in questionnaire.versions.all():
            assert reverse("portal:survey_preview", args=[version.pk]) in page
        desk.post(reverse("surveys:discard", args=[questionnaire.pk]))
        assert not questionnaire.versions.filter(state=VersionState.DRAFT).exists()

    def test_a_condition_names_its_question_once_it_is_chosen(
        self, desk: Client, draft: QuestionnaireVersion
    ) -> None:
        """A closed list shows the chosen line only."""
        page = desk.get(reverse("surveys:question_add", args=[draft.questionnaire_id])).content.decode()
        assert "Question 1: 1–2</option>" in page

    def test_the_preview_tells_of_photos(self, desk: Client, draft: QuestionnaireVersion) -> None:
        """They forbid an anonymous survey; whoever builds it is told."""
        last = draft.questions.order_by("-position")[0]
        draft.questions.filter(pk=last.pk).update(kind="photo")
        page = desk.get(reverse("portal:survey_preview", args=[draft.pk])).content.decode()
        assert "A survey with this question cannot be anonymous" in page

    def test_the_preview_is_the_page_itself_and_keeps_nothing(
        self, desk: Client, draft: QuestionnaireVersion
    ) -> None:
        """Conditions work; sending ends at the thanks."""
        address = reverse("portal:survey_preview", args=[draft.pk])
        shown = re.search(r'name="shown" value="([^"]*)"', desk.get(address).content.decode())
        assert shown is not None
        page = desk.post(address, {"shown": shown[1], "a_overall": "1"})
        assert 'name="a_why_not"' in page.content.decode()
        page = desk.post(address, {"shown": f"{shown[1]} why_not", "a_overall": "1"})
        assert "Your answers have arrived" in page.content.decode()
        assert "nothing you send is kept" in page.content.decode()

    def test_a_new_questionnaire_may_begin_as_a_copy(
        self, desk: Client, shipped: dict[str, QuestionnaireVersion]
    ) -> None:
        """With the questions of the other one."""
        data = {"title_en": "Ours", "code": "OURS", "purpose": "satisfaction", "like": shipped["SAT-S"].pk}
        assert desk.post(reverse("surveys:questionnaire_add"), data).status_code == 302
        made = Questionnaire.objects.get(code="OURS").versions.get()
        assert (made.state, codes(made)) == (VersionState.DRAFT, codes(shipped["SAT-S"]))
