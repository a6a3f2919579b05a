"""Whoever holds a letter answers in a minute, without an account and without a script; once, whatever happens (F48)."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.models import AuditEntry
from core.secret_paths import masked
from portal import limits
from surveys.links import gate_token, gate_url, invitation_token, invitation_url
from surveys.models import Answer, Invitation, InvitationState, Response, Wave
from surveys.services.waves import cancel_wave, close_wave, issue_code
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075")]
Prepare = Callable[..., Wave]
SHOWN = "overall service_quality response_speed communication attitude safety security_staff nps words"


def page_of(invitation: Invitation) -> str:
    """The path of its page."""
    return reverse("portal:survey", args=[invitation_token(invitation.pk, invitation.serial)])


def send(client: Client, path: str, **data: Any) -> Any:
    """The form with a fresh key, as it is drawn without conditions met."""
    return client.post(path, {"key": str(uuid4()), "shown": SHOWN, "a_overall": "4", **data})


def text_of(response: Any) -> str:
    """The page in plain words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def invitation(prepare: Prepare) -> Invitation:
    """One of a running anonymous wave."""
    return prepare(opened=True).invitations.order_by("pk")[0]


class TestTheLetter:
    def test_its_answers_are_kept_without_its_name(self, client: Client, invitation: Invitation) -> None:
        """Thanks afterwards; a second visit says that it was answered."""
        response = send(client, page_of(invitation), a_nps="9", a_words="More light at gate 2, please")
        assert response.status_code == 302
        assert "Your answers have arrived" in text_of(client.get(response.url))
        kept = Response.objects.get()
        assert (kept.channel, kept.evidence, kept.language) == ("letter", "personal", "en")
        assert (kept.invitation_id, kept.received_at) == (None, None)
        assert {
            row.question.code: row.number or row.text for row in kept.answers.select_related("question")
        } == {
            "overall": 4,
            "nps": 9,
            "words": "More light at gate 2, please",
        }
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.ANSWERED
        assert "has been answered" in text_of(client.get(page_of(invitation)))

    def test_a_condition_brings_up_its_question_and_nothing_is_lost(
        self, client: Client, invitation: Invitation
    ) -> None:
        """Dissatisfied: what should be better is asked before anything is kept."""
        page = send(client, page_of(invitation), a_overall="2", a_words="Too slow")
        assert page.status_code == 200
        assert not Response.objects.exists()
        content = page.content.decode()
        assert 'name="a_why_not"' in content
        assert "Too slow" in content
        assert re.search(r'name="a_overall" value="2"[^>]*checked', content)
        key = re.search(r'name="key" value="([0-9a-f-]+)"', content)
        assert key is not None
        data = {"key": key[1], "shown": f"{SHOWN} why_not", "a_overall": "2", "a_words": "Too slow", "a_why_not": ["slow", "rude"]}  # fmt: skip
        assert client.post(page_of(invitation), data).status_code == 302
        assert Answer.objects.get(question__code="why_not").choices == ["slow", "rude"]

    def test_an_answer_whose_condition_no_longer_holds_is_left_out(
        self, client: Client, invitation: Invitation
    ) -> None:
        """Somebody went back and was satisfied after all."""
        send(client, page_of(invitation), shown=f"{SHOWN} why_not", a_overall="5", a_why_not="slow")
        assert Response.objects.get().answers.get().question.code == "overall"

    def test_what_is_missing_stands_beside_its_question_with_what_was_typed(
        self, client: Client, invitation: Invitation
    ) -> None:
        """The one needed answer."""
        page = send(client, page_of(invitation), a_overall="", a_words="Good people")
        assert page.status_code == 422
        assert not Response.objects.exists()
        content = page.content.decode()
        assert re.search(r'id="q-overall-error">Please answer this', content)
        assert "Good people" in content

    @pytest.mark.parametrize("data", [{"a_overall": "6"}, {"a_overall": "4", "a_nps": "11"}, {"a_nps": "x"}, {"a_words": "x" * 2_001}])  # fmt: skip
    def test_what_is_no_answer_is_refused(
        self, client: Client, invitation: Invitation, data: dict[str, str]
    ) -> None:
        """Beside the field."""
        assert send(client, page_of(invitation), **data).status_code == 422
        assert not Response.objects.exists()

    def test_who_does_not_want_to_take_part_says_so_and_may_change_their_mind(
        self, client: Client, invitation: Invitation
    ) -> None:
        """They are not reminded; nothing else follows."""
        path = page_of(invitation)
        client.post(f"{path}refuse/")
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.REFUSED
        assert "You do not take part" in text_of(client.get(path))
        assert 'name="a_overall"' in client.get(f"{path}?again").content.decode()
        assert send(client, path).status_code == 302
        client.post(f"{path}refuse/")
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.ANSWERED

    def test_it_says_when_it_has_not_begun_is_closed_or_cancelled(
        self,
        client: Client,
        cast: Cast,
        prepare: Prepare,
    ) -> None:
        """And keeps nothing."""
        wave = prepare(opens_at=now() + timedelta(days=1))
        invitation = wave.invitations.order_by("pk")[0]
        assert "has not begun" in text_of(client.get(page_of(invitation)))
        assert "has not begun" in text_of(send(client, page_of(invitation)))
        cancel_wave(user=cast.supervisor, wave_id=wave.pk, reason="Storm")
        assert "is closed" in text_of(client.get(page_of(invitation)))
        assert not Response.objects.exists()

    def test_after_its_end_nobody_answers_though_no_tick_has_closed_it(
        self, client: Client, invitation: Invitation
    ) -> None:
        """The end is the end."""
        with time_machine.travel(invitation.wave.closes_at, tick=False):
            assert "is closed" in text_of(send(client, page_of(invitation)))
        assert not Response.objects.exists()

    def test_it_is_small_private_and_speaks_three_languages(
        self, client: Client, invitation: Invitation
    ) -> None:
        """No script, nothing cached, nothing found by search engines."""
        response = client.get(page_of(invitation), headers={"accept-language": "zh-CN"})
        content = response.content.decode()
        assert "总的来说" in content
        assert "很不满意" in content
        assert "<script" not in content
        assert len(response.content) < 40_000
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        hant = client.get(page_of(invitation), headers={"accept-language": "zh-HK"}).content.decode()
        assert "整體而言" in hant

    def test_its_address_is_not_in_logs(self, invitation: Invitation) -> None:
        """Nor is that of the open code."""
        token = invitation_token(invitation.pk, 1)
        assert masked(f"/s/{token}/refuse/") == "/s/…/refuse/"
        assert masked(f"/s/g/{token}/?thanks") == "/s/g/…/?thanks"


class TestTheDoor:
    def test_a_wrong_or_foreign_token_leads_nowhere(self, client: Client, invitation: Invitation) -> None:
        """Nor does an invitation's token at the gate's address, or the other way round."""
        token = invitation_token(invitation.pk, invitation.serial)
        for path in ("/s/aaaaaaaaaaaaaaaaaaaaaaaaaa/", f"/s/{token[:-1]}/", f"/s/g/{token}/"):
            assert client.get(path).status_code == 404, path

    def test_who_guesses_finds_even_good_links_closed(
        self, client: Client, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """For a minute."""
        monkeypatch.setattr(limits, "GUESSES_PER_ADDRESS", 3)
        for letter in "abc":
            client.get(f"/s/{letter * 26}/")
        assert client.get(page_of(invitation)).status_code == 404
        cache.clear()
        assert client.get(page_of(invitation)).status_code == 200

    def test_a_flood_is_slowed_down_and_loses_nothing(
        self, client: Client, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was typed is still there."""
        monkeypatch.setattr(limits, "ANSWERS_PER_ADDRESS", 0)
        page = send(client, page_of(invitation), a_words="Typed already")
        assert (page.status_code, page["Retry-After"]) == (429, "600")
        assert "Typed already" in page.content.decode()

    def test_a_machine_that_fills_every_field_is_thanked_and_ignored(
        self, client: Client, invitation: Invitation
    ) -> None:
        """Nothing is kept."""
        assert "Thank you" in text_of(send(client, page_of(invitation), website="http://spam"))
        assert not Response.objects.exists()

    def test_a_forged_form_is_refused(self, invitation: Invitation) -> None:
        """Without the token of the form."""
        assert Client(enforce_csrf_checks=True).post(page_of(invitation), {}).status_code == 403


class TestTheOpenCode:
    def test_its_answers_are_marked_as_weaker_evidence(
        self,
        client: Client,
        cast: Cast,
        prepare: Prepare,
    ) -> None:
        """Two forms are two answers; the same form twice is one."""
        wave = prepare(opened=True, audience="open")
        path = reverse("portal:survey_gate", args=[gate_token(wave.pk, wave.gate_serial)])
        assert gate_url(wave).endswith(path)
        key = str(uuid4())
        for _again in range(3):
            assert send(client, path, key=key).status_code == 302
        send(client, path)
        assert set(Response.objects.values_list("channel", "evidence")) == {("gate", "open")}
        assert Response.objects.count() == 2
        assert "Anonymous: nobody can tell" in text_of(client.get(path))
        before = wave.gate_serial
        issue_code(user=cast.supervisor, wave_id=wave.pk)
        assert client.get(path).status_code == 404
        assert Wave.objects.get(pk=wave.pk).gate_serial == before + 1

    def test_a_survey_with_names_does_not_claim_to_know_who_scanned(
        self, client: Client, cast: Cast, prepare: Prepare
    ) -> None:
        """Behind the letter it says that it knows, behind the code that it does not ask."""
        wave = prepare(opened=True, is_anonymous=False)
        issue_code(user=cast.supervisor, wave_id=wave.pk)
        wave.refresh_from_db()
        gate = text_of(
            client.get(reverse("portal:survey_gate", args=[gate_token(wave.pk, wave.gate_serial)]))
        )
        letter = text_of(client.get(page_of(wave.invitations.order_by("pk")[0])))
        assert "we know which invitation" not in gate
        assert "We do not ask who you are" in gate
        assert "we know which invitation" in letter
        assert "We do not ask who you are" not in letter


@pytest.mark.fault("F48")
class TestOnce:
    def test_looking_never_consumes(self, client: Client, invitation: Invitation) -> None:
        """A chat program that looks ahead, a bot, HEAD: the link is as good as new."""
        for _again in range(3):
            client.get(page_of(invitation))
            client.head(page_of(invitation))
            client.get(f"{page_of(invitation)}?thanks")
            client.get(f"{page_of(invitation)}refuse/")
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.INVITED
        assert send(client, page_of(invitation)).status_code == 302

    def test_a_form_sent_twice_or_after_back_is_one_answer(
        self, client: Client, invitation: Invitation
    ) -> None:
        """The first answers stay."""
        key = str(uuid4())
        send(client, page_of(invitation), key=key)
        send(client, page_of(invitation), key=key)
        send(client, page_of(invitation), key=key, a_overall="1")
        shared = send(Client(), page_of(invitation), a_overall="1")
        assert "has been answered" in text_of(shared)
        assert Response.objects.get().answers.get().number == 4

    def test_the_code_on_paper_is_the_links(self, invitation: Invitation) -> None:
        """What is printed leads to the page."""
        assert invitation_url(invitation).endswith(page_of(invitation))


def status_of(path: str, key: str) -> int:
    """Send a form from another browser."""
    return int(send(Client(), path, key=key).status_code)


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run jobs at the same moment, each with a connection of its own."""
    barrier = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(number: int, job: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[number] = job()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.fault("F48")
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.parametrize("is_anonymous", [True, False])
    def test_a_link_answered_by_many_at_once_has_one_answer(
        self,
        prepare: Prepare,
        is_anonymous: bool,
    ) -> None:
        """A family chat, two phones, a nervous finger: six forms, two of them sent three times."""
        wave = prepare(opened=True, is_anonymous=is_anonymous)
        for invitation in wave.invitations.order_by("pk")[:4]:
            path, keys = page_of(invitation), [str(uuid4()) for _n in range(3)]
            statuses = at_once([partial(status_of, path, key) for key in (*keys, *keys)])
            assert set(statuses) <= {302, 200, 409}, statuses
            assert 302 in statuses
        assert Response.objects.count() == 4
        assert wave.invitations.filter(state=InvitationState.ANSWERED).count() == 4

    def test_an_answer_at_the_moment_of_closing_counts_or_is_refused(
        self,
        cast: Cast,
        prepare: Prepare,
    ) -> None:
        """Never half: an answered invitation has its answer."""
        wave = prepare(opened=True)
        paths = [page_of(one) for one in wave.invitations.order_by("pk")[:6]]
        jobs: list[Callable[[], Any]] = [partial(status_of, path, str(uuid4())) for path in paths]
        jobs.insert(3, partial(close_wave, user=cast.supervisor, wave_id=wave.pk))
        at_once(jobs)
        answered = wave.invitations.filter(state=InvitationState.ANSWERED).count()
        assert Response.objects.count() == answered
        assert Wave.objects.get(pk=wave.pk).state == "closed"


def test_who_looks_at_the_address_of_the_open_code_is_recorded(
    cast: Cast, prepare: Callable[..., Wave]
) -> None:
    """It is on no page until somebody asks for it; so is who printed the poster."""
    wave = issue_code(user=cast.supervisor, wave_id=prepare(opened=True).pk)
    desk = Client()
    desk.force_login(cast.shift_leader)
    assert gate_url(wave) not in desk.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
    assert not AuditEntry.objects.filter(action="surveys.address_seen").exists()
    shown = desk.post(reverse("surveys:wave_address", args=[wave.pk])).content.decode()
    assert gate_url(wave) in shown
    desk.get(reverse("surveys:wave_poster", args=[wave.pk]))
    for action in ("surveys.address_seen", "surveys.poster"):
        entry = AuditEntry.objects.get(action=action)
        assert entry.details["serial"] == wave.gate_serial
        assert entry.site == wave.site
