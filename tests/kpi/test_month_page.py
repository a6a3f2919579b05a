"""The month of a site: figures, empty states, and that every figure opens exactly its rows."""

from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry, Job
from kpi.selectors.months import MonthView, month_of
from kpi.selectors.periods import Month
from kpi.services.folding import fold_changed
from organization.models import Role
from patrols.models import Scan
from patrols.services.reviewing import overrule
from tests.conftest import Cast
from tests.kpi.conftest import World
from tests.organization.factories import MembershipFactory

MONTH = Month.parse("2026-11")
PAGE = "/kpi/"


def view_of(world: World) -> MonthView:
    """The month as the page reads it."""
    assert MONTH is not None
    return month_of(world.site, MONTH)


def rows_behind(client: Client, address: str) -> int:
    """How many rows the list page at an address shows, all pages together."""
    total = 0
    for page in range(1, 20):
        response: Any = client.get(f"{address}&page={page}")
        assert response.status_code == 200, address
        table = response.context["table"]
        total += len(table.page.object_list)
        if not table.page.has_next():
            break
    return total


@pytest.mark.requirement("R056")
def test_every_count_opens_exactly_its_rows(world: World, cast: Cast, client: Client) -> None:
    world.walk(world.rounds[8], world.points, delay=3600)
    scan = Scan.objects.filter(round=world.rounds[0]).earliest("corrected_at")
    overrule(user=cast.supervisor, scan_id=scan.pk, verdict="doubtful", note="Ask him.")
    fold_changed()
    view = view_of(world)
    client.force_login(cast.project_manager)
    for line in [*view.rounds, *view.verdicts, view.late_uploads]:
        assert rows_behind(client, line.page) == line.value, line.measure.code
    for zone in view.zones:
        for cell in zone.cells:
            assert rows_behind(client, cell.page) == cell.value, (zone.zone.code, cell.measure.code)


def test_the_visits_behind_coverage_are_those_of_the_listed_rounds(
    world: World, cast: Cast, client: Client
) -> None:
    line = next(line for line in view_of(world).indicators if line.standing.indicator.code == "K10")
    client.force_login(cast.project_manager)
    response: Any = client.get(line.denominator_page)
    rounds = list(response.context["table"].page.object_list)
    listed = [getattr(row, "record", row) for row in rounds]
    assert sum(len(row.points) for row in listed) == line.standing.denominator
    assert sum(len(row.visited) for row in listed) == line.standing.numerator


def test_the_page_links_every_figure(world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    html = unescape(client.get(PAGE).content.decode())
    view = view_of(world)
    for line in [*view.rounds, *view.verdicts, view.late_uploads]:
        assert f'href="{line.page}"' in html
    assert "UNDEFINED" not in html
    assert "Patrol completion" in html


def test_the_months_before_are_offered_and_the_future_is_not(
    world: World, cast: Cast, client: Client
) -> None:
    fold_changed()
    client.force_login(cast.project_manager)
    response: Any = client.get(PAGE, {"month": "2027-05"})
    assert str(response.context["shown"]) == "2026-11"
    response = client.get(PAGE, {"month": "2026-10"})
    assert "No round was due in this month" in response.content.decode()
    assert client.get(PAGE, {"month": "x' OR 1"}).status_code == 200


def test_a_site_without_patrols_says_what_to_do_first(empty_world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    html = client.get(PAGE).content.decode()
    assert "No round was due in this month" in html
    assert reverse("patrols:plans") in html
    assert "%" not in html.split("<main")[1].split("</main>")[0].replace("%20", "")


def test_the_number_of_queries_does_not_grow_with_the_records(
    world: World, cast: Cast, client: Client
) -> None:
    fold_changed()
    client.force_login(cast.project_manager)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for row in world.rounds[3::5]:
        world.walk(row, world.points, delay=9000)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    "person", ["project_manager", "supervisor", "shift_leader", "auditor", "company_manager"]
)
def test_those_who_oversee_see_it(world: World, cast: Cast, client: Client, person: str) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(PAGE, {"site": world.site.pk}).status_code == 200
    assert client.get("/kpi/sites/").status_code == 200
    assert client.get("/kpi/reports/").status_code == 200


@pytest.mark.parametrize("person", ["guard", "facility_engineer", "trainer"])
def test_other_roles_are_refused(world: World, cast: Cast, client: Client, person: str) -> None:
    client.force_login(getattr(cast, person))
    for address in (PAGE, "/kpi/sites/", "/kpi/reports/"):
        assert client.get(address).status_code == 403
    sent = {"site": world.site.pk, "month": "2026-11", "form": "xlsx"}
    assert client.post(reverse("kpi:make_report"), sent).status_code == 403


def test_a_role_at_another_site_shows_that_site_only(world: World, cast: Cast, client: Client) -> None:
    MembershipFactory.create(
        person=cast.guard, role=Role.SUPERVISOR, site=cast.sibling_supervisor.memberships.get().site
    )
    client.force_login(cast.guard)
    assert client.get(PAGE, {"site": world.site.pk}).status_code == 403
    response: Any = client.get(PAGE, {"site": "all"})
    assert response.context["site"] != world.site


def test_sites_stand_side_by_side(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    client.force_login(cast.company_manager)
    html = client.get("/kpi/sites/").content.decode()
    assert world.site.name in html
    assert "25.0%" in html
    assert "no data" in html  # the sibling site
    assert "CANARY" not in html


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_the_button_starts_a_job_once_and_leads_to_it(
    world: World, cast: Cast, client: Client, form: str
) -> None:
    client.force_login(cast.project_manager)
    sent = {"site": world.site.pk, "month": "2026-11", "form": form, "form_key": "the-same-key"}
    responses = [client.post(reverse("kpi:make_report"), sent) for _again in range(2)]
    job = Job.objects.get(kind="kpi.monthly_report")
    assert {response.headers["Location"] for response in responses} == {job.get_absolute_url()}
    assert AuditEntry.objects.filter(action="kpi.report_requested", actor=cast.project_manager).count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"month": "2027-01"},
        {"month": "11/2026"},
        {"form": "docx"},
        {"site": "0"},
        {"site": "x"},
        {"site": ""},
    ],
)
def test_what_cannot_be_made_is_not_found(
    world: World, cast: Cast, client: Client, sent: dict[str, str]
) -> None:
    client.force_login(cast.project_manager)
    whole = {"site": str(world.site.pk), "month": "2026-11", "form": "xlsx"} | sent
    assert client.post(reverse("kpi:make_report"), whole).status_code == 404


def test_a_foreign_site_is_as_unknown_as_a_missing_one(world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.foreign_manager)
    sent = {"site": world.site.pk, "month": "2026-11", "form": "xlsx"}
    foreign = client.post(reverse("kpi:make_report"), sent)
    missing = client.post(reverse("kpi:make_report"), sent | {"site": 987654})
    assert foreign.status_code == missing.status_code == 404


def test_a_change_between_months_is_named_only_when_the_intervals_are_apart(world: World) -> None:
    view = view_of(world)
    assert {line.standing.change for line in view.indicators} == {""}
    tones = {line.standing.indicator.code: line.standing.tone for line in view.indicators}
    assert (tones["K09"], tones["K10"]) == ("danger", "danger")


def test_lists_keep_to_the_filters_of_the_address(world: World) -> None:
    view = view_of(world)
    missed = next(line for line in view.rounds if line.measure.code == "rounds_missed")
    query = dict(pair.split("=") for pair in urlsplit(missed.page).query.split("&"))
    assert query == {
        "site": str(world.site.pk),
        "first": "2026-11-01",
        "last": "2026-11-30",
        "status": "missed",
    }
