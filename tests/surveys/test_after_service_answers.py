"""After a service: what is switched on, and how the answers are told apart from the sample."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from core.clock import now
from incidents.models import Case, IntakePoint
from organization.models import Site
from surveys.models import (
    Invitation,
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
from surveys.services import standing
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.surveys.answers import answered_by
from tests.surveys.served import closed

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075")]


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
