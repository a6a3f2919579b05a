"""Workbooks are what the format says, and another program reads in them what we wrote, without repairing anything."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl.chart import BarChart, Reference
from pypdf import PdfReader

from core.reports import Column, Report, Sheet, write_xlsx
from core.reports.formats import show
from kpi.models import Edition
from kpi.selectors.periods import Month
from kpi.services.all_sites import write_comparison
from kpi.services.folding import refold
from kpi.services.reporting import write
from organization.models import Zone
from tests.conftest import Cast
from tests.kpi.conftest import NOW, World
from tests.kpi.heaps import heap
from tests.office import AS_CSV, convert, differences, needs_office
from tests.surveys.scored import answer, close, running_wave
from tests.workbook_checks import Workbook

MONTH = Month(date(2026, 11, 1))
LANGUAGES = ("en", "zh-hans", "zh-hant")


@pytest.fixture
def books(world: World, cast: Cast, client: Client, settings: Any, tmp_path: Path) -> dict[str, Path]:
    """The month in three languages and all sites, both for the owners too, a survey, and the list of cases, each written as a person gets it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    zones: list[Zone | None] = [world.gate, world.garage, None]
    heap(world.site, cast.supervisor, zones, datetime(2026, 10, 5, tzinfo=UTC), 46, 120, seed=4)
    list(refold(world.site, date(2026, 10, 1), NOW.date()))
    wave = running_wave(world.site, strata={"A": 40, "B": 30})
    answer(wave, [5] * 20 + [1] * 5, stratum=wave.strata.get(label="A"))
    answer(wave, [4] * 12, stratum=wave.strata.get(label="B"))
    client.force_login(cast.auditor)
    found = {}

    def put(name: str, content: bytes) -> None:
        found[name] = tmp_path / f"{name}.xlsx"
        found[name].write_bytes(content)

    for language in LANGUAGES:
        file = BytesIO()
        write(world.site, MONTH, "xlsx", file, language=language)
        put(f"month-{language}", file.getvalue())
        file = BytesIO()
        write(world.site, MONTH, "xlsx", file, language=language, edition=Edition.OWNERS)
        put(f"owners-{language}", file.getvalue())
    for edition in Edition:
        file = BytesIO()
        write_comparison(world.site.company, MONTH, file, edition=edition)
        put(f"company-{edition}", file.getvalue())
    results = reverse("surveys:results_file", args=[close(wave).pk, "xlsx"])
    put("survey", client.get(results).content)
    exported: Any = client.get(reverse("incidents:cases"), {"export": "xlsx"})
    put("cases", b"".join(exported.streaming_content))
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.requirement("R056")
@needs_office
def test_libreoffice_reads_every_cell_as_it_was_written(books: dict[str, Path], tmp_path: Path) -> None:
    for path in books.values():
        assert Workbook(path.read_bytes()).faults() == [], path.name
    folder = tmp_path / "read"
    folder.mkdir()
    convert(list(books.values()), AS_CSV, folder)
    convert(list(books.values()), "pdf", folder)
    for name, path in books.items():
        book = openpyxl.load_workbook(path)
        made = {one.name for one in folder.glob(f"{name}-*.csv") if one.name.startswith(f"{name}-")}
        assert made == {f"{name}-{title}.csv" for title in book.sheetnames}
        assert list(differences(path, folder)) == []
        assert PdfReader(folder / f"{name}.pdf").pages
    kinds = [type(cell.value) for path in books.values() for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row]  # fmt: skip
    assert min(kinds.count(datetime), kinds.count(float), kinds.count(int), kinds.count(str)) > 100


@pytest.mark.slow
@pytest.mark.timeout(400)
@needs_office
def test_a_spreadsheet_shows_the_last_digit_we_show(tmp_path: Path) -> None:
    """Halves above all; without those whose hundredfold a binary fraction misses (0.0045), which LibreOffice cuts off."""
    halves = [k / 16 for k in range(17)] + [k / 2_000 for k in range(1, 400, 2)]
    shares = [one for one in halves if one * 100 == float(f"{one * 100:.15g}")] + [0.9995, 1 / 3, 2 / 3]
    assert len(shares) > 150
    path = tmp_path / "shares.xlsx"
    columns = [
        Column("share", "Share", "percent", value=lambda row: row),
        Column("text", "Shown", value=lambda row: show(row, "percent")),
        Column("minutes", "Minutes", "minutes", value=lambda row: row * 100),
        Column("number", "Number", "number", value=lambda row: row * 100, digits=1),
        Column("digits", "As text", value=lambda row: show(row * 100, "number", 1)),
    ]
    with path.open("wb") as file:
        sheet = Sheet("shares", "Shares", columns, shares)
        write_xlsx(Report(key="shares", title="Shares", made_at=NOW, sheets=[sheet]), file)
    convert([path], AS_CSV, tmp_path)
    assert list(differences(path, tmp_path)) == []
    lines = (tmp_path / "shares-Shares.csv").read_text().splitlines()[1:]
    assert len(lines) == len(shares)
    for line in lines:
        share, text, minutes, number, digits = line.split(",")
        assert share == text
        assert minutes.removesuffix(" min") == number == digits


def changed(path: str, old: str, new: str) -> Callable[[bytes], bytes]:
    """A workbook with other words in one of its parts."""

    def change(content: bytes) -> bytes:
        file = BytesIO()
        with ZipFile(BytesIO(content)) as before, ZipFile(file, "w", ZIP_DEFLATED) as after:
            for name in before.namelist():
                text = before.read(name).decode()
                assert name != path or old in text
                after.writestr(name, text.replace(old, new, 1) if name == path else text)
        return file.getvalue()

    return change


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (changed("xl/worksheets/sheet1.xml", 'r="B2"', 'r="A2"'), "A2 is twice there"),
        (changed("xl/worksheets/sheet1.xml", '<row r="3"', '<row r="2"'), "row 2 comes after row 2"),
        (changed("xl/workbook.xml", 'name="Twice"', 'name="one"'), "two sheets are called one"),
        (changed("xl/workbook.xml", 'name="Twice"', f'name="{"x" * 32}"'), "is too long"),
        (changed("xl/_rels/workbook.xml.rels", "worksheets/sheet2.xml", "worksheets/sheet9.xml"), "missing"),
        (changed("[Content_Types].xml", "/xl/worksheets/sheet2.xml", "/xl/worksheets/sheet7.xml"), "only the type"),
        (changed("xl/charts/chart1.xml", "$B$2:$B$3", "$B$2:$B$9"), "beyond the table"),
        (changed("xl/charts/chart1.xml", "'One'!", "'Other'!"), "draws"),
        (changed("xl/worksheets/sheet1.xml", "<v>2</v>", "<v>NaN</v>"), "is no number"),
    ],
)  # fmt: skip
def test_the_check_finds_what_a_lenient_reader_forgives(damage: Callable[[bytes], bytes], fault: str) -> None:
    book, file = openpyxl.Workbook(), BytesIO()
    page: Any = book.active
    page.title = "One"
    for row in (("a", "b"), (1, 2), (3, 4)):
        page.append(row)
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=2, max_row=3))
    page.add_chart(chart, "D1")
    book.create_sheet("Twice")
    book.save(file)
    assert Workbook(file.getvalue()).faults() == []
    assert any(fault in one for one in Workbook(damage(file.getvalue())).faults())
