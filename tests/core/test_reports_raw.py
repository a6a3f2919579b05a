"""A long list without design is written by faster code, and says the same as the designed sheet."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from core.reports import Column, Report, Sheet, write_xlsx
from core.reports.xlsx import raw, tables
from tests.core.report_samples import LEADS

START = datetime(2026, 10, 1, 15, 59, 30, tzinfo=UTC)
COLUMNS = [
    Column("number", "Number", help="As printed."),
    Column("what", "What"),
    Column("at", "At", "datetime"),
    Column("day", "Day", "date"),
    Column("took", "Took", "minutes"),
    Column("share", "Share", "percent"),
    Column("count", "Count", "integer"),
]
#: Rows that a writer could stumble over, by place.
ODD: dict[int, dict[str, Any]] = {
    1: {"what": None, "at": None, "day": None, "took": None, "share": None, "count": None},
    2: {"took": timedelta(minutes=6, seconds=30), "share": float("nan"), "count": 10**17},
    3: {"what": "two\nlines\x00", "day": date(1066, 10, 14), "at": datetime(1850, 1, 1, tzinfo=UTC)},
    4: {"what": "长" * 40_000, "count": True, "share": 0.9996},
    5: {"what": "<r>a</r>", "count": "never"},
    6: {"what": ""},
}


def row(place: int) -> dict[str, Any]:
    usual = {
        "number": f"CH-{place:06}",
        "what": LEADS[place % len(LEADS)] + "1+1",
        "at": START + timedelta(minutes=place),
        "day": date(2026, 10, 1),
        "took": place % 90,
        "share": place / 7_000,
        "count": place,
    }
    return usual | ODD.get(place, {})


def listed(count: int, **changed: Any) -> Report:
    def rows() -> Iterator[dict[str, Any]]:
        return map(row, range(count))

    sheet = Sheet("rows", "Cases/all", COLUMNS, rows)
    return Report(
        key="cases",
        title="Cases",
        subtitle="Only the open ones",
        made_at=START,
        sheets=[replace(sheet, **changed)],
        time_zone=ZoneInfo("Asia/Shanghai"),
    )


def written(report: Report) -> Workbook:
    file = io.BytesIO()
    write_xlsx(report, file)
    return load_workbook(io.BytesIO(file.getvalue()))


def contents(book: Workbook, name: str) -> list[tuple[Any, ...]]:
    return list(book[name].iter_rows(values_only=True))


def fact(value: Any) -> Any:
    """What a cell says. In the designed sheet an empty text is an empty cell, a number has 16 digits, and text that could be taken for markup ends with a blank."""
    if isinstance(value, float):
        return float(f"{value:.13g}")
    return (value.rstrip() or None) if isinstance(value, str) else value


def is_raw(book: Workbook) -> bool:
    """The faster code leaves the title of the document empty."""
    return not book.properties.title


@pytest.fixture(scope="module")
def both() -> tuple[Workbook, Workbook]:
    """The same rows written by either code."""
    many = written(listed(raw.MANY + 20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.reports.xlsx.workbook.is_plain", lambda report: False)
        return many, written(listed(raw.MANY + 20))


def test_both_codes_write_the_same_cells_under_the_same_names(both: tuple[Workbook, Workbook]) -> None:
    fast, designed = both
    assert is_raw(fast)
    assert not is_raw(designed)
    assert fast.sheetnames == designed.sheetnames == ["Cases all", "Definitions"]
    ours, theirs = (contents(book, "Cases all") for book in both)
    assert len(ours) == len(theirs) == raw.MANY + 21
    for mine, other in zip(ours, theirs, strict=True):
        assert [fact(value) for value in mine] == [fact(value) for value in other]


def test_times_are_those_of_the_site_and_dates_are_dates(both: tuple[Workbook, Workbook]) -> None:
    page = both[0]["Cases all"]
    at, day = page["C12"], page["D12"]
    assert at.value == datetime(2026, 10, 2, 0, 9, 30)
    assert at.is_date
    assert (day.value, day.is_date) == (datetime(2026, 10, 1), True)
    assert (at.number_format, day.number_format) == ("yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd")


def test_nothing_typed_is_a_formula_and_too_much_is_cut(both: tuple[Workbook, Workbook]) -> None:
    page = both[0]["Cases all"]
    assert not [cell for line in page.iter_rows() for cell in line if cell.data_type == "f"]
    assert len(page["B6"].value) == 32_767
    assert page["B5"].value == "two\nlines\N{REPLACEMENT CHARACTER}"
    assert page["G4"].value == str(10**17)


def test_a_share_near_all_is_not_shown_as_all(both: tuple[Workbook, Workbook]) -> None:
    cell = both[0]["Cases all"]["F6"]
    assert cell.value == 0.9996
    assert cell.number_format == "[>0.9995]0.0####%;[<0.0005]0.0####%;0.0%"


def test_the_definitions_say_what_was_filtered_when_and_what_a_column_means(
    both: tuple[Workbook, Workbook],
) -> None:
    lines = contents(both[0], "Definitions")
    assert lines[0][0] == "Cases"
    assert lines[1][0] == "Only the open ones"
    assert lines[3] == ("Term", "Meaning")
    told = dict(line for line in lines[4:] if line[0])
    assert told["Time zone"] == "Asia/Shanghai (UTC+08:00)"
    assert told["Made"] == "2026-10-01 23:59"
    assert told["Cases/all · Number"] == "As printed."


@pytest.mark.parametrize(
    "changed",
    [
        {
            "columns": [
                *COLUMNS,
                Column("state", "State", "badge", value=lambda row: "open", tone=lambda row: "ok"),
            ]
        },
        {
            "columns": [
                *COLUMNS,
                Column("page", "Page", value=lambda row: "x", href=lambda row: "https://a.test/"),
            ]
        },
        {"columns": [*COLUMNS, Column("again", "Number", value=lambda row: "x")]},
        {"totals": {"count": 7}},
        {"rows": map(row, range(raw.MANY + 1))},
    ],
    ids=["tones", "links", "doubled label", "totals", "rows that come once"],
)
def test_what_has_a_design_or_cannot_be_read_again_is_written_in_full(changed: dict[str, Any]) -> None:
    book = written(listed(raw.MANY + 1, **changed))
    assert not is_raw(book)
    assert len(contents(book, "Cases all")) in {raw.MANY + 2, raw.MANY + 3}


def test_a_short_list_is_written_in_full() -> None:
    book = written(listed(raw.MANY - 1))
    assert not is_raw(book)
    assert len(contents(book, "Cases all")) == raw.MANY


def test_more_rows_than_a_sheet_holds_go_on_a_further_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (raw, tables):
        monkeypatch.setattr(module, "SHEET_ROWS", raw.MANY + 101)
    book = written(listed(raw.MANY + 100))
    assert is_raw(book)
    book = written(listed(raw.MANY + 101))
    assert not is_raw(book)
    assert len(contents(book, "Cases all")) == raw.MANY + 101
    assert contents(book, "Cases all (2)")[1][0] == f"CH-{raw.MANY + 100:06}"
