"""Lists: visible rows, search, filters, sort, paging without COUNT, export of what is shown."""

from core.listing.page import Empty, ListPage
from core.listing.tables import (
    DESK_ONLY,
    ONE_LINE,
    AtColumn,
    DurationColumn,
    NumberColumn,
    PercentColumn,
    StatusColumn,
    Table,
    WhenColumn,
)

__all__ = [
    "DESK_ONLY",
    "ONE_LINE",
    "AtColumn",
    "DurationColumn",
    "Empty",
    "ListPage",
    "NumberColumn",
    "PercentColumn",
    "StatusColumn",
    "Table",
    "WhenColumn",
]
