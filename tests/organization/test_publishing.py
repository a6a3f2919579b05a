"""Notices to residents: shown from their day to their end, withdrawn, in the reader's language; information; privacy."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.translated import TranslatedText
from incidents.links import point_token
from incidents.models import FollowUp, IntakePoint
from incidents.services.intake_points import add_point
from organization import privacy
from organization.models import PrivacyNotice, Site, SiteInformation, SiteNotice
from organization.services.publishing import (
    publish_notice,
    publish_privacy_notice,
    save_notice,
    withdraw_notice,
)
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def point(cast: Cast, site: Site) -> IntakePoint:
    """Where residents read."""
    return add_point(user=cast.supervisor, site=site, place="South gate")


def read(point: IntakePoint, name: str = "point_notices", language: str = "en") -> str:
    url = reverse(f"portal:{name}", args=[point_token(point.pk, point.serial)])
    answer = Client().get(url, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def draft(cast: Cast, site: Site, **fields: Any) -> SiteNotice:
    given = {
        "title": TranslatedText({"en": "Lift stands still", "zh-hans": "停梯"}),
        "starts_at": now(),
        **fields,
    }
    return save_notice(actor=cast.supervisor, notice=SiteNotice(site=site, **given))


class TestNotices:
    @pytest.mark.requirement("R027")
    def test_a_draft_is_shown_to_nobody_and_a_withdrawn_one_no_more(
        self, cast: Cast, site: Site, point: IntakePoint
    ) -> None:
        notice = draft(cast, site)
        assert "Lift stands still" not in read(point)
        publish_notice(actor=cast.supervisor, notice=notice)
        assert "Lift stands still" in read(point)
        assert "停梯" in read(point, language="zh-CN")
        assert "停梯" in read(point, language="zh-HK")  # the nearest there is
        withdraw_notice(actor=cast.supervisor, notice=notice)
        assert "Lift stands still" not in read(point)
        publish_notice(actor=cast.supervisor, notice=notice)
        assert "Lift stands still" in read(point, "point")

    @pytest.mark.parametrize(
        ("seconds", "shown"), [(-1, False), (0, True), (1, True), (3599, True), (3600, False), (3601, False)]
    )
    def test_from_its_beginning_to_its_end_to_the_second(
        self, cast: Cast, site: Site, point: IntakePoint, seconds: int, shown: bool
    ) -> None:
        begin = now().replace(microsecond=0) + timedelta(days=1)
        notice = draft(cast, site, starts_at=begin, ends_at=begin + timedelta(hours=1))
        publish_notice(actor=cast.supervisor, notice=notice)
        with time_machine.travel(begin + timedelta(seconds=seconds), tick=False):
            assert ("Lift stands still" in read(point)) == shown

    def test_another_site_reads_nothing_of_it(self, cast: Cast, site: Site, sibling_site: Site) -> None:
        publish_notice(actor=cast.supervisor, notice=draft(cast, site))
        other = add_point(user=cast.company_manager, site=sibling_site, place="Gate")
        assert "Lift stands still" not in read(other)

    def test_it_does_not_end_before_it_begins(self, cast: Cast, site: Site) -> None:
        with pytest.raises(ValidationError):
            draft(cast, site, ends_at=now() - timedelta(hours=1))
        with pytest.raises(ValidationError):
            draft(cast, site, title=TranslatedText())

    def test_planners_write_and_publish(self, cast: Cast, site: Site) -> None:
        notice = draft(cast, site)
        for person in (cast.guard, cast.shift_leader, cast.auditor, cast.sibling_supervisor):
            with pytest.raises(PermissionDenied):
                publish_notice(actor=person, notice=notice)

    def test_by_the_pages_in_the_time_of_the_site(self, cast: Cast, site: Site) -> None:
        client = signed_in(cast.supervisor)
        given = {
            "kind": "works",
            "title_en": "Works",
            "starts_at": "2026-12-01T09:00",
            "ends_at": "2026-12-01T11:00",
        }
        client.post(reverse("organization:notice_add"), given)
        notice = SiteNotice.objects.get()
        assert notice.starts_at.isoformat() == "2026-12-01T01:00:00+00:00"  # nine in Shanghai
        page = client.get(reverse("organization:notice_change", args=[notice.pk])).content.decode()
        assert 'value="2026-12-01T09:00"' in page
        client.post(reverse("organization:notice_publish", args=[notice.pk]))
        notice.refresh_from_db()
        assert notice.published_by == cast.supervisor
        assert client.post(reverse("organization:notice_add"), {"kind": "works"}).status_code == 422

    def test_by_the_api(self, cast: Cast, site: Site) -> None:
        client, url = signed_in(cast.supervisor), reverse("api:notice-list")
        given = {"site": site.pk, "kind": "notice", "title": {"en": "Hello"}, "text": {"zh-hans": "你好"}}
        made = client.post(url, given, "application/json")
        assert made.status_code == 201, made.content
        one = reverse("api:notice-publish", args=[made.json()["id"]])
        assert client.post(one).json()["published_by"] == cast.supervisor.pk
        wrongs: tuple[dict[str, Any], ...] = (
            {"title": {"fr": "Bonjour"}},
            {"title": "Hello"},
            {"title": {}},
            {"title": {"en": "x" * 201}},
        )
        for wrong in wrongs:
            assert client.post(url, {**given, **wrong}, "application/json").status_code == 400, wrong
        assert signed_in(cast.guard).post(url, given, "application/json").status_code == 403


@pytest.mark.requirement("R072")
def test_fees_repairs_and_ways_to_reach_us_are_published(cast: Cast, site: Site, point: IntakePoint) -> None:
    given = {
        "control_room_phone": "021-5555 0110", "office_phone": "021-5555 0100", "fees_zh-hans": "2.80 元", "fees_en": "2.80 yuan",
        "repairs_en": "1. Report\n2. We answer within two hours", "channels_en": "Counter",
    }  # fmt: skip
    signed_in(cast.supervisor).post(reverse("organization:information", args=[site.pk]), given)
    assert SiteInformation.objects.get().site == site
    page = read(point, "point_information")
    for words in (
        "tel:021-5555 0110",
        "tel:021-5555 0100",
        "2.80 yuan",
        "We answer within two hours",
        "Counter",
    ):
        assert words in page
    assert "2.80 元" in read(point, "point_information", "zh-CN")


class TestPrivacy:
    def test_the_shipped_text_names_who_and_is_there_in_three_languages(self, site: Site) -> None:
        for language, words in (("en", "How long: 180 days"), ("zh-CN", "保存多久"), ("zh-HK", "單位")):
            answer = Client().get(privacy.path_of(site), headers={"accept-language": language})
            page = answer.content.decode()
            assert words in page
            assert site.company.name in page

    def test_a_change_is_a_new_version_and_reports_remember_theirs(
        self, cast: Cast, site: Site, point: IntakePoint
    ) -> None:
        client = signed_in(cast.project_manager)
        client.post(reverse("organization:privacy_notice", args=[site.pk]), {"text_en": "Ours, first"})
        client.post(reverse("organization:privacy_notice", args=[site.pk]), {"text_en": "Ours, second"})
        assert list(PrivacyNotice.objects.values_list("version", flat=True)) == [2, 1]
        page = Client().get(privacy.path_of(site)).content.decode()
        assert page.index("Ours, second") < page.index("Ours, first") < page.index("180 days")
        url = reverse("portal:point_report", args=[point_token(point.pk, 1), "repair"])
        key = "0190b0c0-0000-7000-8000-000000000001"
        Client().post(url, {"key": key, "text": "Light", "place": "Lift"})
        assert FollowUp.objects.get().notice_version == 2

    def test_managers_publish_it(self, cast: Cast, site: Site) -> None:
        with pytest.raises(PermissionDenied):
            publish_privacy_notice(actor=cast.supervisor, site=site, text=TranslatedText(en="x"))

    def test_sites_cannot_be_counted(self, site: Site) -> None:
        assert Client().get(reverse("portal:privacy", args=[site.company.code, "other"])).status_code == 404
        site.is_active = False
        site.save()
        assert Client().get(privacy.path_of(site)).status_code == 404
