"""Values come back out of an export as what they were: numbers, dates, links, gaps."""

import csv
import io
import math
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import TextChoices
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from core.reports import Column, Link, Report, Sheet, write_csv, write_xlsx
from core.reports.definition import Kind
from core.reports.formats import show, show_minutes, show_percent
from core.reports.values import plain, reader
from core.reports.xlsx import tables
from core.templatetags.ui import NOTHING, percent
from tests.core.report_samples import SHANGHAI, sample


def saved(report: Report) -> bytes:
    file = io.BytesIO()
    write_xlsx(report, file)
    return file.getvalue()


def reopened(report: Report) -> Workbook:
    return load_workbook(io.BytesIO(saved(report)))


def test_a_workbook_keeps_the_type_of_every_value() -> None:
    page = reopened(sample())["Cases"]
    values = [cell.value for cell in page[2]]
    assert values[:3] == ["C-7", "周䶮 𬍛珺", "Overdue"]
    # 18:30 UTC is half past two in the next morning in Shanghai.
    assert values[3] == datetime(2026, 11, 1, 2, 30)
    assert values[4] == datetime(2026, 10, 31)
    assert values[5:] == [250, -12.5, 0.125, 1234]
    assert page["F2"].number_format == '#,##0.0" min"'
    assert page["H2"].number_format == "0.0%"


def test_no_data_is_a_dash_and_never_zero() -> None:
    page = reopened(sample())["Cases"]
    assert [cell.value for cell in page[3]] == ["—"] * 9


def test_no_data_under_a_chart_is_an_empty_cell_so_that_the_line_breaks() -> None:
    page = reopened(sample())["Months"]
    assert page["B3"].value is None
    assert page["B2"].value == 0.99


def test_a_share_just_below_all_is_not_shown_as_all() -> None:
    page = reopened(sample())["Months"]
    assert (page["B4"].value, page["B4"].number_format) == (0.9996, "0.00%")
    assert show_percent(0.9996) == "99.96%"
    assert show_percent(Decimal("0.0004")) == "0.04%"
    assert show_percent(1) == "100.0%"
    assert show_percent(0) == "0.0%"


def test_links_lead_to_records_and_to_sheets() -> None:
    book = reopened(sample())
    number, count = book["Cases"]["A2"], book["Cases"]["I2"]
    assert number.hyperlink.target == "https://orderly.test/cases/7/"
    assert (count.hyperlink.target, count.value) == ("https://orderly.test/rows/1/", 1234)
    places = [
        cell.hyperlink.location for line in book["Summary"].iter_rows() for cell in line if cell.hyperlink
    ]
    assert places == ["'Cases'!A1", "'Months'!A1", "'Cases'!A1"]


def test_without_an_address_of_its_own_a_file_holds_no_rooted_links() -> None:
    page = reopened(sample(base_url=""))["Cases"]
    assert page["A2"].hyperlink is None
    assert page["A2"].value == "C-7"


def test_a_sheet_is_ready_to_filter_and_to_scroll() -> None:
    page = reopened(sample())["Cases"]
    assert page.auto_filter.ref == "A1:I3"
    assert page.freeze_panes == "B2"
    assert page["A1"].font.bold


def test_charts_are_native_and_targets_are_cells() -> None:
    data = saved(sample())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    page = load_workbook(io.BytesIO(data))["Months"]
    assert len(charts) == 3
    assert [cell.value for cell in page[1]][4:] == ["Target, from", "Target, to", "Target"]
    assert [cell.value for cell in page[2]][4:] == [0.98, 1, 370]


def test_totals_stand_under_the_rows() -> None:
    page = reopened(sample())["Months"]
    assert [cell.value for cell in page[5]][:4] == ["Total", None, 740, None]


def test_definitions_tell_terms_columns_dashes_and_the_zone() -> None:
    page = reopened(sample())["Definitions"]
    terms = {str(line[0]): str(line[1]) for line in page.iter_rows(values_only=True)}
    assert terms["Completion"] == "Done ÷ planned"
    assert terms["Months · Completion"] == "Done ÷ planned"
    assert "—" in terms
    assert "Asia/Shanghai (UTC+08:00)" in terms["Times"]


def test_a_single_list_has_no_page_before_it() -> None:
    sheet = Sheet("people", "People", [Column("name", "Name")], [{"name": "周"}])
    book = reopened(sample(sheets=[sheet], figures=[]))
    assert book.sheetnames == ["People", "Definitions"]


def test_an_empty_sheet_says_so() -> None:
    sheet = Sheet("people", "People", [Column("name", "Name")], [], empty="Nobody on duty.")
    assert reopened(sample(sheets=[sheet]))["People"]["A2"].value == "Nobody on duty."


@pytest.mark.parametrize("long", [False, True])
def test_a_full_sheet_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch, long: bool) -> None:
    monkeypatch.setattr(tables, "SHEET_ROWS", 4)
    rows: Any = ({"n": n} for n in range(7)) if long else [{"n": n} for n in range(7)]
    sheet = Sheet("n", "N", [Column("n", "N", "integer")], rows, totals={"n": 21})
    book = reopened(sample(sheets=[sheet], figures=[]))
    assert book.sheetnames == ["N", "N (2)", "N (3)", "Definitions"]
    cells = [page.cell(line, 1).value for page in book.worksheets[:3] for line in range(2, page.max_row + 1)]
    assert cells == [0, 1, 2, 3, 4, 5, 6, 21]


def test_numbers_a_spreadsheet_would_round_become_text() -> None:
    sheet = Sheet("n", "N", [Column("n", "N", "integer")], [{"n": 2**63}])
    assert reopened(sample(sheets=[sheet]))["N"]["A2"].value == "9223372036854775808"


def test_days_before_excels_calendar_become_text() -> None:
    sheet = Sheet("d", "D", [Column("d", "D", "date")], [{"d": date(1899, 12, 31)}])
    assert reopened(sample(sheets=[sheet]))["D"]["A2"].value == "1899-12-31"


def test_a_csv_is_plain_and_exact() -> None:
    file = io.BytesIO()
    write_csv(sample().sheets[1], file, time_zone=SHANGHAI)
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    head, full, empty = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline=""))
    assert head[:2] == ["Number", "Number (URL)"]
    assert full == [
        "C-7",
        "/cases/7/",
        "周䶮 𬍛珺",
        "Overdue",
        "2026-11-01T02:30:00+08:00",
        "2026-10-31",
        "250.0",
        "-12.5",
        "0.125",
        "1234",
    ]
    assert empty == [""] * 10


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        plain(datetime(2026, 10, 31), "datetime", UTC)
    with pytest.raises(ValueError, match="aware"):
        sample(made_at=datetime(2026, 10, 31))


class State(TextChoices):
    OPEN = "open", "Open case"


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        (math.nan, "number", None),
        (math.inf, "percent", None),
        (Decimal("NaN"), "number", None),
        (Decimal("sNaN"), "number", None),
        (math.nan, "text", None),
        (True, "text", "Yes"),
        (timedelta(minutes=-1.5), "minutes", -1.5),
        (State.OPEN, "text", "Open case"),
        ("n/a", "integer", "n/a"),
        (Link("", "/x/"), "link", "/x/"),
        (datetime(2026, 10, 31, 20, tzinfo=UTC), "date", date(2026, 11, 1)),
        (datetime(2026, 10, 31, 20, tzinfo=UTC), "text", "2026-11-01 04:00"),
    ],
)
def test_a_value_is_made_plain(raw: object, kind: Kind, value: object) -> None:
    assert plain(raw, kind, SHANGHAI) == value


@dataclass
class Owner:
    name: str

    def get_state_display(self) -> str:
        return "On duty"


@dataclass
class Row:
    owner: Owner | None


def test_a_key_walks_attributes_and_calls_methods() -> None:
    row = Row(Owner("周"))
    assert reader(Column("owner.name", "Name"), UTC)(row) == "周"
    assert reader(Column("owner.get_state_display", "State"), UTC)(row) == "On duty"
    assert reader(Column("owner.name", "Name"), UTC)(Row(None)) is None
    with pytest.raises(AttributeError):
        reader(Column("boss", "Boss"), UTC)(row)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(6.5, "6.5 min"), (0, "0 min"), (59.97, "1 h"), (250, "4 h 10 min"), (-90, "-1 h 30 min"), (120, "2 h")],
)
def test_minutes_are_written_as_people_say_them(minutes: float, words: str) -> None:
    assert show_minutes(minutes) == words


def test_a_half_is_rounded_up_on_page_paper_and_screen_alike() -> None:
    assert show_percent(1 / 16) == percent(1 / 16) == "6.3%"
    assert show_percent(3 / 16) == percent(3 / 16) == "18.8%"
    assert show_percent(0.285, 0) == percent(0.285, 0) == "29%"  # 0.285 × 100 is 28.499999999999996
    assert percent(2 / 3) == "66.7%"
    assert percent(0.9996) == "99.96%"
    assert percent(None) == NOTHING
    assert show_minutes(6.25) == "6.3 min"
    assert show_minutes(90.5) == "1 h 31 min"
    assert (show(2.5, "integer"), show(-2.5, "integer")) == ("3", "-3")
    assert show(10**17 + 1, "integer") == "100,000,000,000,000,001"
    assert show(1e30, "number", 1) == f"{10**30:,}.0"


def test_numbers_are_written_with_their_digits() -> None:
    assert show(1234.5, "number") == "1,234.5"
    assert show(-0.001, "number") == "0"
    assert show(12.0, "number", 2) == "12.00"
    assert show(1234, "integer") == "1,234"
    assert show(None, "percent") == "—"
