"""The month by the dimensions in which service is watched: efficiency, quality, safety, equipment, internal management (R068)."""

from dataclasses import dataclass

from kpi.indicators import Composite, Dimension
from kpi.models import ClosedMonth
from kpi.selectors.closed import days_or_frozen
from kpi.selectors.counting import Days
from kpi.selectors.freezing import Frozen
from kpi.selectors.lines import IndicatorLine, Lines, group_lines
from kpi.selectors.periods import Month
from kpi.selectors.zone_lines import zone_lines
from organization.models import Site, Zone


@dataclass(frozen=True, slots=True)
class DimensionLines(Lines):
    """The indicators of one dimension."""

    group: Dimension

    @property
    def missed(self) -> list[IndicatorLine]:
        """Those off their target."""
        return [
            line for line in self.known if line.standing.is_met is False and line.standing.tone == "danger"
        ]

    @property
    def met(self) -> list[IndicatorLine]:
        """Those on their target, proven or not."""
        return [line for line in self.known if line.standing.tone in ("ok", "warn")]

    @property
    def unjudged(self) -> list[IndicatorLine]:
        """Those with a value that is not judged: no target, too few records, doubtful."""
        return [line for line in self.known if line.standing.tone == "idle"]


def dimensions_of(
    site: Site, month: Month, zone: Zone | None = None
) -> tuple[list[DimensionLines], ClosedMonth | None]:
    """Every indicator of a month of a site as of now, or as it was frozen, by dimension, and the closed month; of one zone
    those that can be told of it. A fixed number of queries."""
    days, closed, frozen = days_or_frozen(site, month)
    lines = [
        line
        for line in _lines(site, month, zone, days, frozen)
        if not isinstance(line.standing.indicator, Composite)  # made of the others: it has a page of its own
    ]
    order = {"danger": 0, "warn": 1, "ok": 2, "idle": 3}
    lines.sort(
        key=lambda line: (line.standing.value is None, order[line.standing.tone], -line.standing.shortfall)
    )
    found = [
        DimensionLines(one, [line for line in lines if line.standing.indicator.dimension == one])
        for one in Dimension
    ]
    return found, closed


def _lines(
    site: Site, month: Month, zone: Zone | None, days: Days, frozen: Frozen | None
) -> list[IndicatorLine]:
    if zone is not None:
        return zone_lines(site, month, zone, days, frozen)
    return [line for group in group_lines(site, month, days.total(), frozen) for line in group.lines]
