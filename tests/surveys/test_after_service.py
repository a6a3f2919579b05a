"""After a service: the resident whose case was closed is asked once how it went, and told apart from the sample."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.models import OutboxItem
from incidents.links import case_token
from incidents.models import Case, CaseSource, FollowUp, IntakePoint
from incidents.services.handling import merge_duplicate
from incidents.services.intake_points import add_point
from incidents.services.residents import Sender, report
from incidents.services.steps import take_step
from organization.models import Site
from surveys.links import invitation_path, invitation_token
from surveys.models import (
    Channel,
    Invitation,
    InvitationState,
    QuestionnaireVersion,
    Response,
    Stratum,
    Wave,
    WaveState,
)
from surveys.selectors.figures import counts_of_days
from surveys.selectors.months import by_month, shown_until
from surveys.selectors.result_parts import by_stratum
from surveys.selectors.results import Results
from surveys.selectors.standing import to_come_back_to
from surveys.selectors.words import words_of_wave
from surveys.services import after_service, standing
from surveys.services.answering import refuse
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.outbox import work_off
from tests.surveys.answers import answered_by

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075")]
RESIDENT: dict[str, Any] = {
    "name": "Li Na",
    "email": "li@example.org",
    "unit": "3-1201",
    "phone": "13800138000",
}
SOLVED = {"solved": ["yes"], "result": 5}


@pytest.fixture
def point(cast: Cast, site: Site) -> IntakePoint:
    """A code at the gate."""
    return add_point(user=cast.supervisor, site=site, place="South gate")


@pytest.fixture
def switched_on(cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion]) -> Callable[..., Wave]:
    """Switches the questions after a service on."""

    def on(*, is_anonymous: bool = False, cap_days: int = 30) -> Wave:
        return standing.switch_on(
            user=cast.supervisor, site=site, version=shipped["SAT-S"], is_anonymous=is_anonymous, cap_days=cap_days
        )  # fmt: skip

    return on


def closed(cast: Cast, point: IntakePoint, kind: str = "repair", **sender: Any) -> Case:
    """A resident's report brought to its end, and what the outbox was left with done."""
    follow_up = report(
        point=point,
        report=kind,
        key=uuid4(),
        text="The gate does not close",
        sender=Sender(**(sender or RESIDENT)),
    ).follow_up
    close(cast, follow_up.pk)
    return Case.objects.get(pk=follow_up.pk)


def close(cast: Cast, case_id: int) -> None:
    """From wherever it stands."""
    case = Case.objects.get(pk=case_id)
    if case.kind == "complaint":
        take_step(user=cast.supervisor, case_id=case_id, step="investigate", values={})
        take_step(user=cast.supervisor, case_id=case_id, step="reply", values={"facts.reply": "Sorry", "facts.is_valid": True})  # fmt: skip
        take_step(user=cast.supervisor, case_id=case_id, step="answer", values={"facts.answer": "satisfied"})
    else:
        if case.state == "submitted":
            take_step(user=cast.supervisor, case_id=case_id, step="accept", values={})
        take_step(user=cast.supervisor, case_id=case_id, step="finish", values={"resolution": "New hinge"})
        take_step(user=cast.supervisor, case_id=case_id, step="confirm", values={})
    work_off(after_service.ASK)
    work_off(after_service.MAIL)


def asked_of(case: Case) -> Invitation | None:
    """The invitation of a case."""
    return Invitation.objects.filter(case=case).first()


class TestWhoIsAsked:
    def test_a_closed_case_asks_its_resident_by_mail_and_on_the_page(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        """Once, with a link of their own, in their language; the answer is counted."""
        wave = switched_on()
        case = closed(cast, point, language="zh-hans", **RESIDENT)
        invitation = asked_of(case)
        assert invitation is not None
        (sent,) = [one for one in mail.outbox if invitation_path(invitation) in one.body]
        assert sent.to == ["li@example.org"]
        assert sent.extra_headers["Content-Language"] == "zh-hans"
        assert case.number in sent.subject
        assert "How did it go" not in sent.subject
        page = Client().get(reverse("portal:resident_case", args=[case_token(case.pk, 1)]))
        assert invitation_path(invitation) in page.content.decode()
        data = {"key": str(uuid4()), "shown": "solved arrival attitude result words", "a_solved": "yes", "a_result": "5"}  # fmt: skip
        assert Client().post(invitation_path(invitation), data).status_code == 302
        response = Response.objects.get()
        assert (response.channel, response.invitation, response.wave) == (Channel.SERVICE, invitation, wave)
        page = Client().get(reverse("portal:resident_case", args=[case_token(case.pk, 1)]))
        assert invitation_path(invitation) not in page.content.decode()

    def test_without_an_address_only_the_page_asks(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        switched_on()
        case = closed(cast, point, name="Wang", phone="13900139000")
        assert asked_of(case) is not None
        assert not mail.outbox
        assert not OutboxItem.objects.filter(handler=after_service.MAIL).exists()

    def test_a_complaint_is_a_service_too(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        switched_on()
        assert asked_of(closed(cast, point, "complaint", **RESIDENT)) is not None

    def test_nobody_is_asked_where_it_is_off(self, cast: Cast, point: IntakePoint) -> None:
        case = closed(cast, point)
        assert asked_of(case) is None
        assert not OutboxItem.objects.filter(handler=after_service.ASK).exists()

    def test_who_said_nothing_of_themselves_is_not_asked(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        switched_on()
        assert asked_of(closed(cast, point, language="en")) is None

    def test_nor_after_withdrawing_declining_or_merging(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        """All of them end void."""
        switched_on()
        for step in ("withdraw", "decline", "merge"):
            follow_up = report(
                point=point, report="repair", key=uuid4(), text="Light", sender=Sender(email=f"{step}@example.org")
            ).follow_up  # fmt: skip
            case = follow_up.case
            if step == "merge":
                other = CaseFactory.create(site=case.site, kind="service_request")
                merge_duplicate(
                    user=cast.supervisor, case_id=case.pk, version=case.version, original_id=other.pk
                )
            else:
                take_step(user=cast.supervisor, case_id=case.pk, step=step, values={"note": "No"})
            case.refresh_from_db()
            assert case.closed_at is not None
            assert after_service.ask(case.pk) is None
        work_off(after_service.ASK)
        assert not Invitation.objects.exists()

    def test_nor_whoever_is_staff(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        switched_on()
        case = closed(cast, point)
        Invitation.objects.all().delete()
        Case.objects.filter(pk=case.pk).update(reported_by=cast.guard)
        assert after_service.ask(case.pk) is None
        Case.objects.filter(pk=case.pk).update(reported_by=None, source=CaseSource.GUARD)
        assert after_service.ask(case.pk) is None

    def test_nor_whom_the_house_has_forgotten(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        switched_on()
        case = closed(cast, point)
        Invitation.objects.all().delete()
        FollowUp.objects.filter(case=case).update(email="", unit="", token_sha256=None, erased_at=now())
        assert after_service.ask(case.pk) is None


class TestOnce:
    def test_opened_again_and_closed_again_asks_no_second_time(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        """While it is open again its page offers nothing; afterwards the same link."""
        wave = switched_on(cap_days=0)
        case = closed(cast, point)
        first = asked_of(case)
        assert first is not None
        take_step(user=cast.supervisor, case_id=case.pk, step="reopen", values={"note": "Still open"})
        page = Client().get(reverse("portal:resident_case", args=[case_token(case.pk, 1)]))
        assert invitation_path(first) not in page.content.decode()
        close(cast, case.pk)
        assert asked_of(case) == first
        assert Invitation.objects.count() == 1
        assert len([one for one in mail.outbox if invitation_path(first) in one.body]) == 1
        wave.refresh_from_db()
        assert (wave.invited, wave.population) == (1, 1)

    def test_a_case_open_again_before_the_worker_came_is_asked_when_it_ends(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        switched_on()
        follow_up = report(
            point=point, report="repair", key=uuid4(), text="Light", sender=Sender(**RESIDENT)
        ).follow_up
        for step, values in (("accept", {}), ("finish", {"resolution": "Done"}), ("confirm", {}), ("reopen", {"note": "No"})):  # fmt: skip
            take_step(user=cast.supervisor, case_id=follow_up.pk, step=step, values=values)
        work_off(after_service.ASK)
        assert not Invitation.objects.exists()
        close(cast, follow_up.pk)
        assert asked_of(follow_up.case) is not None

    def test_the_worker_may_come_twice(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        """Killed after the work and before the mark, it does the same piece again."""
        switched_on()
        case = closed(cast, point)
        OutboxItem.objects.update(state="waiting", claimed_until=None)
        work_off(after_service.ASK)
        assert after_service.ask(case.pk) is None
        assert Invitation.objects.count() == 1
        assert Stratum.objects.get().invited == 1

    def test_a_closing_that_fails_asks_nobody(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        """The piece of work is written by the same transaction."""
        switched_on()
        with pytest.raises(RuntimeError), transaction.atomic():
            closed(cast, point)
            raise RuntimeError
        assert not OutboxItem.objects.filter(handler=after_service.ASK).exists()

    def test_the_database_refuses_a_second_invitation(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        switched_on()
        invitation = asked_of(closed(cast, point))
        assert invitation is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(wave=invitation.wave, case=invitation.case, token_sha256="0" * 64)


class TestHowOften:
    @pytest.mark.parametrize(
        "other",
        [
            {"name": "Somebody", "unit": "3－1201 "},
            {"email": "LI@example.org"},
            {"phone": "+86 138 0013 8000"},
        ],
    )
    def test_a_household_is_asked_once_in_thirty_days(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave], other: dict[str, str]
    ) -> None:
        """Known by unit, address or number, however they are written."""
        wave = switched_on()
        begin = datetime(2031, 3, 3, 2, tzinfo=UTC)
        with time_machine.travel(begin, tick=False):
            assert asked_of(closed(cast, point)) is not None
        with time_machine.travel(begin + timedelta(days=29), tick=False):
            assert asked_of(closed(cast, point, **other)) is None
            assert asked_of(closed(cast, point, unit="3-1202", name="Neighbour")) is not None
        with time_machine.travel(begin + timedelta(days=31), tick=False):
            assert asked_of(closed(cast, point, **other)) is not None
        wave.refresh_from_db()
        assert (wave.population, wave.invited) == (4, 3)

    def test_the_cap_is_the_waves(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        """0 asks after every service; changed by who runs surveys, also across a wave switched off and on."""
        wave = switched_on(cap_days=0)
        assert asked_of(closed(cast, point))
        assert asked_of(closed(cast, point))
        with pytest.raises(PermissionDenied):
            standing.change_cap(user=cast.guard, wave_id=wave.pk, cap_days=7)
        standing.switch_off(user=cast.supervisor, wave_id=wave.pk)
        with pytest.raises(ValidationError):
            standing.change_cap(user=cast.supervisor, wave_id=wave.pk, cap_days=7)
        again = switched_on(cap_days=0)
        standing.change_cap(user=cast.supervisor, wave_id=again.pk, cap_days=7)
        assert asked_of(closed(cast, point)) is None

    def test_who_declines_is_left_alone(
        self, cast: Cast, point: IntakePoint, switched_on: Callable[..., Wave]
    ) -> None:
        """The mail that is still waiting is not sent."""
        switched_on()
        follow_up = report(
            point=point, report="repair", key=uuid4(), text="Light", sender=Sender(**RESIDENT)
        ).follow_up
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="accept", values={})
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="finish", values={"resolution": "x"})
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="confirm", values={})
        work_off(after_service.ASK)
        invitation = asked_of(follow_up.case)
        assert invitation is not None
        refuse(invitation_id=invitation.pk)
        mail.outbox.clear()
        work_off(after_service.MAIL)
        assert not mail.outbox


class TestSwitch:
    def test_it_is_on_once_at_a_site(
        self,
        cast: Cast,
        site: Site,
        shipped: dict[str, QuestionnaireVersion],
        switched_on: Callable[..., Wave],
    ) -> None:
        """Only by who runs surveys, only with a questionnaire for it; off, its links end."""
        with pytest.raises(PermissionDenied):
            standing.switch_on(user=cast.shift_leader, site=site, version=shipped["SAT-S"], is_anonymous=False, cap_days=30)  # fmt: skip
        with pytest.raises(ValidationError):
            standing.switch_on(user=cast.supervisor, site=site, version=shipped["SAT-Q"], is_anonymous=False, cap_days=30)  # fmt: skip
        wave = switched_on()
        assert (wave.state, wave.closes_at) == (WaveState.OPEN, None)
        with pytest.raises(ValidationError):
            switched_on()
        standing.switch_off(user=cast.supervisor, wave_id=wave.pk)
        assert switched_on().pk != wave.pk

    def test_the_pages_of_the_desk(
        self,
        client: Client,
        cast: Cast,
        site: Site,
        shipped: dict[str, QuestionnaireVersion],
        point: IntakePoint,
    ) -> None:
        """On, seen in the calendar, changed, read, off."""
        client.force_login(cast.supervisor)
        page = client.get(reverse("surveys:after_service")).content.decode()
        assert site.name in page
        form = {"version": shipped["SAT-S"].pk, "cap_days": "14", "form_key": str(uuid4())}
        address = reverse("surveys:after_service_on", args=[site.pk])
        assert client.post(address, form).status_code == 302
        wave = Wave.objects.get()
        assert (wave.cap_days, wave.is_anonymous) == (14, False)
        again = client.post(address, {**form, "form_key": str(uuid4())})
        assert again.status_code == 422
        assert "already" in again.content.decode()
        case = closed(cast, point)
        assert "after every service, since" in client.get(reverse("surveys:home")).content.decode()
        assert case.number in client.get(reverse("surveys:invitations", args=[wave.pk])).content.decode()
        assert (
            "Service request · Other" in client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
        )
        cap = reverse("surveys:after_service_cap", args=[wave.pk])
        assert client.post(cap, {"cap_days": "500", "form_key": str(uuid4())}).status_code == 422
        assert client.post(cap, {"cap_days": "0", "form_key": str(uuid4())}).status_code == 302
        client.post(reverse("surveys:after_service_off", args=[wave.pk]), {"form_key": str(uuid4())})
        wave.refresh_from_db()
        assert (wave.state, wave.cap_days) == (WaveState.CLOSED, 0)
        assert client.get(reverse("surveys:paper", args=[wave.pk])).status_code == 404


class TestResults:
    def answers(self, wave: Wave, scores: list[int], service: str = "service_request.lift") -> None:
        """One closed case and its answer for each score, today."""
        stratum, _new = Stratum.objects.get_or_create(
            wave=wave, service=service, defaults={"population": 0, "invited": 0}
        )
        for score in scores:
            case = CaseFactory.create(site=wave.site, kind="service_request")
            key = Invitation.objects.create(
                wave=wave, case=case, stratum=stratum, token_sha256=uuid4().hex * 2, sent_at=now()
            )
            answered_by(key, {"solved": ["yes"], "result": score, "words": "Slow"})

    def test_by_service_and_by_month(
        self, client: Client, cast: Cast, switched_on: Callable[..., Wave]
    ) -> None:
        """With names it is shown while it runs; a month of few stands with the next."""
        with time_machine.travel(datetime(2031, 1, 10, 2, tzinfo=UTC), tick=False):
            wave = switched_on()
            self.answers(wave, [5, 5])
        with time_machine.travel(datetime(2031, 2, 10, 2, tzinfo=UTC), tick=False):
            self.answers(wave, [5, 4, 2, 1])
        with time_machine.travel(datetime(2031, 3, 10, 2, tzinfo=UTC), tick=False):
            self.answers(wave, [3] * 6, "service_request.water")
            wave.refresh_from_db()
            results = Results(wave)
            line = next(one for one in results.lines if one.question.code == "result")
            months = by_month(wave, line.question, "", results.until)
            assert [(one.label, one.tally.answers, one.tally.satisfied) for one in months] == [
                ("2031-01 – 2031-02", 6, 4), ("2031-03", 6, 0)
            ]  # fmt: skip
            assert {part.label: part.tally.satisfied for part in by_stratum(results, line)} == {
                "Service request · Lift": 4, "Service request · Water and drains": 0
            }  # fmt: skip
            assert results.population == 0
            client.force_login(cast.supervisor)
            page = client.get(reverse("surveys:results", args=[wave.pk]), {"question": "result"}).content.decode()  # fmt: skip
            assert "2031-01 – 2031-02" in page
            assert "Service request · Lift" in page
            assert "no sample of the households" in page
            for form in ("xlsx", "csv"):
                file = client.get(reverse("surveys:results_file", args=[wave.pk, form]))
                assert file.status_code == 200

    def test_somebody_comes_back_to_what_is_not_settled(
        self, client: Client, cast: Cast, switched_on: Callable[..., Wave]
    ) -> None:
        """Only in a wave with names, only to who may know who was asked, and not what was opened again."""
        wave = switched_on()
        self.answers(wave, [5, 1, 2])
        bad = list(Response.objects.filter(answers__number__in=(1, 2)))
        settled, again = (Case.objects.get(pk=one.invitation.case_id or 0) for one in bad if one.invitation)
        Case.objects.filter(pk=settled.pk).update(status="closed", closed_at=now())
        assert [one.invitation.case for one in to_come_back_to(wave) if one.invitation] == [settled]
        client.force_login(cast.supervisor)
        page = client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
        assert settled.number in page
        assert again.number not in page
        client.force_login(cast.auditor)
        assert settled.number not in client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()

    def test_it_counts_in_no_indicator_of_satisfaction(
        self, cast: Cast, site: Site, switched_on: Callable[..., Wave]
    ) -> None:
        """K38 to K42 rest on the quarterly sample alone."""
        wave = switched_on()
        self.answers(wave, [5] * 6)
        wave = standing.switch_off(user=cast.supervisor, wave_id=wave.pk)
        assert wave.closed_on is not None
        assert counts_of_days(site, [wave.closed_on]) == {wave.closed_on: {}}

    def test_anonymous_it_keeps_neither_case_nor_day_and_shows_whole_months(
        self, cast: Cast, switched_on: Callable[..., Wave]
    ) -> None:
        """Two looks never differ by the answers of fewer than five."""
        with time_machine.travel(datetime(2031, 1, 10, 2, tzinfo=UTC), tick=False):
            wave = switched_on(is_anonymous=True)
            self.answers(wave, [5] * 5)
            kept: Any = set(Response.objects.values_list("invitation", "received_at", "received_on"))
            assert kept == {(None, None, date(2031, 1, 1))}
            assert shown_until(wave) == date.min
            assert not Results(wave).is_ready
        with time_machine.travel(datetime(2031, 2, 10, 2, tzinfo=UTC), tick=False):
            self.answers(wave, [1, 1])
            assert self.seen(wave) == [5]
        with time_machine.travel(datetime(2031, 3, 10, 2, tzinfo=UTC), tick=False):
            assert self.seen(wave) == [5]
            self.answers(wave, [4, 4, 4])
        with time_machine.travel(datetime(2031, 4, 1, 2, tzinfo=UTC), tick=False):
            assert standing.unlink_anonymous() == 1
            assert self.seen(wave) == [10]
            assert shown_until(wave) == date(2031, 4, 1)
            self.answers(wave, [2])
            wave = standing.switch_off(user=cast.supervisor, wave_id=wave.pk)
            assert self.seen(wave) == [10]
            assert Response.objects.count() == 11

    def seen(self, wave: Wave) -> list[int]:
        """How many answers the page, and the words, rest on."""
        results = Results(wave)
        counts = {sum(line.tally.answers for line in results.lines if line.question.code == "result")}
        counts |= {one.count for one in words_of_wave(wave, with_open=False) if one.question.code == "words"}
        return sorted(counts)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_workers_at_once_ask_a_household_once(
    cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion], point: IntakePoint
) -> None:
    """Four cases of one household closed together, each asked by two workers."""
    standing.switch_on(
        user=cast.supervisor, site=site, version=shipped["SAT-S"], is_anonymous=False, cap_days=30
    )
    cases = []
    for _n in range(4):
        follow_up = report(
            point=point, report="repair", key=uuid4(), text="Light", sender=Sender(**RESIDENT)
        ).follow_up
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="accept", values={})
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="finish", values={"resolution": "x"})
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="confirm", values={})
        cases.append(follow_up.pk)
    barrier = Barrier(8)

    def work(number: int) -> Any:
        barrier.wait()
        try:
            with transaction.atomic():
                return after_service.ask(cases[number % 4])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        made = [one for one in pool.map(work, range(8)) if one is not None]
    assert len(made) == 1
    assert Invitation.objects.count() == 1
    wave = Wave.objects.get()
    assert wave.invited == 1
    assert (wave.population or 0) >= 4
    assert Invitation.objects.get().state == InvitationState.INVITED
    assert invitation_token(made[0].pk, 1)
