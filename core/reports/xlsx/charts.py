"""Native Excel charts over the cells of their sheet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from xlsxwriter.worksheet import Worksheet

from core.reports.definition import Chart, Column, Sheet
from core.reports.palette import colour, series_colour
from core.reports.text import clean_text

from .book import Book
from .styles import number_format

#: A chart's size in pixels, and the rows of 20 pixels it takes with a gap.
WIDTH, HEIGHT, ROWS = 760, 320, 17
#: Lines are told apart by their dashes too.
DASHES = ("solid", "dash", "square_dot", "long_dash_dot", "round_dot", "long_dash")
MARKERS = ("circle", "square", "triangle", "diamond", "circle", "square")

#: What XlsxWriter takes for a reference when it stands where a title should.
_ADDRESS = re.compile(r"=?[^!]+!\$?[A-Z]+\$?\d+")


@dataclass(frozen=True, slots=True)
class TargetColumn:
    """A column after the table that holds a chart's target in every row: Excel draws only cells."""

    chart: int
    place: int
    label: str
    value: float
    like: Column


def target_columns(sheet: Sheet) -> list[TargetColumn]:
    """The target columns of the sheet's charts, one per line to draw."""
    found: list[TargetColumn] = []
    for number, chart in enumerate(sheet.charts):
        like = sheet.column(chart.series[0])
        for label, value in _targets(chart):
            place = len(sheet.columns) + len(found)
            found.append(TargetColumn(number, place, label, value, like))
    return found


def _targets(chart: Chart) -> list[tuple[str, float]]:
    if chart.target is None:
        return []
    if isinstance(chart.target, tuple):
        low, high = chart.target
        return [(gettext("Target, from"), low), (gettext("Target, to"), high)]
    return [(gettext("Target"), chart.target)]


def insert_charts(
    book: Book, page: Worksheet, sheet: Sheet, *, rows: int, targets: Sequence[TargetColumn]
) -> None:
    """Place the sheet's charts to the right of its first ``rows`` rows."""
    right = len(sheet.columns) + len(targets) + 1
    for number, chart in enumerate(sheet.charts):
        own = [target for target in targets if target.chart == number]
        page.insert_chart(1 + number * ROWS, right, _draw(book, page, sheet, chart, rows, own))


def _draw(
    book: Book, page: Worksheet, sheet: Sheet, chart: Chart, rows: int, targets: list[TargetColumn]
) -> Any:
    drawn = book.workbook.add_chart(_chart_type(chart))
    keys = [column.key for column in sheet.columns]
    categories = [page.name, 1, keys.index(chart.category), rows, keys.index(chart.category)]
    for number, key in enumerate(chart.series):
        place = keys.index(key)
        drawn.add_series(
            {
                "name": [page.name, 0, place],
                "categories": categories,
                "values": [page.name, 1, place, rows, place],
                **_look(chart, number),
            }
        )
    if targets:
        lines = drawn if chart.kind == "line" else book.workbook.add_chart({"type": "line"})
        for target in targets:
            lines.add_series(_target_line(page, target, categories, rows))
        if lines is not drawn:
            drawn.combine(lines)
    _dress(drawn, sheet, chart)
    return drawn


def _chart_type(chart: Chart) -> dict[str, str]:
    if chart.kind == "line":
        return {"type": "line"}
    return {"type": "column"} | ({"subtype": "stacked"} if chart.kind == "stacked" else {})


def _look(chart: Chart, number: int) -> dict[str, Any]:
    shade = series_colour(number, chart.tones)
    if chart.kind != "line":
        return {"fill": {"color": shade}, "border": {"color": colour("surface")}, "gap": 60}
    marker = {"type": MARKERS[number % len(MARKERS)], "size": 5}
    return {
        "line": {"color": shade, "width": 2, "dash_type": DASHES[number % len(DASHES)]},
        "marker": marker | {"fill": {"color": shade}, "border": {"color": shade}},
    }


def _target_line(
    page: Worksheet, target: TargetColumn, categories: list[object], rows: int
) -> dict[str, Any]:
    return {
        "name": [page.name, 0, target.place],
        "categories": categories,
        "values": [page.name, 1, target.place, rows, target.place],
        "line": {"color": colour("text-2"), "width": 1.25, "dash_type": "square_dot"},
        "marker": {"type": "none"},
    }


def no_address(title: str) -> str:
    """``title`` that XlsxWriter will not take for the address of a cell ("Alarm!B2"): a joiner of no
    width goes behind its exclamation marks."""
    return title.replace("!", "!\N{WORD JOINER}") if _ADDRESS.match(title) else title


def _dress(drawn: Any, sheet: Sheet, chart: Chart) -> None:
    """Title, axes, legend, size: quiet lines, the words of the report."""
    title = clean_text(chart.title)
    column = sheet.column(chart.series[0])
    words = {"color": colour("text-2"), "size": 9}
    drawn.set_title(
        {"name": no_address(title), "overlay": False, "name_font": {"size": 12, "color": colour("text")}}
    )
    drawn.set_x_axis({"num_font": words, "line": {"color": colour("line-strong")}})
    drawn.set_y_axis(
        {
            "num_font": words,
            "num_format": number_format(column.kind, column.digits)["num_format"],
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": colour("line")}},
        }
    )
    drawn.set_legend({"position": "bottom", "font": words})
    drawn.show_blanks_as("gap")
    drawn.set_size({"width": WIDTH, "height": HEIGHT})
    drawn.set_chartarea({"border": {"color": colour("line")}})
