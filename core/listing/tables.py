"""The base table and the columns lists are made of. ``export_kind`` tells core.reports what a column holds."""

from datetime import datetime, timedelta
from typing import Any

import django_tables2 as tables
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import clock, wording
from core.reports.formats import rounded, show_percent
from core.templatetags import ui

#: numbers are set right; the class goes to header and cells
_RIGHT = {"th": {"class": "r"}, "td": {"class": "r"}}
#: `attrs` of a column whose words stay in one line; of one that a phone leaves to the row's own page
ONE_LINE: Any = {"td": {"class": "nowrap"}}
DESK_ONLY: Any = {"td": {"class": "desk-only"}}


class Table(tables.Table):
    """Every list's table: our template, a dash for nothing, sort by ``?sort=``."""

    #: addresses of the neighbouring pages where they are read by place (core.listing.keyset)
    keyset: Any = None

    class Meta:
        template_name = "django_tables2/orderly.html"
        attrs = {"class": "data"}
        default = ui.NOTHING


def zone_in(table: Any, record: Any, site: str) -> Any:
    """Where a row's times are shown: the site at the path ``site`` of the record, else the page's zone."""
    place = record
    for part in filter(None, site.split("__")):
        place = getattr(place, part, None)
    if site and place is not None:
        return ui.zone_of({}, place)
    return ui.zone_of(getattr(table, "context", None) or {"shell": getattr(table, "shell", None)})


class _TimeColumn(tables.Column):
    """An instant, shown on the wall of the row's site (``site`` is the path to it on the record)."""

    export_kind = "datetime"

    def __init__(self, *args: Any, site: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)
        self.site = site

    def value(self, value: datetime | None) -> datetime | None:
        """The instant itself, for exports."""
        return value


class WhenColumn(_TimeColumn):
    """How long ago or until."""

    def render(self, value: datetime, record: Any, table: Any) -> SafeString:
        """The words, the exact time in the title."""
        return ui.time_element(value, zone_in(table, record, self.site))


class AtColumn(_TimeColumn):
    """The exact local time: "datetime", "date" or "time"."""

    def __init__(self, *args: Any, form: str = "datetime", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form = form

    def render(self, value: datetime, record: Any, table: Any) -> SafeString:
        """The time as the site's clock shows it."""
        zone = zone_in(table, record, self.site)
        return format_html(
            '<time datetime="{}" data-zone="{}" data-zone-name="{}">{}</time>',
            value.isoformat(timespec="seconds"),
            zone.key,
            wording.zone(value, zone),
            wording.moment(clock.local(value, zone), self.form),
        )


class StatusColumn(tables.Column):
    """Badge of a choice field, in the tone the model gives."""

    export_kind = "text"

    def render(self, record: Any, bound_column: Any) -> SafeString:
        """The badge."""
        return ui.status(record, bound_column.accessor)

    def value(self, record: Any, bound_column: Any) -> str:
        """The label."""
        display = getattr(record, f"get_{bound_column.accessor}_display", None)
        return str(display() if display else getattr(record, bound_column.accessor))


class NumberColumn(tables.Column):
    """A number, set right; ``digits`` decimals."""

    export_kind = "number"

    def __init__(self, *args: Any, digits: int | None = None, unit: Any = "", **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _RIGHT)
        super().__init__(*args, **kwargs)
        self.digits, self.unit = digits, unit

    def render(self, value: Any) -> str:
        """The number in the reader's format, with its unit."""
        near = value if self.digits is None else rounded(value, self.digits)
        shown = formats.number_format(near, self.digits, use_l10n=True, force_grouping=True)
        return f"{shown} {self.unit}" if self.unit else shown

    def value(self, value: Any) -> Any:
        """The number itself."""
        return value


class PercentColumn(NumberColumn):
    """A share (0..1) in percent."""

    export_kind = "percent"

    def render(self, value: Any) -> str:
        """The share times a hundred."""
        return show_percent(value, 1 if self.digits is None else self.digits)


class DurationColumn(tables.Column):
    """A length of time (timedelta, or seconds)."""

    export_kind = "minutes"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _RIGHT)
        super().__init__(*args, **kwargs)

    def render(self, value: timedelta | float) -> str:
        """In its two largest units."""
        return wording.span(_span(value))

    def value(self, value: timedelta | float | None) -> timedelta | None:
        """The length itself."""
        return None if value is None else _span(value)


def _span(value: timedelta | float) -> timedelta:
    return value if isinstance(value, timedelta) else timedelta(seconds=float(value))
