"""What people type in becomes no formula in any list somebody downloads, and nothing of another company is in it."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import models
from django.test import Client
from openpyxl import load_workbook

from core.listing import ListPage
from core.reports import clean_text
from tests.conftest import Cast
from tests.core.report_samples import LEADS
from tests.core.test_reports_injection import HARMLESS
from tests.project.crowd import grow, seed
from tests.project.matrix import address, body_of, entries, walker
from tests.project.world import CANARY, World, build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.requirement("R066"),
]

#: Text columns that take whatever is typed; codes and choices refuse it in their forms.
TYPED = (
    ("zone", ("name", "duties", "phone")),
    ("building", ("name",)),
    ("household", ("note",)),
    ("person", ("name",)),
    ("department", ("name",)),
    ("holiday", ("name",)),
    ("point", ("name", "place", "floor")),
    ("route", ("name",)),
    ("plan", ("name", "basis")),
    ("post", ("name",)),
    ("case", ("title", "description", "place")),
    ("scan", ("explanation",)),
    ("token", ("name",)),
    ("site", ("address",)),
)
FORMULA = re.compile(r"^\s*[=@]")


@pytest.fixture
def worlds(cast: Cast, site: Any, foreign_site: Any) -> tuple[World, World]:
    """Ours with copies enough to carry every lead, and the other company's, marked."""
    ours, theirs = build(site), build(foreign_site, mark=CANARY)
    seed(ours, cast.company_manager)
    seed(theirs, cast.foreign_manager)
    grow(ours, most=len(LEADS), some=len(LEADS))
    for noun, columns in TYPED:
        infect(ours[noun], columns)
    return ours, theirs


def infect(row: models.Model, columns: tuple[str, ...]) -> None:
    """Every lead in one row of the table, in every typed column, as far as the database and our forms keep it."""
    model = type(row)
    rows = model._default_manager.filter(**scope_of(row)).order_by("-pk")
    storable = dict.fromkeys(lead.replace("\0", "").encode("utf-8", "ignore").decode() for lead in LEADS)
    for other, text in zip(rows, storable, strict=False):
        changes = {name: text[: getattr(model._meta.get_field(name), "max_length", None)] for name in columns}
        model._default_manager.filter(pk=other.pk).update(**changes)


def scope_of(row: models.Model) -> dict[str, Any]:
    """Rows of the same site or company."""
    names = {field.name for field in row._meta.get_fields()}
    scope = "company" if "company" in names and "site" not in names else "site"
    return {scope: getattr(row, scope)} if scope in names else {"pk": row.pk}


def lists(world: World) -> list[tuple[str, str, str]]:
    """Name, role and address of every list that exports."""
    return [
        (route.name, walker(entry), address(route, entry, world))
        for route, entry in entries("get")
        if issubclass(getattr(route.callback, "view_class", object), ListPage)
        and route.callback.view_class.export_name
    ]


def test_no_export_holds_a_formula_or_anything_of_another_company(
    cast: Cast, worlds: tuple[World, World]
) -> None:
    """Each list, as workbook and as CSV."""
    seen: set[str] = set()
    names = lists(worlds[0])
    assert len(names) >= 8
    for name, role, url in names:
        client = Client()
        client.force_login(getattr(cast, role))
        book, text = download(client, url, "xlsx"), download(client, url, "csv")
        cells = cells_of(book)
        assert not [cell for cell in cells if cell.data_type == "f"], name
        lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))
        assert not [field for line in lines for field in line if not HARMLESS.fullmatch(field)], name
        assert len(lines) > 1, f"{name} is empty"
        shown = {str(cell.value) for cell in cells if cell.value is not None}
        assert not [value for value in shown if CANARY in value], name
        assert CANARY.encode() not in text, name
        seen |= shown
    missing = [
        lead
        for lead in LEADS
        if FORMULA.match(lead) and not any(clean_text(lead).strip() in one for one in seen)
    ]
    assert missing == [], "the corpus did not reach the exports"


def download(client: Client, url: str, form: str) -> bytes:
    """The file of a list."""
    response = client.get(url, {"export": form})
    assert response.status_code == 200, url
    assert "attachment" in response.headers["Content-Disposition"]
    return body_of(response)


def cells_of(content: bytes) -> list[Any]:
    """Every cell of a workbook."""
    book = load_workbook(io.BytesIO(content))
    return [cell for page in book for line in page.iter_rows() for cell in line]


@pytest.mark.parametrize("form", ["pdf", "../../etc/passwd", "XLSX", "", "\x00"])
def test_an_unknown_form_of_export_is_the_page(cast: Cast, worlds: tuple[World, World], form: str) -> None:
    """Nothing breaks on an address somebody edited."""
    client = Client()
    client.force_login(cast.company_manager)
    assert client.get("/organization/zones/", {"export": form}).status_code == 200
