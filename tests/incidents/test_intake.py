"""A case taken in at the desk: templates, proposals, what resembles it, and what happened before."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from incidents.grams import grams, likeness
from incidents.models import Case, CaseKind, CaseTemplate, Priority
from incidents.proposing import proposed
from incidents.selectors.resembling import Typed, happened_before, resembling
from incidents.selectors.searching import containing
from incidents.services.prepared import install_templates
from incidents.services.steps import take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.organization.factories import ZoneFactory

FORM = {"kind": "service_request", "title": "厨房漏水", "priority": "P3", "source": "phone"}


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(person: Any, **more: Any) -> Any:
    return signed_in(person).post(reverse("incidents:case_add"), {**FORM, **more})


def test_a_call_is_a_case_with_its_caller_for_staff_only(cast: Cast, site: Site) -> None:
    answer = send(
        cast.supervisor,
        place="3栋1201",
        reporter_name="王女士",
        reporter_phone="13800000000",
        what="service_request/water",
    )
    case = Case.objects.get()
    assert answer["Location"] == reverse("incidents:case", args=[case.pk])
    assert (case.source, case.category, case.reporter_name) == ("phone", "water", "王女士")
    page = signed_in(cast.guard).get(answer["Location"]).content.decode()
    assert "13800000000" not in page


@pytest.mark.requirement("R005")
def test_a_visitors_question_is_kept_in_the_log_of_inquiries(cast: Cast, site: Site) -> None:
    send(
        cast.guard,
        title="几号楼可以停访客车？",
        source="desk",
        what="service_request/inquiry",
        reporter_name="访客",
    )
    send(cast.guard, title="厨房漏水", what="service_request/water")
    asked = Case.objects.get(category="inquiry")
    take_step(user=cast.supervisor, case_id=asked.pk, step="accept")
    take_step(
        user=cast.supervisor, case_id=asked.pk, step="finish", values={"resolution": "南门东侧访客车位"}
    )
    log = signed_in(cast.supervisor).get(reverse("incidents:cases"), {"category": "service_request.inquiry"})
    page = log.content.decode()
    assert asked.number in page
    assert "厨房漏水" not in page


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(cast: Cast, site: Site) -> None:
    answer = send(cast.supervisor, title="", place="东门")
    assert answer.status_code == 422
    assert "东门" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_category_of_another_kind_is_left_out(cast: Cast, site: Site) -> None:
    send(cast.supervisor, what="hazard/gas")
    assert Case.objects.get().category == "other"


def test_first_measures_of_a_template_are_noted_with_those_that_are_done(cast: Cast, site: Site) -> None:
    install_templates(site.company)
    assert install_templates(site.company) == []
    template = CaseTemplate.objects.get(code="burst-pipe")
    page = signed_in(cast.guard).get(reverse("incidents:case_add")).content.decode()
    assert template.name.text("en") in page
    send(cast.guard, kind="incident", template=template.pk, measures_done=["0"])
    note = Case.objects.get().entries.get(kind="note").text.splitlines()
    assert [line[0] for line in note] == ["☑", "☐", "☐"]


def test_templates_of_another_site_or_company_are_not_offered(
    cast: Cast, site: Site, sibling_site: Site, foreign_site: Site
) -> None:
    for place in (sibling_site, foreign_site):
        row = CaseTemplate.objects.create(
            company=place.company,
            site=place,
            code="x",
            name={"en": f"Only {place.code}"},
            title={"en": "x"},
            kind="hazard",
        )
        assert send(cast.supervisor, template=row.pk).status_code == 422
    page = signed_in(cast.supervisor).get(reverse("incidents:case_add")).content.decode()
    assert "Only " not in page


@pytest.mark.parametrize(
    ("text", "kind", "priority"),
    [
        ("3号楼电梯困人", CaseKind.INCIDENT, Priority.P1),
        ("Fire! smoke in the basement", CaseKind.INCIDENT, Priority.P1),
        ("配电房冒烟", CaseKind.INCIDENT, Priority.P1),
        ("楼上噪音很大", CaseKind.COMPLAINT, Priority.P3),
        ("卫生间漏水", CaseKind.SERVICE_REQUEST, Priority.P3),
    ],
)
def test_words_propose_kind_and_priority(text: str, kind: str, priority: str) -> None:
    found = proposed(text)
    assert found is not None
    assert (found.kind, found.priority) == (kind, priority)


def test_words_that_say_nothing_propose_nothing() -> None:
    assert proposed("请来看一下") is None


def test_pieces_of_a_part_are_pieces_of_the_whole() -> None:
    whole = "3号楼电梯困人，lift stuck at F12"
    for part in ("电梯困", "lift stu", "困人，l", "F12"):
        assert grams(part) <= grams(whole)
    assert likeness(grams("电梯困人"), grams("3号楼电梯困人")) == 1
    assert likeness(grams(""), grams("x")) == 0


@pytest.mark.parametrize("word", ["漏水", "电梯", "EV2026", "leak", "水！", "12", "，"])
def test_the_search_finds_what_contains_the_words_whatever_the_script(word: str, site: Site) -> None:
    texts = ["3号楼12层漏水！很大", "电梯，困人", "A leak under the sink", "路灯"]
    made = [CaseFactory.create(site=site, title=text, number=f"EV2026-{n}") for n, text in enumerate(texts)]
    expected = {one.pk for one in made if word.lower() in f"{one.number} {one.title} {one.place}".lower()}
    assert {one.pk for one in containing(Case.objects.all(), word)} == expected


class TestResembling:
    def test_the_same_matter_in_the_same_zone_comes_first_with_its_reasons(
        self, cast: Cast, site: Site
    ) -> None:
        zone = ZoneFactory.create(site=site)
        other = CaseFactory.create(
            site=site, kind="incident", title="电梯故障停运", reported_at=now() - timedelta(days=40)
        )
        same = CaseFactory.create(site=site, kind="incident", zone=zone, title="3号楼电梯困人")
        CaseFactory.create(site=site, kind="complaint", title="楼上装修噪音")
        found = resembling(cast.guard, site, Typed(title="电梯困人两名", kind="incident", zone_id=zone.pk))
        assert found[0].pk == same.pk
        assert "same zone" in found[0].why
        assert "within a day" in found[0].why
        assert other.pk not in [one.pk for one in found[:1]]

    def test_english_works_as_well(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site, title="Water leaking from the ceiling of the lobby")
        assert resembling(cast.guard, site, Typed(title="leaking ceiling in lobby"))[0].pk == case.pk

    def test_older_than_ninety_days_or_of_another_site_is_not_shown(
        self, cast: Cast, site: Site, sibling_site: Site
    ) -> None:
        CaseFactory.create(site=site, title="电梯困人", reported_at=now() - timedelta(days=91))
        CaseFactory.create(site=sibling_site, title="电梯困人")
        assert resembling(cast.guard, site, Typed(title="电梯困人")) == []
        assert resembling(cast.company_manager, site, Typed(title="")) == []

    def test_the_page_part_offers_to_add_the_report_there(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site, kind="service_request", title="厨房漏水严重")
        client = signed_in(cast.supervisor)
        part = client.get(
            reverse("incidents:cases_like"), {"title": "厨房漏水", "kind": "service_request"}
        ).content.decode()
        assert case.number in part
        assert "same_as" in part
        answer = client.post(
            reverse("incidents:case_add"), {**FORM, "same_as": case.pk, "reporter_name": "李先生"}
        )
        assert answer["Location"] == reverse("incidents:case", args=[case.pk])
        assert Case.objects.count() == 1
        assert "李先生" in case.entries.get(kind="note").text

    def test_nobody_adds_to_a_case_of_another_site(self, cast: Cast, sibling_site: Site) -> None:
        case = CaseFactory.create(site=sibling_site)
        assert send(cast.supervisor, same_as=case.pk).status_code == 422


def test_same_place_and_type_within_ninety_days_is_proposed_as_happened_before(
    cast: Cast, site: Site
) -> None:
    zone = ZoneFactory.create(site=site)
    ended = {"resolved_at": now(), "closed_at": now(), "status": "closed", "state": "closed"}
    about = {"site": site, "kind": "service_request", "category": "water", "zone": zone}
    old = CaseFactory.create(**about, title="厨房漏水", reported_at=now() - timedelta(days=80), **ended)
    CaseFactory.create(**about, title="厨房漏水", reported_at=now() - timedelta(days=95), **ended)
    found = resembling(
        cast.supervisor, site, Typed("厨房漏水", kind="service_request", category="water", zone_id=zone.pk)
    )
    assert [(one.pk, one.is_recurrence) for one in found] == [(old.pk, True)]
    case = CaseFactory.create(**about, title="又漏水")
    assert happened_before(case) == old
    send(cast.supervisor, zone=zone.pk, what="service_request/water", happened_before=old.pk)
    made = Case.objects.latest("pk")
    assert made.recurrence_of == old
    assert happened_before(made) is None
    send(cast.guard, happened_before=old.pk)
    assert Case.objects.latest("pk").recurrence_of is None
