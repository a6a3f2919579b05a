"""At the desk: codes to print, the resident's card, links, answers, the filter by rating, the API."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from core.models import AuditEntry
from incidents.links import case_token, case_url, digest, point_url
from incidents.models import Case, FollowUp, IntakePoint
from incidents.papers.posters import posters
from incidents.services.follow_ups import issue_link
from incidents.services.forgetting import forget_resident
from incidents.services.intake_points import add_point, change_point, issue_label
from incidents.services.residents import Sender, rate, report
from incidents.services.steps import take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.organization.factories import ZoneFactory

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def point(cast: Cast, site: Site) -> IntakePoint:
    """A code in a lift."""
    return add_point(user=cast.supervisor, site=site, place="3 栋电梯")


def reported(point: IntakePoint, **sender: Any) -> FollowUp:
    made = report(point=point, report="repair", key=uuid4(), text="Light", sender=Sender(**sender))
    return made.follow_up


class TestCodes:
    def test_a_poster_says_it_in_three_languages_and_labels_stand_six_on_a_sheet(
        self, cast: Cast, site: Site, point: IntakePoint
    ) -> None:
        text = "".join(PdfReader(io.BytesIO(posters([point], "poster"))).pages[0].extract_text().split())
        for words in ("有事请扫码", "Somethingtoreport?Scan.", "有事請掃碼", "3栋电梯", "119"):
            assert words in text
        many = [add_point(user=cast.supervisor, site=site, place=f"Gate {n}") for n in range(7)]
        assert len(PdfReader(io.BytesIO(posters(many, "label"))).pages) == 2

    def test_planners_make_them_and_nobody_else(self, cast: Cast, site: Site, sibling_site: Site) -> None:
        for person in (cast.guard, cast.shift_leader, cast.auditor, cast.sibling_supervisor):
            with pytest.raises(PermissionDenied):
                add_point(user=person, site=site, place="Gate")
        with pytest.raises(ValidationError):
            add_point(user=cast.supervisor, site=site, place=" ")
        with pytest.raises(ValidationError):
            add_point(user=cast.supervisor, site=site, place="Gate", offers=[])
        zone = ZoneFactory.create(site=sibling_site)
        with pytest.raises(ValidationError):
            add_point(user=cast.supervisor, site=site, place="Gate", zone=zone)

    def test_by_the_pages(self, cast: Cast, site: Site) -> None:
        client = signed_in(cast.supervisor)
        given = {"place": "South gate", "offers": ["complaint", "repair"], "is_active": "on"}
        client.post(reverse("incidents:point_add"), given)
        point = IntakePoint.objects.get()
        assert point.offers == ["repair", "complaint"]  # in the order of the page
        page = client.get(reverse("incidents:point", args=[point.pk])).content.decode()
        assert point_url(point) in page
        before = point_url(point)
        client.post(reverse("incidents:point_label", args=[point.pk]))
        point.refresh_from_db()
        assert point_url(point) != before
        answer = client.post(reverse("incidents:posters"), {"layout": "label", "points": [point.pk]})
        assert answer.headers["Content-Type"] == "application/pdf"

    def test_a_changed_key_voids_nothing_and_prints_nothing(
        self, cast: Cast, point: IntakePoint, settings: Any
    ) -> None:
        before = point.token_sha256
        settings.SECRET_KEY = "another"
        client = signed_in(cast.supervisor)
        settings.SESSION_COOKIE_SECURE = False
        assert point_url(point) == ""
        answer = client.get(reverse("incidents:point_poster", args=[point.pk]))
        assert answer.url == reverse("incidents:point", args=[point.pk])  # type: ignore[attr-defined]
        point.refresh_from_db()
        assert point.token_sha256 == before

    def test_a_label_is_issued_on_record(self, cast: Cast, point: IntakePoint) -> None:
        issue_label(user=cast.supervisor, point=point)
        entry = AuditEntry.objects.get(action="incidents.intake_label_issued")
        assert entry.details == {"serial": 2, "place": "3 栋电梯"}


class TestTheCard:
    def test_who_may_know_the_resident_reads_it(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(
            point, name="Ms Li", phone="138 0000 0000", unit="3-1502", email="li@example.org"
        )
        url = reverse("incidents:case", args=[follow_up.pk])
        page = signed_in(cast.supervisor).get(url).content.decode()
        for words in ("Ms Li", "138 0000 0000", "3-1502", "li@example.org", case_url(follow_up)):
            assert words in page
        seen = signed_in(cast.auditor).get(url).content.decode()
        assert "Ms Li" in seen
        assert case_url(follow_up) not in seen  # whoever has the link could answer in the resident's place
        hidden = signed_in(cast.guard).get(url).content.decode()
        assert "Ms Li" not in hidden
        assert case_url(follow_up) not in hidden

    def test_what_they_see_is_shown_as_it_is(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        page = (
            signed_in(cast.guard)
            .get(reverse("incidents:case_resident", args=[follow_up.pk]))
            .content.decode()
        )
        assert "We have received it" in page

    def test_an_answer_is_begun_as_an_answer(self, cast: Cast, point: IntakePoint) -> None:
        follow_up, client = reported(point), signed_in(cast.supervisor)
        page = client.get(
            reverse("incidents:case_note", args=[follow_up.pk]) + "?to=resident"
        ).content.decode()
        assert 'name="is_message"' in page
        assert "checked" in page
        client.post(
            reverse("incidents:case_note", args=[follow_up.pk]), {"text": "On the way", "is_message": "on"}
        )
        assert Case.objects.get().first_reply_at is not None

    def test_forms_of_told_steps_say_who_reads(self, cast: Cast, point: IntakePoint, site: Site) -> None:
        follow_up, client = reported(point), signed_in(cast.supervisor)
        url = reverse("incidents:case_step", args=[follow_up.pk, "accept"])
        assert "The resident who follows this case reads it." in client.get(url).content.decode()
        inner = CaseFactory.create(site=site, kind="service_request")
        url = reverse("incidents:case_step", args=[inner.pk, "accept"])
        assert "The resident who follows this case reads it." not in client.get(url).content.decode()


class TestLinks:
    def test_a_caller_gets_one_and_a_new_one_voids_it(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site, kind="service_request", reporter_name="Mr Ho")
        client, url = signed_in(cast.shift_leader), reverse("incidents:case_link", args=[case.pk])
        for serial in (1, 2):
            client.post(url, {"language": "zh-hant", "email": "", "version": case.version})
            follow_up = FollowUp.objects.get()
            assert (follow_up.serial, follow_up.language) == (serial, "zh-hant")
            assert follow_up.token_sha256 == digest(case_token(case.pk, serial))

    def test_whoever_may_not_write_to_residents_gives_out_none(self, cast: Cast, point: IntakePoint) -> None:
        case_id = reported(point).pk
        for person in (cast.guard, cast.auditor):
            with pytest.raises(PermissionDenied):
                issue_link(user=person, case_id=case_id)

    def test_nobody_who_was_forgotten_gets_one(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        forget_resident(user=cast.project_manager, case=follow_up.case)
        with pytest.raises(ValidationError):
            issue_link(user=cast.supervisor, case_id=follow_up.pk)


def test_the_list_is_filtered_by_rating(cast: Cast, point: IntakePoint) -> None:
    numbers = {}
    for rating in (1, 3, 5, None):
        follow_up = reported(point)
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="accept", values={})
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="finish", values={"resolution": "Done"})
        if rating is not None:
            rate(case_id=follow_up.pk, rating=rating, words="")
        numbers[rating] = Case.objects.get(pk=follow_up.pk).number
    client = signed_in(cast.supervisor)
    for chosen, rating in (("low", 1), ("middle", 3), ("high", 5), ("none", None)):
        page = client.get(reverse("incidents:cases"), {"rating": chosen}).content.decode()
        assert [number for number in numbers.values() if number in page] == [numbers[rating]]


class TestTheApi:
    def test_a_case_names_its_resident_to_who_may_know(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point, name="Ms Li", email="li@example.org")
        url = reverse("api:case-detail", args=[follow_up.pk])
        known = signed_in(cast.supervisor).get(url).json()["resident"]
        assert (known["name"], known["email"], known["link"]) == (
            "Ms Li",
            "li@example.org",
            case_url(follow_up),
        )
        assert signed_in(cast.guard).get(url).json()["resident"] is None
        answer = signed_in(cast.supervisor).post(
            reverse("api:case-resident-link", args=[follow_up.pk]), {}, "application/json"
        )
        assert answer.json()["resident"]["link"].endswith(f"/r/case/{case_token(follow_up.pk, 2)}/")

    def test_points_are_made_changed_and_relabelled(self, cast: Cast, site: Site) -> None:
        client = signed_in(cast.supervisor)
        url = reverse("api:intake-point-list")
        made = client.post(url, {"site": site.pk, "place": "Gate", "offers": ["repair"]}, "application/json")
        assert made.status_code == 201, made.content
        point = IntakePoint.objects.get()
        assert made.json()["url"] == point_url(point)
        one = reverse("api:intake-point-detail", args=[point.pk])
        assert client.patch(one, {"is_active": False}, "application/json").json()["is_active"] is False
        assert client.post(reverse("api:intake-point-label", args=[point.pk])).json()["serial"] == 2
        assert signed_in(cast.guard).get(one).json()["url"] == ""
        assert (
            signed_in(cast.guard).post(url, {"site": site.pk, "place": "X"}, "application/json").status_code
            == 403
        )
        assert signed_in(cast.foreign_manager).get(one).status_code == 404


def test_a_switched_off_point_keeps_its_label_for_later(cast: Cast, point: IntakePoint) -> None:
    before = point.token_sha256
    change_point(user=cast.supervisor, point=point, is_active=False)
    change_point(user=cast.supervisor, point=point, is_active=True)
    point.refresh_from_db()
    assert point.token_sha256 == before
