"""The workbooks for the owners hold numbers to sort and to draw, the same as the company's own, with the same formats."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from core.reports import write_xlsx
from kpi.indicators import Duration, Number, Rate, Share
from kpi.models import Edition
from kpi.reports.company import company_report
from kpi.reports.company_content import gather_company
from kpi.reports.content import MonthContent, gather
from kpi.reports.monthly import report_of
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing
from kpi.services.folding import refold
from organization.models import Site, Zone
from tests.conftest import Cast
from tests.kpi.conftest import NOW, World
from tests.kpi.heaps import heap

MONTH = Month(date(2026, 11, 1))
#: Where the value of each kind stands, and the format it has there.
PERCENT, MINUTES, RATE = "0.0%", '#,##0.0" min"', "#,##0.00"
DASH = "—"


@pytest.fixture
def filled(world: World, cast: Cast) -> World:
    """The world in English with a heap of cases and a profile, folded."""
    zones: list[Zone | None] = [world.gate, world.garage, None]
    heap(world.site, cast.supervisor, zones, datetime(2026, 10, 5, tzinfo=UTC), 46, 150, seed=4)
    Site.objects.filter(pk=world.site.pk).update(language="en", households=731, population=2113)
    world.site.company.language = "en"
    world.site.company.save(update_fields=["language"])
    world.site.refresh_from_db()
    list(refold(world.site, date(2026, 10, 1), NOW.date()))
    return world


def opened(report: Any) -> Any:
    """The workbook as openpyxl reads it."""
    file = BytesIO()
    write_xlsx(report, file)
    return openpyxl.load_workbook(BytesIO(file.getvalue()))


def cells(sheet: Any, key: str) -> dict[str, dict[str, Any]]:
    """The cells of a sheet by what stands under the heading `key`, then by heading."""
    head, *rows = sheet.iter_rows()
    names = [cell.value for cell in head]
    lines = [dict(zip(names, row, strict=True)) for row in rows]
    return {str(line[key].value): line for line in lines}


def same_to_15_digits(cell: Any, number: float) -> bool:
    """Is it a number, and that one?"""
    return cell.data_type == "n" and f"{cell.value:.15g}" == f"{number:.15g}"


def value_of(one: Standing) -> tuple[str, str, float | None, str]:
    """Sheet, heading, number and format of a value."""
    match one.indicator:
        case Share():
            return "Indicators", "This month", one.value, PERCENT
        case Duration():
            heading = {"mean": "Mean", "median": "Median", "p90": "90 % within"}[one.indicator.judged]
            return "Lengths of time", heading, one.value, MINUTES
    factor = {"permille": 1000, "percent": 100}.get(one.indicator.unit, 1)
    value = None if one.value is None else one.value * factor
    return "Numbers and rates", "Value", value, RATE


def content_for(world: World, edition: Edition) -> MonthContent:
    """The month for the readers of an edition."""
    return gather(world.site, MONTH, edition)


@pytest.mark.requirement("R056")
def test_every_figure_the_owners_read_is_a_number_with_the_format_of_its_unit(filled: World) -> None:
    content = content_for(filled, Edition.OWNERS)
    book = opened(report_of(content, shape="workbook"))
    told = {
        name: cells(book[name], "Code") for name in ("Indicators", "Lengths of time", "Numbers and rates")
    }
    standings = [line.standing for line in content.lines]
    assert sorted(code for rows in told.values() for code in rows) == sorted(
        one.indicator.code for one in standings
    )
    known, kinds = 0, set()
    for one in standings:
        sheet, heading, number, form = value_of(one)
        row = told[sheet][one.indicator.code]
        if number is None:
            assert (row[heading].value, row["Result"].value) == (DASH, "no data")
            continue
        assert same_to_15_digits(row[heading], number), one.indicator.code
        # A share that would read as all or nothing has more decimals.
        assert row[heading].number_format == form or (
            form == PERCENT and "000%" in row[heading].number_format
        )
        if one.target is not None and isinstance(one.indicator, Share | Duration):
            assert same_to_15_digits(row["Target"], one.target)
        known += 1
        kinds.add(sheet)
    assert known > 15
    assert len(kinds) == 3
    assert any(one.value is None for one in standings)


@pytest.mark.requirement("R056")
def test_the_rows_are_those_of_the_companys_own_edition(filled: World) -> None:
    """The same numbers with the same formats; only what single cases and staff are told by is missing."""
    own, theirs = (
        opened(report_of(content_for(filled, edition), shape="workbook"))
        for edition in (Edition.INTERNAL, Edition.OWNERS)
    )
    for name in ("Indicators", "Lengths of time", "Numbers and rates"):
        mine, given = cells(own[name], "Code"), cells(theirs[name], "Code")
        assert given.keys() <= mine.keys()
        for code, row in given.items():
            assert mine[code].keys() - row.keys() == {"Beside it"}
            for heading, cell in row.items():
                like = mine[code][heading]
                assert (cell.value, cell.number_format) == (like.value, like.number_format), (code, heading)
                assert cell.hyperlink is None
        assert any(cell.hyperlink for row in mine.values() for cell in row.values())


def test_what_stands_at_the_head_are_numbers_too(filled: World) -> None:
    for edition in Edition:
        content = content_for(filled, edition)
        by_name = {str(line.standing.indicator.name): line.standing for line in content.lines}
        rows = opened(report_of(content, shape="workbook"))["Summary"].iter_rows()
        shown = {row[0].value: row[1] for row in rows if row[0].value in by_name}
        assert len(shown) > 3
        for name, cell in shown.items():
            one = by_name[name]
            assert one.value is not None
            factor = 1000 if one.indicator.unit == "permille" else 1
            assert same_to_15_digits(cell, one.value * factor)
            assert cell.number_format == PERCENT or not isinstance(one.indicator, Share)


@pytest.mark.requirement("R056")
@pytest.mark.parametrize("edition", list(Edition))
def test_sites_side_by_side_are_numbers(filled: World, edition: Edition) -> None:
    content = gather_company(filled.site.company, MONTH, "en", edition=edition)
    book = opened(company_report(content))
    line = next(line for line in content.sites if line.site == filled.site)
    for title, codes in (("Sites", None), ("All figures", list(content.whole))):
        rows = cells(book[title], "Site")
        whole = rows["All sites"]
        assert codes is None or len(whole) == len(codes) + 1
        known = 0
        for one in content.whole.values():
            mine, unit = line.by_code[one.indicator.code], one.indicator.unit
            mark = {"permille": " (‰)", "points": " (points)", "score": " (score of 100)"}.get(unit, "")
            heading = f"{one.indicator.name}{mark}"
            if heading not in whole:
                assert codes is None
                continue
            for standing, row in ((mine, rows[filled.site.name]), (one, whole)):
                if standing.value is None:
                    assert row[heading].value in (DASH, None)
                    continue
                factor = 1000 if unit == "permille" else 1
                assert same_to_15_digits(row[heading], standing.value * factor), heading
                known += 1
                if isinstance(one.indicator, Duration):
                    assert row[heading].number_format == MINUTES
                if isinstance(one.indicator, Number):
                    assert row[heading].number_format == "#,##0"
                if isinstance(one.indicator, Rate) and unit == "permille":
                    assert row[heading].number_format == RATE
        assert known > 6
    together = cells(book["All sites · Indicators"], "Code")
    assert same_to_15_digits(together["K09"]["This month"], content.whole["K09"].value or 0)
    assert {
        code
        for name in ("Indicators", "Lengths of time", "Numbers and rates")
        for code in cells(book[f"All sites · {name}"], "Code")
    } == content.whole.keys()
