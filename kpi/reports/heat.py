"""The tables of the heat map as sheets."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports import Column, Sheet
from kpi.selectors.heat import HOURS, Heat, Line, Table


def heat_sheets(heat: Heat) -> list[Sheet]:
    """Zones by hour, and days of the week by hour."""
    return [
        hours_sheet("zones", _("Zones by hour"), _("Zone"), heat.zones),
        hours_sheet("weekdays", _("Days of the week by hour"), _("Day"), heat.weekdays),
    ]


def hours_sheet(key: str, title: Any, name: Any, table: Table) -> Sheet:
    """Lines by the hours of the day, each number with the address of its rows."""
    hours = [
        Column(f"h{hour:02}", f"{hour:02}", "integer", value=_count(hour), href=_page(hour), width=5)
        for hour in HOURS
    ]
    total = Column("total", _("Sum"), "integer", value=lambda line: line.total, href=lambda line: line.page)
    return Sheet(
        key, title, [Column("name", name, value=lambda line: line.name, width=24), *hours, total], table.lines
    )


def _count(hour: int) -> Any:
    def value(line: Line) -> int:
        return line.cells[hour].count

    return value


def _page(hour: int) -> Any:
    def address(line: Line) -> str:
        return line.cells[hour].page

    return address
