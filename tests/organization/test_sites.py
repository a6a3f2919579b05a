"""Sites: the profile that drives rules, the language people read, and walls between sites and companies."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from organization.models import Company, Membership, Person, Site, Zone
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory

pytestmark = pytest.mark.django_db


def profile(**changes: Any) -> dict[str, Any]:
    """A site as the form sends it."""
    return {
        "code": "mall", "name": "West Mall", "time_zone": "Asia/Shanghai", "language": "zh-hans", "site_type": "mall",
        "height_class": "high_public", "organization_kind": "enterprise", "is_public_gathering": "on", "net_weekly_hours": "44",
        "opens": "10:00", "closes": "22:00", **changes,
    }  # fmt: skip


@pytest.mark.requirement("R023")
def test_a_site_is_added_with_its_profile_and_changed(client: Client, cast: Cast, company: Company) -> None:
    client.force_login(cast.company_manager)
    assert client.post("/organization/sites/add/", profile()).status_code == 302
    site = Site.objects.get(code="mall")
    assert (site.company, site.site_type, site.is_public_gathering, site.is_fire_key_unit) == (
        company,
        "mall",
        True,
        False,
    )
    assert site.business_hours
    page = client.get(f"/organization/sites/{site.pk}/").content.decode()
    assert "West Mall" in page
    changed = client.post(
        f"/organization/sites/{site.pk}/change/", profile(opens="", closes="", population="1200")
    )
    assert changed.status_code == 302
    site.refresh_from_db()
    assert (site.business_hours, site.population) == ({}, 1200)


@pytest.mark.parametrize(
    "change",
    [
        {"closes": ""},
        {"time_zone": "Mars/Base"},
        {"net_weekly_hours": "0"},
        {"code": "main"},
        {"population": "-1"},
    ],
)
def test_a_wrong_profile_is_refused_and_nothing_typed_is_lost(
    client: Client, cast: Cast, change: dict[str, Any]
) -> None:
    client.force_login(cast.company_manager)
    answer = client.post("/organization/sites/add/", profile(**change))
    assert answer.status_code == 422
    assert "West Mall" in answer.content.decode()


def test_a_plan_is_stored_without_its_metadata(client: Client, cast: Cast, site: Site) -> None:
    client.force_login(cast.project_manager)
    exif = Image.Exif()
    exif[0x010E] = "secret-description"
    file = BytesIO()
    Image.new("RGB", (80, 40), "white").save(file, "JPEG", exif=exif)
    data = {
        "plan": SimpleUploadedFile("plan.jpg", file.getvalue()),
        "plan_width_m": "120",
        "plan_height_m": "60",
    }
    assert client.post(f"/organization/sites/{site.pk}/plan/", data).status_code == 302
    answer = client.get(f"/organization/sites/{site.pk}/plan/image/")
    stored = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert b"secret-description" not in stored
    not_a_picture = {**data, "plan": SimpleUploadedFile("plan.png", b"<svg onload=alert(1)>")}
    assert client.post(f"/organization/sites/{site.pk}/plan/", not_a_picture).status_code == 422


@pytest.mark.parametrize(("language", "word"), [("en", "Zones"), ("zh-hans", "区域"), ("zh-hant", "區域")])
def test_everybody_reads_their_own_language(client: Client, cast: Cast, language: str, word: str) -> None:
    client.force_login(cast.supervisor)
    form = {"phone": "", "email": "s@example.org", "language": language}
    assert client.post("/organization/me/", form).status_code == 302
    assert Person.objects.get(pk=cast.supervisor.pk).language == language
    page = client.get("/organization/zones/").content.decode()
    assert word in page
    assert f'lang="{language[:2]}' in page


@pytest.mark.parametrize(
    ("header", "word"), [("zh-CN,zh;q=0.9", "登录"), ("zh-HK", "登入"), ("zh-TW", "登入"), ("fr", "Sign in")]
)
def test_a_stranger_reads_the_language_of_the_browser(
    client: Client, cast: Cast, header: str, word: str
) -> None:
    page = client.get("/accounts/login/", headers={"Accept-Language": header}).content.decode()
    assert word in page


@pytest.mark.requirement("R066")
@pytest.mark.parametrize("name", ["guard", "supervisor", "project_manager"])
def test_sites_are_apart(
    client: Client, cast: Cast, site: Site, sibling_site: Site, foreign_site: Site, name: str
) -> None:
    zones = [ZoneFactory.create(site=place) for place in (site, sibling_site, foreign_site)]
    person = getattr(cast, name)
    assert list(Site.objects.visible_to(person)) == [site]
    assert list(Zone.objects.visible_to(person)) == zones[:1]
    client.force_login(person)
    answers = [client.get(f"/organization/zones/{zone.pk}/").status_code for zone in zones]
    assert answers == [200, 404, 404]
    listed = client.get("/organization/zones/", {"site": sibling_site.pk}).content.decode()
    assert zones[1].name not in listed, "choosing a site that is not yours changes nothing"


@pytest.mark.requirement("R066")
def test_companies_are_apart_for_those_who_may_most(
    client: Client, cast: Cast, company: Company, foreign_site: Site
) -> None:
    for person in (cast.company_manager, cast.administrator, cast.auditor):
        assert not Site.objects.visible_to(person).exclude(company=company).exists()
        assert not Person.objects.visible_to(person).exclude(company=company).exists()
        assert not Membership.objects.visible_to(person).exclude(company=company).exists()
        client.force_login(person)
        for path in (f"sites/{foreign_site.pk}", f"people/{cast.foreign_guard.pk}"):
            assert client.get(f"/organization/{path}/").status_code == 404


def test_a_foreign_person_or_site_in_a_form_is_no_choice(
    client: Client, cast: Cast, site: Site, sibling_site: Site
) -> None:
    client.force_login(cast.supervisor)
    zone = {"code": "A1", "name": "Gate", "kind": "entrance", "is_active": "on"}
    for stranger in (cast.foreign_guard, cast.sibling_guard):
        answer = client.post(
            f"/organization/sites/{site.pk}/zones/add/", {**zone, "responsible": stranger.pk}
        )
        assert answer.status_code == 422
    client.force_login(cast.project_manager)
    role = {"role": "guard", "site": sibling_site.pk, "valid_from": "2026-01-01"}
    assert client.post(f"/organization/people/{cast.guard.pk}/roles/add/", role).status_code == 422
