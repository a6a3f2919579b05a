"""The targets of a site, month by month."""

from collections.abc import Mapping, Sequence

from kpi.indicators import Goal, Indicator
from kpi.selectors.periods import Month
from kpi.selectors.targets import targets_over
from organization.models import Site


def goals_of(site: Site, indicator: Indicator, months: Sequence[Month]) -> Mapping[Month, Goal]:
    """The target of each month of one indicator at a site; one query."""
    found = targets_over([site.pk], months)[site.pk]
    return {month: targets[indicator.code] for month, targets in found.items()}
