"""The target of one indicator, month by month."""

from collections.abc import Mapping, Sequence

from kpi.indicators import DEFAULT, Goal, Indicator
from kpi.selectors.periods import Month
from organization.models import Site


def goals_of(site: Site, indicator: Indicator, months: Sequence[Month]) -> Mapping[Month, Goal]:
    """The target of each month: the one the catalogue ships."""
    return dict.fromkeys(months, DEFAULT)
