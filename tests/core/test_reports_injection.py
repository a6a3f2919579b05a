"""Whatever people typed into a text field, no export calculates it, runs it or breaks on it (ASVS 1.2.10)."""

import csv
import io
import re
import warnings
import zipfile
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from core.reports import clean_text, render_html, write_csv, write_pdf, write_xlsx
from tests.core.report_samples import LEADS, hostile

#: A field a spreadsheet would not calculate: a plain number, or not led by a formula's sign.
HARMLESS = re.compile(r"(?s)-?\d+(\.\d+)?|(?![\s'\"‘’“”\u200b\ufeff]*[=+\-@＝＋－＠−]).*|'.*")


@pytest.fixture(scope="module", params=[False, True], ids=["short", "streamed"])
def workbook(request: pytest.FixtureRequest) -> bytes:
    file = io.BytesIO()
    write_xlsx(hostile(streamed=request.param), file)
    return file.getvalue()


def test_the_corpus_holds_forty_leads() -> None:
    assert len(set(LEADS)) == 40


def test_no_cell_of_a_workbook_is_a_formula(workbook: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        book = load_workbook(io.BytesIO(workbook))
    kinds = {cell.data_type for page in book for line in page.iter_rows() for cell in line}
    assert "f" not in kinds
    assert {"s", "n"} <= kinds


def test_no_part_of_a_workbook_holds_a_formula_or_an_outside_book(workbook: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        names = archive.namelist()
        cells = "".join(archive.read(n).decode() for n in names if n.startswith("xl/worksheets/sheet"))
        charts = "".join(archive.read(n).decode() for n in names if n.startswith("xl/charts/chart"))
    assert "<f>" not in cells
    assert "<f " not in cells
    assert not any("externalLink" in name for name in names)
    # The only references of charts are ranges of our own sheets.
    assert all(
        "!$" in ref and "|" not in ref.split("!$")[-1] for ref in re.findall("<c:f>(.*?)</c:f>", charts)
    )
    titles = re.findall(r"<c:title>(.*?)</c:title>", charts)
    assert titles
    assert not any("<c:f>" in title for title in titles)


def test_text_of_a_workbook_is_what_was_typed(workbook: bytes) -> None:
    book = load_workbook(io.BytesIO(workbook), read_only=True)
    cells = [cell for page in book for line in page.iter_rows(values_only=True) for cell in line]
    # openpyxl does not undo the file's escape of "_x003D_" in strings inside a sheet; Excel does.
    seen = {str(cell).replace("_x005F_", "_") for cell in cells}
    book.close()
    for lead in LEADS:
        shown = clean_text(lead)
        assert shown in seen or f"{shown} " in seen, repr(lead)


def test_a_number_beside_hostile_text_stays_a_number(workbook: bytes) -> None:
    book = load_workbook(io.BytesIO(workbook), read_only=True)
    page = book.worksheets[1]
    assert page.cell(2, 6).value == -12.5
    book.close()


def test_rich_text_markup_is_not_taken_for_rich_text(workbook: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        strings = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "<r><t>rich</t></r>" not in strings
    assert "&lt;r&gt;&lt;t&gt;rich" in strings


def test_every_text_field_of_a_csv_is_escaped() -> None:
    for sheet in hostile().sheets:
        file = io.BytesIO()
        write_csv(sheet, file)
        lines = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
        assert len(lines) == 3
        for field in (field for line in lines for field in line):
            assert HARMLESS.fullmatch(field), repr(field)
        assert lines[1][-1] == "-12.5"


class _Tags(HTMLParser):
    """Collects every element and attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


def test_hostile_text_stays_text_on_a_page() -> None:
    html = render_html(hostile())
    found = _Tags()
    found.feed(html)
    assert not found.tags & {"script", "img", "style", "t", "r"}
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "style"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "UNDEFINED" not in html


def test_hostile_text_survives_printing() -> None:
    report, file = hostile(), io.BytesIO()
    write_pdf(report, file)
    text = " ".join(page.extract_text() for page in PdfReader(file).pages)
    assert "<script>alert(1)</script>" in text
    assert "=HYPERLINK(" in text
