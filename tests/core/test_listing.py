"""Lists show what a person may see, as the address says, and export the same."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.models import AuditEntry
from tests.organization.factories import ZoneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_frame")]


@pytest.fixture
def zones(site: Any, sibling_site: Any, foreign_site: Any) -> Any:
    """Twelve of ours, one of each neighbour."""
    ours = [ZoneFactory(site=site, code=f"A{n:02}", name=f"Zone {n}", area_m2=100 + n) for n in range(12)]
    ZoneFactory(site=sibling_site, code="CANARY-SIBLING", name="Sibling")
    ZoneFactory(site=foreign_site, code="CANARY-FOREIGN", name="Foreign")
    return ours


@pytest.fixture
def page(client: Any, cast: Any, zones: Any) -> Any:
    """Get the list as the supervisor."""
    client.force_login(cast.supervisor)

    def get(query: str = "", **headers: Any) -> Any:
        return client.get(f"/zones/{query}", **headers)

    return get


def text(response: Any) -> str:
    """What the page says."""
    return response.content.decode()


def csv_rows(response: Any) -> list[list[str]]:
    """The rows of a streamed CSV."""
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_only_visible_rows_exist(page: Any) -> None:
    first, second = text(page()), text(page("?page=2"))
    assert "A00" in first
    assert "A11" not in first
    assert "A11" in second
    assert "CANARY" not in first + second
    assert "Sibling</td>" not in text(page("?q=CANARY"))
    assert "Foreign</td>" not in text(page("?code=CANARY-FOREIGN"))


def test_nothing_is_counted(page: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        page()
    assert not [
        query["sql"]
        for query in queries
        if "COUNT(" in query["sql"].upper() and "organization_zone" in query["sql"]
    ]


def test_the_cost_does_not_grow_with_the_rows(page: Any, site: Any) -> None:
    page()
    with CaptureQueriesContext(connection) as few:
        page("?code=A03")
    for number in range(30):
        ZoneFactory(site=site, code=f"X{number}")
    with CaptureQueriesContext(connection) as many:
        page()
    assert len(many) <= len(few)


def test_search_takes_every_word(page: Any) -> None:
    assert "A07" in text(page("?q=zone+7"))
    assert "A06" not in text(page("?q=zone+7"))


def test_filters_and_sort_come_from_the_address(page: Any) -> None:
    assert "A05" not in text(page("?code=A03"))
    backwards = text(page("?sort=-code"))
    assert backwards.index("A11") < backwards.index("A10")
    assert 'aria-sort="descending"' in backwards


@pytest.mark.parametrize(
    "query",
    [
        "?page=0", "?page=-4", "?page=abc", "?page=999999999999999999999999", "?page=400", "?per_page=999999999",
        "?sort=nonsense", "?sort=" + "a," * 500, "?q=%00", "?q=" + "x" * 5000, "?export=exe", "?site=99999999999999999999",
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_harmless(page: Any, query: Any) -> None:
    response = page(query)
    assert response.status_code == 200
    assert "UNDEFINED" not in text(response)


def test_several_choices_of_one_filter_are_a_menu_of_checkboxes(page: Any, site: Any) -> None:
    ZoneFactory(site=site, code="LOBBY", kind="lobby")
    ZoneFactory(site=site, code="ROAD", kind="road")
    found = text(page("?kind=lobby&kind=road"))
    assert found.count(" checked data-label") == 2
    assert "LOBBY" in found
    assert "ROAD" in found
    assert "A00" not in found


def test_an_empty_search_offers_everything_again(page: Any) -> None:
    found = text(page("?q=nowhere"))
    assert "Nothing matches" in found
    assert 'href="/zones/"' in found


def test_an_empty_list_says_what_to_do(client: Any, cast: Any) -> None:
    client.force_login(cast.supervisor)
    found = text(client.get("/zones/"))
    assert "No zones yet" in found
    assert "New zone" in found


def test_who_may_not_open_it_is_refused(page: Any, client: Any) -> None:
    page()
    assert client.get("/closed/").status_code == 403


def test_csv_holds_every_filtered_row_of_what_is_visible(page: Any, cast: Any) -> None:
    rows = csv_rows(page("?export=csv&page=2&sort=-code"))
    assert rows[0][:2] == ["Number", "Zone name"]
    assert [row[0] for row in rows[1:]] == [f"A{n:02}" for n in range(11, -1, -1)]
    assert len(csv_rows(page("?export=csv&q=zone+7"))) == 2
    entry = AuditEntry.objects.filter(action="core.list_exported").latest("id")
    assert entry.details["list"] == "zones"


def test_xlsx_holds_numbers_as_numbers(page: Any) -> None:
    response = page("?export=xlsx&code=A03")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="zones-')
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    values = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    row = next(row for row in values if "A03" in row)
    assert 103 in row


def test_a_formula_in_a_name_stays_text(page: Any, site: Any) -> None:
    ZoneFactory(site=site, code="Z99", name="=1+1")
    assert csv_rows(page("?export=csv&code=Z99"))[1][1] == "'=1+1"


def test_the_site_switcher_narrows_the_list_and_is_remembered(
    client: Any, cast: Any, zones: Any, site: Any, sibling_site: Any
) -> None:
    client.force_login(cast.company_manager)
    both = text(client.get(f"/zones/?q={quote('CANARY-SIBLING')}&site=all"))
    assert "CANARY-SIBLING" in both
    client.get(f"/zones/?site={site.pk}")
    assert "Sibling</td>" not in text(client.get("/zones/?q=Sibling"))
    client.get(f"/zones/?site={sibling_site.pk}")
    assert "A00" not in text(client.get("/zones/"))


def test_the_switcher_never_chooses_a_foreign_site(
    client: Any, cast: Any, zones: Any, foreign_site: Any
) -> None:
    client.force_login(cast.company_manager)
    client.get(f"/zones/?site={foreign_site.pk}")
    assert "site" not in client.session
    assert "CANARY-B" not in text(client.get("/zones/"))
