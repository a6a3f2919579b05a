"""Zones: the site's layout, the table of named people, areas and reviews."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pypdf import PdfReader

from core.clock import local_today
from organization.models import Site, Zone
from organization.services import sites
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory

pytestmark = pytest.mark.django_db
CORNERS = "[[0.1, 0.1], [0.6, 0.1], [0.6, 0.5]]"


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """The supervisor at the desk."""
    client.force_login(cast.supervisor)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    """A zone as the form sends it."""
    return {
        "code": "A1",
        "name": "North car park",
        "kind": "parking",
        "is_active": "on",
        "polygon": "",
        **changes,
    }


@pytest.mark.requirement("R023")
def test_a_site_is_divided_by_type_and_use(desk: Client, site: Site) -> None:
    for code, kind in (("A1", "parking"), ("A2", "green"), ("A3", "road")):
        answer = desk.post(
            f"/organization/sites/{site.pk}/zones/add/", typed(code=code, kind=kind, polygon=CORNERS)
        )
        assert answer.status_code == 302, answer.content
    assert dict(site.zones.values_list("code", "kind")) == {"A1": "parking", "A2": "green", "A3": "road"}
    assert site.zones.first().polygon == [[0.1, 0.1], [0.6, 0.1], [0.6, 0.5]]  # type: ignore[union-attr]
    page = desk.get(f"/organization/sites/{site.pk}/").content.decode()
    assert all(code in page for code in ("A1", "A2", "A3")), "drawn on the plan"
    listed = desk.get("/organization/zones/?kind=green").content.decode()
    assert "A2</" in listed
    assert "A3</" not in listed


@pytest.mark.requirement("R023")
@pytest.mark.parametrize(
    "polygon",
    [
        "[[0,0],[1,1]]",
        "[[0,0],[2,0],[0,1]]",
        "nonsense",
        "[[NaN,0],[1,0],[0,1]]",
        "{}",
        "[[1e400,0],[0,1],[1,1]]",
    ],
)
def test_an_outline_that_is_none_is_refused(desk: Client, site: Site, polygon: str) -> None:
    answer = desk.post(f"/organization/sites/{site.pk}/zones/add/", typed(polygon=polygon))
    assert answer.status_code == (302 if polygon == "{}" and site.zones.exists() else 422)
    assert not site.zones.exists()


@pytest.mark.requirement("R028")
def test_a_zone_without_a_person_is_flagged_until_it_has_one(desk: Client, cast: Cast, site: Site) -> None:
    bare = ZoneFactory.create(site=site, code="BARE")
    owned = ZoneFactory.create(site=site, code="OWNED", responsible=cast.guard)
    flagged = desk.get("/organization/zones/?flag=unowned").content.decode()
    assert f"/organization/zones/{bare.pk}/" in flagged
    assert f"/organization/zones/{owned.pk}/" not in flagged
    sites.change_zone(actor=cast.supervisor, zone=bare, responsible=cast.other_guard)
    assert (
        f"/organization/zones/{bare.pk}/"
        not in desk.get("/organization/zones/?flag=unowned").content.decode()
    )


@pytest.mark.requirement("R028")
def test_a_zone_is_reviewed_every_half_year_and_overdue_ones_are_shown(
    desk: Client, cast: Cast, site: Site
) -> None:
    zone = sites.add_zone(actor=cast.supervisor, site=site, code="A1", name="Gate")
    today = local_today(site.zone_info)
    assert zone.review_due_on is not None
    assert timedelta(days=180) <= zone.review_due_on - today <= timedelta(days=185)
    Zone.objects.filter(pk=zone.pk).update(review_due_on=today - timedelta(days=2))
    overdue = "/organization/zones/?flag=review"
    assert f"/organization/zones/{zone.pk}/" in desk.get(overdue).content.decode()
    assert desk.post(f"/organization/zones/{zone.pk}/review/").status_code == 302
    zone.refresh_from_db()
    assert zone.review_due_on > today
    assert f"/organization/zones/{zone.pk}/" not in desk.get(overdue).content.decode()
    with pytest.raises(PermissionDenied):
        sites.review_zone(actor=cast.guard, zone=zone)


@pytest.mark.requirement("R029")
def test_the_zone_table_names_number_zone_person_phone_and_duties(
    desk: Client, cast: Cast, site: Site, sibling_site: Site
) -> None:
    cast.guard.phone = "13900001111"
    cast.guard.save()
    sites.add_zone(
        actor=cast.supervisor,
        site=site,
        code="A1",
        name="North gate",
        responsible=cast.guard,
        duties="Check visitors",
    )
    ZoneFactory.create(site=sibling_site, code="X9", name="Not yours")
    page = desk.get("/organization/zones/").content.decode()
    for text in ("A1", "North gate", cast.guard.name, "13900001111", "Check visitors"):
        assert text in page, text
    assert "Not yours" not in page
    rows = b"".join(desk.get("/organization/zones/?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    for text in ("A1", "North gate", cast.guard.name, "13900001111", "Check visitors"):
        assert text in rows, text


@pytest.mark.requirement("R029")
@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Zone table"), ("zh-hans", "区域划分表"), ("zh-hant", "區域劃分表")]
)
def test_the_zone_table_is_printed_in_the_sites_language(
    desk: Client, cast: Cast, site: Site, language: str, heading: str
) -> None:
    Site.objects.filter(pk=site.pk).update(language=language)
    sites.add_zone(
        actor=cast.supervisor, site=site, code="A1", name="北门", responsible=cast.guard, duties="访客登记"
    )
    answer = desk.get(f"/organization/sites/{site.pk}/zones/print/")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    for words in (heading, "A1", "北门", "访客登记", cast.guard.name):
        assert words.replace(" ", "") in text.replace(" ", "").replace("\n", ""), words


@pytest.mark.requirement("R030")
@pytest.mark.parametrize(
    ("length", "width", "area", "expected"),
    [
        ("40", "25.5", "", "1020.0"),
        ("40", "25.5", "900", "900.0"),
        ("40", "", "", None),
        ("", "", "12.5", "12.5"),
    ],
)
def test_an_area_is_typed_or_length_times_width(
    desk: Client, site: Site, length: str, width: str, area: str, expected: str | None
) -> None:
    answer = desk.post(
        f"/organization/sites/{site.pk}/zones/add/", typed(length_m=length, width_m=width, area_m2=area)
    )
    assert answer.status_code == 302, answer.content
    assert site.zones.get().area_m2 == (Decimal(expected) if expected else None)


@pytest.mark.requirement("R030")
def test_an_area_too_large_to_store_is_refused_beside_the_field(desk: Client, site: Site) -> None:
    answer = desk.post(
        f"/organization/sites/{site.pk}/zones/add/", typed(length_m="999999.9", width_m="999999.9")
    )
    assert answer.status_code == 422


def test_who_only_reads_changes_no_zone(client: Client, cast: Cast, site: Site) -> None:
    zone = ZoneFactory.create(site=site)
    for person, status in (
        (cast.guard, 403),
        (cast.auditor, 403),
        (cast.sibling_supervisor, 404),
        (cast.foreign_manager, 404),
    ):
        client.force_login(person)
        assert client.post(f"/organization/zones/{zone.pk}/change/", typed()).status_code == status
        assert client.get(f"/organization/zones/{zone.pk}/").status_code == (404 if status == 404 else 200)
