"""The household register: who sees whom, whose number, and that who is erased is gone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from core.clock import local_today
from core.models import AuditEntry
from organization.models import Household, Resident, Site
from organization.services import households
from organization.tasks import erase_residents
from tests.conftest import Cast
from tests.organization.factories import BuildingFactory, HouseholdFactory, ResidentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R027"), pytest.mark.requirement("R095")]
CANARY = "CANARY-9f3-王小明"
NUMBER = "13800000777"


@pytest.fixture
def resident(site: Site) -> Resident:
    """Somebody whose name stands nowhere else."""
    household = HouseholdFactory.create(site=site, code="3-1-1502")
    return ResidentFactory.create(household=household, name=CANARY, phone=NUMBER, basis=f"signed by {CANARY}")


def signed_in(person: Any) -> Client:
    """A client of a person."""
    client = Client()
    client.force_login(person)
    return client


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" AS t')
            found += [text for (text,) in cursor.fetchall()]
    return "\n".join(found)


def test_a_supervisor_enters_a_unit_and_who_lives_there(cast: Cast, site: Site) -> None:
    desk, building = signed_in(cast.supervisor), BuildingFactory.create(site=site)
    answer = desk.post(
        f"/organization/sites/{site.pk}/households/add/",
        {"code": "3幢1单元1502", "building": building.pk, "floor": "15", "kind": "let", "is_active": "on"},
    )
    household = Household.objects.get(site=site)
    assert (answer.status_code, household.code, household.kind) == (302, "3幢1单元1502", "let")
    answer = desk.post(
        f"/organization/households/{household.pk}/residents/add/",
        {"name": "陈大文", "phone": NUMBER, "kind": "tenant", "purpose": "service", "basis": "lease"},
    )
    assert answer.status_code == 302, answer.content
    page = desk.get(f"/organization/households/{household.pk}/").content.decode()
    assert "陈大文" in page
    assert NUMBER not in page, "numbers are asked for"


def test_a_unit_is_there_once_and_at_its_own_site(cast: Cast, site: Site, sibling_site: Site) -> None:
    HouseholdFactory.create(site=site, code="1-1-101")
    desk, url = signed_in(cast.supervisor), f"/organization/sites/{site.pk}/households/add/"
    again = desk.post(url, {"code": " 1-1-101 ", "kind": "let", "note": "kept"})
    assert again.status_code == 422
    assert 'value="kept"' in again.content.decode(), "nothing typed is lost"
    elsewhere = BuildingFactory.create(site=sibling_site)
    with pytest.raises(ValidationError, match="another site"):
        households.add_household(
            actor=cast.company_manager, site=site, code="2", building=elsewhere, kind="let"
        )
    assert Household.objects.count() == 1


def test_a_number_is_shown_on_demand_and_the_look_is_recorded(cast: Cast, resident: Resident) -> None:
    desk, unit = signed_in(cast.shift_leader), resident.household
    assert NUMBER not in desk.get(f"/organization/households/{unit.pk}/").content.decode()
    assert not AuditEntry.objects.filter(action=households.PHONES_SEEN).exists()
    shown = desk.post(f"/organization/households/{unit.pk}/phones/")
    assert NUMBER in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(action=households.PHONES_SEEN)
    assert (entry.actor, entry.site, entry.target_id) == (cast.shift_leader, unit.site, str(unit.pk))


def test_the_form_of_a_resident_shows_a_number_and_is_recorded_too(cast: Cast, resident: Resident) -> None:
    page = signed_in(cast.supervisor).get(f"/organization/residents/{resident.pk}/change/")
    assert NUMBER in page.content.decode()
    assert AuditEntry.objects.filter(action=households.PHONES_SEEN, actor=cast.supervisor).count() == 1


def test_a_guard_sees_unit_and_name_but_no_number(cast: Cast, resident: Resident) -> None:
    guard, unit = signed_in(cast.guard), resident.household
    page = guard.get(f"/organization/households/{unit.pk}/").content.decode()
    assert CANARY in page
    assert "phones/" not in page, "no button that would be refused"
    assert guard.post(f"/organization/households/{unit.pk}/phones/").status_code == 403
    assert guard.get(f"/api/v1/households/{unit.pk}/?phones=true").status_code == 403
    assert NUMBER not in guard.get(f"/api/v1/households/{unit.pk}/").content.decode()
    with pytest.raises(PermissionDenied):
        households.see_phones(actor=cast.guard, household=unit)


@pytest.mark.parametrize("role", ["trainer", "auditor"])
def test_who_needs_no_resident_sees_none(cast: Cast, resident: Resident, role: str) -> None:
    client, unit = signed_in(getattr(cast, role)), resident.household
    page = client.get(f"/organization/households/{unit.pk}/")
    assert page.status_code == 200
    assert CANARY not in page.content.decode()
    assert client.get(f"/api/v1/households/{unit.pk}/").json()["residents"] == []
    assert "3-1-1502" not in client.get(f"/organization/households/?q={CANARY}").content.decode()


def test_another_site_sees_neither_unit_nor_resident(cast: Cast, resident: Resident) -> None:
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        client = signed_in(person)
        assert client.get(f"/organization/households/{resident.household_id}/").status_code == 404
        assert client.get(f"/organization/residents/{resident.pk}/change/").status_code == 404
        assert client.post(f"/organization/residents/{resident.pk}/erase/").status_code == 404
        assert client.get(f"/api/v1/households/{resident.household_id}/").status_code == 404
        assert "3-1-1502" not in client.get("/organization/households/").content.decode()


def test_the_api_lists_units_without_numbers_and_shows_one_on_demand(cast: Cast, resident: Resident) -> None:
    client = signed_in(cast.supervisor)
    listed = client.get("/api/v1/households/?code=3-1-1502").json()["results"]
    assert [row["residents"][0]["name"] for row in listed] == [CANARY]
    assert NUMBER not in client.get("/api/v1/households/?phones=true").content.decode()
    assert not AuditEntry.objects.filter(action=households.PHONES_SEEN).exists()
    one = client.get(f"/api/v1/households/{resident.household_id}/?phones=true").json()
    assert one["residents"][0]["phone"] == NUMBER
    assert AuditEntry.objects.filter(action=households.PHONES_SEEN, actor=cast.supervisor).exists()


def test_units_are_found_by_number_name_and_use(cast: Cast, site: Site, resident: Resident) -> None:
    ResidentFactory.create(household=resident.household, name="Second")
    HouseholdFactory.create(site=site, code="8-2-101", kind="vacant")
    desk = signed_in(cast.supervisor)
    by_name = desk.get("/organization/households/?q=王小明").content.decode()
    assert "3-1-1502" in by_name
    assert "8-2-101" not in by_name
    assert 'data-label="Residents">2<' in by_name, "everybody is counted, not only who was found"
    vacant = desk.get("/organization/households/?kind=vacant").content.decode()
    assert "8-2-101" in vacant
    assert "3-1-1502" not in vacant


def test_an_export_is_recorded_without_the_name_that_was_searched(cast: Cast, resident: Resident) -> None:
    answer = signed_in(cast.supervisor).get(
        f"/organization/households/?q={CANARY}&kind=owner_occupied&export=csv"
    )
    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "3-1-1502" in content
    assert NUMBER not in content
    entry = AuditEntry.objects.get(action="core.list_exported")
    assert entry.details["filters"] == "kind=owner_occupied"


def test_who_is_erased_is_found_nowhere_in_the_database(cast: Cast, resident: Resident) -> None:
    households.change_resident(actor=cast.supervisor, resident=resident, phone="13800000778")
    assert CANARY in everything_stored(), "the search itself finds what is there"
    client = signed_in(cast.project_manager)
    answer = client.post(f"/organization/residents/{resident.pk}/erase/")
    assert answer.status_code == 302
    assert [str(message) for message in get_messages(answer.wsgi_request)] != []
    stored = everything_stored()
    for trace in (CANARY, NUMBER, "13800000778"):
        assert trace not in stored
    resident.refresh_from_db()
    assert (resident.name, resident.phone, resident.basis) == ("—", "", "")
    assert resident.erased_at is not None
    versions = Resident.pgh_event_model.objects.filter(pgh_obj_id=resident.pk)  # type: ignore[attr-defined]
    assert versions.count() == 3, "that something was entered, changed and erased stays known"
    entry = AuditEntry.objects.get(action=households.ERASED)
    assert (entry.actor, entry.target_id) == (cast.project_manager, str(resident.pk))


def test_erasing_one_leaves_the_versions_of_the_others(cast: Cast, resident: Resident) -> None:
    other = ResidentFactory.create(household=resident.household, name="Stays-4711")
    households.erase_resident(actor=cast.project_manager, resident=resident)
    assert everything_stored().count("Stays-4711") == 2, "the row and its version"
    other.refresh_from_db()
    assert other.erased_at is None


def test_versions_of_residents_stay_append_only_for_everybody_else(resident: Resident) -> None:
    versions = Resident.pgh_event_model.objects.filter(pgh_obj_id=resident.pk)  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        versions.update(name="x")


@pytest.mark.parametrize("role", ["guard", "shift_leader", "supervisor"])
def test_only_managers_erase(cast: Cast, resident: Resident, role: str) -> None:
    client = signed_in(getattr(cast, role))
    assert client.post(f"/organization/residents/{resident.pk}/erase/").status_code == 403
    resident.refresh_from_db()
    assert resident.name == CANARY


def test_an_open_form_does_not_bring_back_who_was_erased(cast: Cast, resident: Resident) -> None:
    stale = Resident.objects.select_related("household__site").get(pk=resident.pk)
    households.erase_resident(actor=cast.project_manager, resident=resident)
    with pytest.raises(ValidationError):
        households.change_resident(actor=cast.supervisor, resident=stale, name=CANARY)
    assert CANARY not in everything_stored()


def test_erasing_twice_is_recorded_once(cast: Cast, resident: Resident) -> None:
    for _again in range(2):
        households.erase_resident(actor=cast.project_manager, resident=resident)
    assert AuditEntry.objects.filter(action=households.ERASED).count() == 1


def test_the_night_after_the_last_day_somebody_is_erased(resident: Resident, site: Site) -> None:
    Resident.objects.filter(pk=resident.pk).update(keep_until=date(2026, 11, 30))
    stays = ResidentFactory.create(household=resident.household, name="Without an end")
    with time_machine.travel(datetime(2026, 11, 30, 15, 59, tzinfo=UTC), tick=False):  # 23:59 in Shanghai
        erase_residents()
    resident.refresh_from_db()
    assert resident.name == CANARY, "the last day is theirs"
    with time_machine.travel(datetime(2026, 11, 30, 16, 1, tzinfo=UTC), tick=False):  # 00:01
        erase_residents()
        erase_residents()
    resident.refresh_from_db()
    stays.refresh_from_db()
    assert (resident.name, stays.name) == ("—", "Without an end")
    assert CANARY not in everything_stored()
    entry = AuditEntry.objects.get(action=households.ERASED_OVERDUE)
    assert (entry.actor, entry.site, entry.details) == (None, site, {"count": 1})


def test_the_day_ends_by_the_clock_of_the_site(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(time_zone="America/New_York")
    resident = ResidentFactory.create(household__site=site, keep_until=date(2026, 11, 30))
    with time_machine.travel(datetime(2026, 12, 1, 4, 30, tzinfo=UTC), tick=False):  # 23:30 of the 30th
        assert households.erase_overdue() == 0
    with time_machine.travel(datetime(2026, 12, 1, 5, 30, tzinfo=UTC), tick=False):
        assert households.erase_overdue() == 1
    resident.refresh_from_db()
    assert resident.erased_at is not None


def test_who_is_kept_for_a_survey_is_kept_until_a_day(cast: Cast, resident: Resident) -> None:
    with pytest.raises(ValidationError, match="until a day"):
        households.change_resident(actor=cast.supervisor, resident=resident, purpose="survey")
    yesterday = local_today("Asia/Shanghai") - timedelta(days=1)
    with pytest.raises(ValidationError, match="passed"):
        households.change_resident(actor=cast.supervisor, resident=resident, keep_until=yesterday)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=resident.pk).update(purpose="survey", keep_until=None)


def test_the_site_page_shows_the_registered_beside_the_typed_number(cast: Cast, resident: Resident) -> None:
    Site.objects.filter(pk=resident.household.site_id).update(households=1368)
    page = signed_in(cast.supervisor).get(f"/organization/sites/{resident.household.site_id}/")
    text = page.content.decode()
    assert "1368" in text
    assert "1 registered" in text


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Household register"), ("zh-hans", "住户"), ("zh-hant", "住戶")]
)
def test_the_register_speaks_three_languages(
    cast: Cast, resident: Resident, language: str, word: str
) -> None:
    with translation.override(language):
        client = signed_in(cast.supervisor)
        page = client.get("/organization/households/", headers={"accept-language": language})
    assert word in page.content.decode()
