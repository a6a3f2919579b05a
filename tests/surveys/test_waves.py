"""A wave is drawn so that anybody can draw it again, opens, is answered, closes and is forgotten who answered what."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.changed_days import waiting
from core.clock import local, now
from core.models import Notification
from organization.models import Household, Site
from surveys.forms.waves import WaveForm
from surveys.links import invitation_token
from surveys.models import Invitation, QuestionnaireVersion, Response, Wave
from surveys.selectors.population import Design, estimate
from surveys.services import waves
from surveys.services.inviting import mark_unreachable, to_print
from tests.conftest import Cast
from tests.surveys.answers import answered_by

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075")]
Prepare = Callable[..., Wave]


def drawn_codes(wave: Wave) -> list[str]:
    """The units invited, in the order of their lots."""
    return list(wave.invitations.order_by("pk").values_list("household__code", flat=True))


class TestDrawing:
    def test_a_sample_is_drawn_in_proportion_to_the_buildings(self, prepare: Prepare) -> None:
        """60 households at ±10 %: 38 answers; 74 % answer, so 52 are invited."""
        wave = prepare(
            selection="sample",
            stratify="building",
            margin=Decimal("0.10"),
            expected_response=Decimal("0.74"),
        )
        assert (wave.population, wave.needed, wave.invited) == (60, 38, 52)
        parts = {row.label: (row.population, row.invited) for row in wave.strata.all()}
        assert parts == {"Building 1": (30, 26), "Building 2": (20, 17), "": (10, 9)}
        counted = Counter(wave.invitations.values_list("stratum__label", flat=True))
        assert counted == {"Building 1": 26, "Building 2": 17, "": 9}
        assert not wave.invitations.filter(household__kind="vacant").exists()

    def test_the_same_seed_draws_the_same_households(self, cast: Cast, prepare: Prepare) -> None:
        """Whenever it is drawn; another seed draws others."""
        wave = prepare(selection="sample", margin=Decimal("0.10"), expected_response=Decimal(1))
        first = drawn_codes(wave)
        assert first == drawn_codes(waves.draw(user=cast.supervisor, wave_id=wave.pk, seed=wave.seed))
        others = drawn_codes(waves.draw(user=cast.supervisor, wave_id=wave.pk, seed=(wave.seed or 0) + 1))
        assert set(others) != set(first)

    def test_a_small_register_is_said_to_be_too_small(self, site: Site, households: list[Household]) -> None:
        """60 households at ±5 %: 53 answers, 177 invitations; all are asked."""
        found = estimate(site, Design())
        assert (found.population, found.needed, found.wanted, found.invited) == (60, 53, 177, 60)
        assert found.is_short

    def test_a_building_belongs_to_the_first_zone_that_names_it(
        self, site: Site, households: list[Household]
    ) -> None:
        """Households of a building without zone are drawn as a part of their own."""
        building = site.buildings.get(code="B1")
        for code in ("Z2", "Z1"):
            site.zones.create(code=code, name=f"Zone {code}", building=building)
        found = estimate(site, Design(stratify="zone"))
        assert [(part.label, len(part.members)) for part, _count in found.parts] == [
            ("Zone Z1", 30),
            ("", 30),
        ]

    def test_tokens_are_not_in_the_database(self, prepare: Prepare) -> None:
        """Only their hashes are; the token leads back to its hash."""
        invitation = prepare().invitations.first()
        assert invitation is not None
        token = invitation_token(invitation.pk, 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT row_to_json(i)::text FROM surveys_invitation i WHERE id = %s", [invitation.pk]
            )
            assert token not in cursor.fetchone()[0]

    def test_only_those_who_run_surveys_draw(self, cast: Cast, prepare: Prepare) -> None:
        """A guard does not, nor does somebody of another site."""
        wave = prepare()
        for person in (
            cast.guard,
            cast.shift_leader,
            cast.auditor,
            cast.sibling_supervisor,
            cast.foreign_manager,
        ):
            with pytest.raises(PermissionDenied):
                waves.draw(user=person, wave_id=wave.pk)


class TestAtTheDesk:
    def test_a_wave_is_prepared_changed_drawn_opened_and_closed_on_its_pages(
        self, cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion], households: list[Household]
    ) -> None:
        """Times are those of the site's wall; a change forgets what was drawn."""
        client = Client()
        client.force_login(cast.supervisor)
        data = {
            "version": shipped["SAT-Q"].pk, "title_en": "Autumn", "title_zh-hans": "秋季", "audience": "households",
            "selection": "sample", "stratify": "building", "margin": "0.100", "confidence": "0.95",
            "expected_response": "74", "is_anonymous": "on", "opens_at": "2031-03-01T09:00", "closes_at": "2031-03-15T20:00",
            "remind_days": "7、 3",
        }  # fmt: skip
        assert client.post(reverse("surveys:wave_add"), data).status_code == 302
        wave = Wave.objects.get()
        assert (dict(wave.title), wave.expected_response) == (
            {"en": "Autumn", "zh-hans": "秋季"},
            Decimal("0.74"),
        )
        assert wave.opens_at == datetime(2031, 3, 1, 1, 0, tzinfo=UTC)
        assert wave.remind_days == [3, 7]
        client.post(reverse("surveys:wave_draw", args=[wave.pk]))
        assert wave.invitations.count() == 52
        change = reverse("surveys:wave_change", args=[wave.pk])
        assert 'value="74"' in client.get(change).content.decode()
        assert client.post(change, {**data, "margin": "0.080"}).status_code == 302
        assert not wave.invitations.exists()
        for act in ("draw", "open", "close"):
            client.post(reverse(f"surveys:wave_{act}", args=[wave.pk]))
        wave.refresh_from_db()
        assert (wave.state, wave.margin) == ("closed", Decimal("0.080"))

    @pytest.mark.parametrize(
        ("days", "problem"),
        [
            ("2, 4, 6, 8", "At most 3 reminders."),
            ("0", "whole days from 1 to 60"),
            ("seven", "whole days from 1 to 60"),
            ("5 5", "Each day once."),
            ("5, 14", "On day 14 less than a day is left"),
        ],
    )
    def test_days_of_reminders_are_checked(self, days: str, problem: str) -> None:
        """With what is wrong beside the field."""
        data = {"remind_days": days, "opens_at": "2031-03-01T09:00", "closes_at": "2031-03-15T20:00"}
        form = WaveForm(data, versions=QuestionnaireVersion.objects.none())
        assert not form.is_valid()
        assert any(problem in text for text in form.errors["remind_days"])

    @pytest.mark.parametrize(("days", "kept"), [("", []), ("10", [10]), ("9，4 ;2", [2, 4, 9])])
    def test_up_to_three_days_remind(self, days: str, kept: list[int]) -> None:
        """None is a choice too."""
        data = {"remind_days": days, "opens_at": "2031-03-01T09:00", "closes_at": "2031-03-15T20:00"}
        form = WaveForm(data, versions=QuestionnaireVersion.objects.none())
        form.is_valid()
        assert "remind_days" not in form.errors
        assert form.cleaned_data["remind_days"] == kept

    def test_the_estimate_says_what_a_design_comes_to(
        self, cast: Cast, site: Site, households: list[Household]
    ) -> None:
        """Beside the form, before anything is kept."""
        client = Client()
        client.force_login(cast.supervisor)
        data = {
            "audience": "households", "selection": "sample", "stratify": "none", "margin": "0.050",
            "confidence": "0.95", "expected_response": "30",
        }  # fmt: skip
        page = client.get(reverse("surveys:estimate", args=[site.pk]), data).content.decode()
        assert "177 would have to be invited, and it has 60" in page


class TestRunning:
    def test_a_wave_that_was_not_drawn_does_not_open(
        self, cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion]
    ) -> None:
        """Nor does one whose register is empty get drawn."""
        values = {"title": {"en": "x"}, "audience": "households", "opens_at": now(), "closes_at": now() + timedelta(days=1)}  # fmt: skip
        wave = waves.add_wave(user=cast.supervisor, site=site, version=shipped["SAT-Q"], values=values)
        with pytest.raises(ValidationError, match="Draw who is asked first"):
            waves.open_wave(user=cast.supervisor, wave_id=wave.pk)
        with pytest.raises(ValidationError, match="Nobody is in the register"):
            waves.draw(user=cast.supervisor, wave_id=wave.pk)

    def test_a_closed_wave_counts_on_its_day_and_never_opens_again(
        self, cast: Cast, site: Site, prepare: Prepare
    ) -> None:
        """The day is the site's."""
        wave = waves.close_wave(user=cast.supervisor, wave_id=prepare(opened=True).pk)
        today = local(now(), site.zone_info).date()
        assert wave.closed_on == today
        assert waiting(site.pk, today, today) == [today]
        with pytest.raises(ValidationError):
            waves.open_wave(user=cast.supervisor, wave_id=wave.pk)
        with pytest.raises(ValidationError, match="Only a running survey"):
            waves.close_wave(user=cast.supervisor, wave_id=wave.pk)

    def test_a_photo_cannot_be_asked_for_anonymously(
        self, cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion]
    ) -> None:
        """It could show who sent it."""
        version = shipped["SAT-Q"]
        last = version.questions.order_by("-position")[0]
        version.questions.create(
            section=last.section, position=last.position + 1, code="photo", kind="photo", text={"en": "Photo"}
        )
        values = {"title": {"en": "x"}, "audience": "open", "opens_at": now(), "closes_at": now() + timedelta(days=1)}  # fmt: skip
        with pytest.raises(ValidationError, match="cannot be anonymous"):
            waves.add_wave(user=cast.supervisor, site=site, version=version, values=values)
        assert waves.add_wave(
            user=cast.supervisor, site=site, version=version, values={**values, "is_anonymous": False}
        ).pk

    def test_colleagues_are_told_with_a_link_of_their_own(
        self, cast: Cast, site: Site, prepare: Prepare
    ) -> None:
        """Everybody with a role at the site but auditors."""
        wave = prepare(opened=True, code="SAT-P", audience="staff")
        told = Notification.objects.filter(kind="surveys.invited")
        assert set(told.values_list("recipient__name", flat=True)) == {
            "Guard", "Other Guard", "Shift Leader", "Supervisor", "Fire Manager", "Engineer", "Trainer",
            "Project Manager", "Company Manager", "Administrator",
        }  # fmt: skip
        guard = wave.invitations.get(person=cast.guard)
        assert told.get(recipient=cast.guard).url == f"/s/{invitation_token(guard.pk, guard.serial)}/"
        assert told.values("url").distinct().count() == told.count() == wave.invited

    def test_a_survey_of_colleagues_speaks_of_colleagues(
        self, client: Client, cast: Cast, prepare: Prepare
    ) -> None:
        """Neither of a register that is too small, nor of letters; the whole is no building."""
        wave = prepare(code="SAT-P", audience="staff", selection="sample")
        client.force_login(cast.supervisor)
        drawn = client.post(reverse("surveys:wave_draw", args=[wave.pk]), follow=True).content.decode()
        assert "Colleagues are told when it opens." in drawn
        assert "letters can be printed" not in drawn
        assert "register" not in drawn
        waves.open_wave(user=cast.supervisor, wave_id=wave.pk)
        page = client.get(reverse("surveys:results", args=[wave.pk])).content.decode()
        assert "All together" in page
        assert "In no building" not in page
        assert "Few answered" not in page, "it has only begun"

    def test_letters_are_noted_as_sent_and_reminders_go_to_who_has_not_answered(
        self, cast: Cast, prepare: Prepare
    ) -> None:
        """A shift leader may print them."""
        wave = prepare(opened=True)
        assert len(to_print(user=cast.shift_leader, wave=wave, which="all", most=1_000)) == 60
        assert not wave.invitations.filter(sent_at=None).exists()
        first = wave.invitations.order_by("pk")[0]
        answered_by(first)
        missing = to_print(user=cast.shift_leader, wave=wave, which="missing", most=1_000)
        assert first not in missing
        assert len(missing) == 59

    def test_who_could_not_be_reached_may_still_answer(self, cast: Cast, prepare: Prepare) -> None:
        """The letter may turn up; once answered the note cannot be made."""
        invitation = prepare(opened=True).invitations.order_by("pk")[0]
        mark_unreachable(user=cast.shift_leader, invitation=invitation, reachable=False)
        answered_by(invitation)
        with pytest.raises(ValidationError, match="changed meanwhile"):
            mark_unreachable(user=cast.shift_leader, invitation=invitation, reachable=False)


class TestAnonymity:
    def test_an_answer_names_nobody_and_closing_leaves_no_trace_in_the_rows(
        self, cast: Cast, prepare: Prepare
    ) -> None:
        """After closing all rows were written by one transaction, in an order that is not the order of answering."""
        wave = prepare(opened=True)
        invitations = list(wave.invitations.order_by("pk"))
        keys = [answered_by(one, {"overall": 1 + number % 5}).pk for number, one in enumerate(invitations)]
        before = list(Response.objects.order_by("pk").values())
        assert {row["invitation_id"] for row in before} == {row["received_at"] for row in before} == {None}
        waves.close_wave(user=cast.supervisor, wave_id=wave.pk)
        assert list(Response.objects.order_by("pk").values()) == before
        with connection.cursor() as cursor:
            for table in ("surveys_response", "surveys_invitation", "surveys_answer"):
                cursor.execute(f"SELECT count(DISTINCT xmin::text) FROM {table}")
                assert cursor.fetchone()[0] == 1
            cursor.execute("SELECT id FROM surveys_response ORDER BY ctid")
            stored = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT id FROM surveys_invitation ORDER BY ctid")
            places = [row[0] for row in cursor.fetchall()]
        assert sorted(stored) == sorted(keys)
        assert stored != keys  # 60! orders: chance does not bring this one back
        assert places != [one.pk for one in invitations]

    def test_a_named_wave_keeps_invitation_and_time(self, prepare: Prepare) -> None:
        """So that somebody can be called back."""
        invitation = prepare(opened=True, is_anonymous=False).invitations.order_by("pk")[0]
        response = answered_by(invitation)
        assert response.invitation_id == invitation.pk
        assert response.received_at is not None

    def test_its_invitations_keep_no_history(self) -> None:
        """A version of the row would say when it was answered."""
        assert not any(field.name == "pgh_obj" for field in Invitation._meta.related_objects)
