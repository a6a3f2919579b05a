"""After a service: the resident whose case was closed is asked once how it went."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
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
)
from surveys.services import after_service, standing
from surveys.services.answering import refuse
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.outbox import work_off
from tests.surveys.served import RESIDENT, asked_of, close, closed

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075")]


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
