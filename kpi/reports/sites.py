"""The comparison of sites as sheets."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clock import local
from core.reports import Column, Sheet
from kpi.selectors.funnel import Funnel
from kpi.selectors.sites import SiteLine


def site_sheets(lines: Sequence[SiteLine], funnel: Funnel | None) -> list[Sheet]:
    """The indicators and counts of every site, and the funnel of one indicator."""
    return [_sites(lines), *([_funnel(funnel)] if funnel is not None else [])]


def _sites(lines: Sequence[SiteLine]) -> Sheet:
    columns = [Column("site", _("Site"), value=lambda line: line.site.name, width=24)]
    for number, at in enumerate(lines[0].standings if lines else []):
        columns.append(
            Column(at.indicator.code, at.indicator.name, value=_shown(number), tone=_tone(number), width=14)
        )
    for number, count in enumerate(lines[0].counts if lines else []):
        columns.append(
            Column(
                count.measure.code,
                count.measure.name,
                "integer",
                value=_count(number),
                href=_count_page(number),
            )
        )
    columns.append(Column("closed", _("Month closed"), "date", value=_closed, href=_closed_page))
    return Sheet("sites", _("Compare sites"), columns, lines)


def _funnel(funnel: Funnel) -> Sheet:
    return Sheet(
        "funnel",
        _("Sites against chance"),
        [
            Column("site", _("Site"), value=lambda spot: spot.site.name, width=24),
            Column("value", funnel.indicator.name, value=lambda spot: spot.standing.shown, width=12),
            Column("count", _("Number"), "integer", value=lambda spot: int(spot.count)),
            Column("basis", _("Out of"), "integer", value=lambda spot: int(spot.basis)),
            Column("expected", _("Chance alone (95 %)"), value=lambda spot: spot.expected_shown, width=18),
            Column(
                "place",
                _("Result"),
                "badge",
                value=lambda spot: spot.place.label,
                tone=lambda spot: spot.place.tone,
                width=28,
            ),
        ],
        funnel.spots,
    )


def _closed(line: SiteLine) -> date | None:
    return None if line.closed is None else local(line.closed.closed_at, line.site.zone_info).date()


def _closed_page(line: SiteLine) -> str:
    return "" if line.closed is None else line.closed.get_absolute_url()


def _shown(number: int) -> Callable[[SiteLine], str]:
    return lambda line: line.standings[number].shown


def _tone(number: int) -> Callable[[SiteLine], str]:
    return lambda line: line.standings[number].tone


def _count(number: int) -> Callable[[SiteLine], Any]:
    return lambda line: int(line.counts[number].value)


def _count_page(number: int) -> Callable[[SiteLine], str]:
    return lambda line: line.counts[number].page
