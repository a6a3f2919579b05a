"""What a page of figures shows can be taken away: every table as CSV, all of them as a workbook; and measures are narrowed by zone and department."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from kpi.models import Improvement
from organization.models import Department
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.conftest import NOW, World
from tests.kpi.measures import proposed

PAGES = {
    "/kpi/events/": ("events", "others", "events-by-month", "places"),
    "/kpi/efficiency/": ("efficiency", "frequent", "waits"),
}


def body(answer: Any) -> bytes:
    """The whole file."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.requirement("R016", "R058")
@pytest.mark.parametrize("path", PAGES)
def test_each_table_of_a_page_is_a_csv_file_and_all_are_a_workbook(
    world: World, cast: Cast, client: Client, path: str
) -> None:
    reported = NOW - timedelta(days=5)
    CaseFactory.create(site=world.site, kind="incident", category="001", place="East gate", reported_at=reported)  # fmt: skip
    CaseFactory.create(site=world.site, kind="complaint", category="attitude", reported_at=reported)
    client.force_login(cast.supervisor)
    query = f"{path}?site={world.site.pk}&month=2026-11"
    page: Any = client.get(query)
    assert tuple(key for key, _title in page.context["parts"]) == PAGES[path]
    book = openpyxl.load_workbook(BytesIO(body(client.get(f"{query}&export=xlsx"))))
    assert len(book.sheetnames) >= len(PAGES[path])
    for part in PAGES[path]:
        text = body(client.get(f"{query}&export=csv&part={part}")).decode("utf-8-sig")
        assert "," in text.splitlines()[0], part
        assert part != "places" or "East gate" in text
    assert AuditEntry.objects.filter(action="kpi.figures_exported").count() == len(PAGES[path]) + 1


@pytest.mark.requirement("R012")
def test_the_evaluation_is_a_csv_file_too(world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.supervisor)
    answer = client.get(f"/kpi/evaluation/?site={world.site.pk}&month=2026-11&export=csv")
    assert "K09" in body(answer).decode()
    client.force_login(cast.guard)
    assert client.get(f"/kpi/evaluation/?site={world.site.pk}&export=csv").status_code == 403


@pytest.mark.requirement("R103")
def test_what_changed_since_a_month_was_closed_is_a_file(
    closed: Any,
    world: World,
    cast: Cast,
    client: Client,
) -> None:
    client.force_login(cast.supervisor)
    address = reverse("kpi:closed_month", args=[closed.pk])
    text = body(client.get(f"{address}?export=csv&part=changed-figures")).decode()
    assert "25.0%" in text
    assert "2026-11-01,,Completed,1,0" in body(client.get(f"{address}?export=csv&part=changed-days")).decode()
    assert body(client.get(f"{address}?export=xlsx")).startswith(b"PK")


@pytest.mark.requirement("R077")
def test_measures_are_narrowed_by_zone_and_department(world: World, cast: Cast, client: Client) -> None:
    day = NOW.date()
    days = {"starts_on": day, "due_on": day + timedelta(days=20)}
    department = Department.objects.create(company=world.site.company, name="Security office")
    here = proposed(cast.supervisor, world.site, cast.shift_leader, title="Here", zone=world.gate, **days)
    there = proposed(cast.supervisor, world.site, cast.shift_leader, title="There", zone=world.garage, **days)
    Improvement.objects.filter(pk=there.pk).update(department=department)
    client.force_login(cast.supervisor)
    for name in ("improvements", "improvement_board", "improvement_matrix", "improvement_gantt"):
        address = reverse(f"kpi:{name}")
        page = client.get(f"{address}?site={world.site.pk}&zone={world.gate.pk}").content.decode()
        assert here.title in page
        assert "There" not in page
        page = client.get(f"{address}?site={world.site.pk}&department={department.pk}").content.decode()
        assert "There" in page
        assert ">Here<" not in page
