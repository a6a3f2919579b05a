"""Sites side by side: the indicators of one group in a month."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.indicators import Group, Measure, Scope, live_indicators
from kpi.indicators.cases import MEASURES as CASES
from kpi.indicators.patrols import ROUND_OUTCOMES, ROUNDS_DUE, VERDICTS
from kpi.selectors.counting import months_of
from kpi.selectors.lines import CountLine, count_line, windowed
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from kpi.selectors.targets import targets_for
from organization.models import Site

#: Counts beside the indicators when sites are compared.
COMPARED: dict[Group, tuple[Measure, ...]] = {
    Group.PATROLS: (ROUNDS_DUE, ROUND_OUTCOMES[-1], VERDICTS[-1]),
    Group.SERVICE: (CASES["service_due"], CASES["service_open_long"], CASES["complaints_reported"]),
    Group.SAFETY: (CASES["hazards_reported"], CASES["hazards_unverified"]),
    Group.INCIDENTS: (CASES["incidents_reported"], CASES["incidents_false"]),
}


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site in the comparison of sites."""

    site: Site
    standings: list[Standing]
    counts: list[CountLine]


def site_months(sites: Sequence[Site], month: Month, group: Group) -> list[SiteLine]:
    """The month of several sites, from the kept counts: at most a minute behind. Two queries."""
    kept = months_of([site.pk for site in sites], month.previous, month, windows=True)
    targets = targets_for(kept, month)
    compared = [one for one in live_indicators().values() if one.group == group]
    return [
        SiteLine(
            site,
            [
                standing(
                    one,
                    windowed(one, kept[site.pk], month),
                    site,
                    windowed(one, kept[site.pk], month.previous),
                    target=targets[site.pk][one.code],
                )
                for one in compared
            ],
            [
                count_line(one, kept[site.pk].get(month, {}), Scope(site, month.first, month.last))
                for one in COMPARED.get(group, ())
            ],
        )
        for site in sites
    ]
