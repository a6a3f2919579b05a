"""The targets of a site, month by month."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from kpi.indicators import DEFAULT, Goal, Indicator, indicators
from kpi.selectors.periods import Month
from organization.models import Site

#: Target by code of the indicator; None is "for information only".
Targets: TypeAlias = Mapping[str, float | None]


def goals_of(site: Site, indicator: Indicator, months: Sequence[Month]) -> Mapping[Month, Goal]:
    """The target of each month of one indicator: the one the catalogue ships."""
    return dict.fromkeys(months, DEFAULT)


def goals_over(site_ids: Iterable[int], months: Sequence[Month]) -> Mapping[int, Mapping[Month, Targets]]:
    """The targets of every indicator in each month, by site: those the catalogue ships."""
    shipped = {code: one.target for code, one in indicators().items()}
    return {site_id: dict.fromkeys(months, shipped) for site_id in site_ids}
