"""Sending people from the case's page and through the API."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from incidents.models import Case
from incidents.selectors.board import columns_of
from incidents.services.dispatching import move, send
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.rosters.factories import PostFactory, ShiftFactory


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def case(site: Site) -> Case:
    """A violation, open."""
    return CaseFactory.create(site=site, kind="violation")


@pytest.fixture
def on_shift(cast: Cast, site: Site) -> None:
    """Two guards are on shift."""
    for person in (cast.guard, cast.other_guard):
        ShiftFactory.create(
            post=PostFactory.create(site=site, kind="patrol"), person=person,
            starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(hours=7),
        )  # fmt: skip


def form_of(page: str, person_id: int, *, helps: bool = False) -> dict[str, str]:
    """The fields of the button that sends a person, as the page has them."""
    for form in re.findall(r"<form.*?</form>", page, re.S):
        fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
        if fields.get("person") == str(person_id) and ("helps" in fields) == helps:
            return fields
    raise AssertionError("no such button")


@pytest.mark.requirement("R014")
def test_one_click_sends_and_another_sends_somebody_instead(cast: Cast, case: Case, on_shift: None) -> None:
    client = signed_in(cast.supervisor)
    url, post = reverse("incidents:case", args=[case.pk]), reverse("incidents:dispatch_send", args=[case.pk])
    page = client.get(url).content.decode()
    assert "not seen yet this shift · free" in page
    client.post(post, form_of(page, cast.guard.pk))
    case.refresh_from_db()
    assert case.assigned_to == cast.guard

    page = client.get(url).content.decode()
    client.post(post, form_of(page, cast.other_guard.pk, helps=True))
    assert case.dispatches.active().count() == 2
    page = client.get(reverse("incidents:case_dispatch", args=[case.pk])).content.decode()
    assert "Guard" in page
    assert "helps" in page


@pytest.mark.fault("F46")
def test_a_page_shown_before_somebody_else_sent_changes_nothing_and_says_so(
    cast: Cast, case: Case, on_shift: None
) -> None:
    client = signed_in(cast.supervisor)
    stale = client.get(reverse("incidents:case", args=[case.pk])).content.decode()
    send(user=cast.shift_leader, case_id=case.pk, person=cast.other_guard)
    answer = client.post(
        reverse("incidents:dispatch_send", args=[case.pk]), form_of(stale, cast.guard.pk), follow=True
    )
    assert "Meanwhile Other Guard has been sent" in answer.content.decode()
    case.refresh_from_db()
    assert case.assigned_to == cast.other_guard


def test_anybody_of_the_site_can_be_sent_by_the_form(cast: Cast, case: Case) -> None:
    client, url = signed_in(cast.supervisor), reverse("incidents:dispatch_other", args=[case.pk])
    assert cast.sibling_guard.name not in client.get(url).content.decode()
    client.post(url, {"person": cast.facility_engineer.pk, "note": "Bring the key"})
    line = case.entries.get(code="dispatch.lead")
    assert "Bring the key" in line.text


def test_the_desk_says_it_for_who_has_no_phone_and_calls_back(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    client = signed_in(cast.shift_leader)
    client.post(reverse("incidents:dispatch_move", args=[sent.pk, "arrive"]))
    sent.refresh_from_db()
    assert sent.state == "on_site"
    client.post(reverse("incidents:dispatch_recall", args=[sent.pk]), {"reason": "Handled"})
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("withdrawn", "Handled")


def test_declining_by_the_form_demands_a_reason(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    client, url = signed_in(cast.guard), reverse("incidents:dispatch_decline", args=[sent.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "Alone at the gate"})
    sent.refresh_from_db()
    assert sent.state == "declined"


def test_lists_and_board_say_how_far_they_are(cast: Cast, case: Case) -> None:
    sent = send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    move(user=cast.guard, case_id=case.pk, dispatch_id=sent.pk, event="leave")
    client = signed_in(cast.supervisor)
    for name in ("incidents:cases", "portal:live"):
        assert "On the way" in client.get(reverse(name)).content.decode(), name
    board = client.get(reverse("incidents:board"), {"kind": "violation"}).content.decode()
    assert "On the way" in board
    [card] = [one for column in columns_of(Case.objects.all(), "violation") for one in column.cases]
    assert card.lead_state == "on_way"  # type: ignore[attr-defined]


class TestApi:
    def test_nearest_send_move_recall(self, cast: Cast, case: Case, on_shift: None) -> None:
        client, base = signed_in(cast.supervisor), f"/api/v1/cases/{case.pk}"
        found = client.get(f"{base}/nearest/").json()
        assert {row["person"] for row in found} == {cast.guard.pk, cast.other_guard.pk}
        sent = client.post(
            f"{base}/dispatch/", {"person": cast.guard.pk}, content_type="application/json"
        ).json()
        assert (sent["state"], sent["is_lead"]) == ("assigned", True)
        guard = signed_in(cast.guard)
        body = {"dispatch": sent["id"], "event": "accept"}
        moved = guard.post(f"{base}/dispatch/move/", body, content_type="application/json")
        assert moved.json()["state"] == "accepted"
        detail = client.get(f"{base}/").json()
        assert detail["dispatches"][0]["accepted_at"] is not None
        body = {"dispatch": sent["id"], "reason": "done"}
        back = client.post(f"{base}/dispatch/recall/", body, content_type="application/json")
        assert back.json()["state"] == "withdrawn"

    @pytest.mark.fault("F46")
    def test_another_lead_is_412_and_declining_without_words_400(self, cast: Cast, case: Case) -> None:
        sent = send(user=cast.shift_leader, case_id=case.pk, person=cast.other_guard)
        client, base = signed_in(cast.supervisor), f"/api/v1/cases/{case.pk}/dispatch/"
        answer = client.post(base, {"person": cast.guard.pk}, content_type="application/json")
        assert answer.status_code == 412
        assert answer["Content-Type"] == "application/problem+json"
        assert "Other Guard" in answer.json()["detail"]
        body = {"dispatch": sent.pk, "event": "decline"}
        assert client.post(f"{base}move/", body, content_type="application/json").status_code == 400

    def test_the_same_key_sends_once(self, cast: Cast, case: Case) -> None:
        client, base = signed_in(cast.supervisor), f"/api/v1/cases/{case.pk}/dispatch/"
        key = {"headers": {"Idempotency-Key": "0192f0c4-0000-7000-8000-000000000001"}}
        answers = [
            client.post(base, {"person": cast.guard.pk}, content_type="application/json", **key)  # type: ignore[arg-type]
            for _time in range(2)
        ]
        assert answers[0].json() == answers[1].json()
        assert case.entries.filter(code="dispatch.lead").count() == 1
