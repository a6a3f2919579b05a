"""Sites side by side: the indicators of one group in a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.indicators import Counts, Group, Indicator, Measure, Profile, Scope, live_indicators
from kpi.indicators.cases import MEASURES as CASES
from kpi.indicators.patrols import ROUND_OUTCOMES, ROUNDS_DUE, VERDICTS
from kpi.selectors.closed_figures import ClosedFigures, closed_figures
from kpi.selectors.counting import NOTHING, months_of
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
    closed: ClosedFigures | None = None

    @property
    def profile(self) -> Profile:
        """What its rates are reckoned by: the site, or its profile when the month was closed."""
        return self.site if self.closed is None else self.closed.frozen.profile


def site_months(sites: Sequence[Site], month: Month, group: Group) -> list[SiteLine]:
    """The month of several sites, from the kept counts: at most a minute behind, or as it was frozen. Three queries."""
    kept = months_of([site.pk for site in sites], month.previous, month, windows=True)
    targets, closings = targets_for(kept, month), closed_figures(kept, [month, month.previous])
    compared = [one for one in live_indicators().values() if one.group == group]
    lines = []
    for site in sites:
        months, closed = kept[site.pk], closings.get((site.pk, month))
        before = closings.get((site.pk, month.previous))
        if closed is not None:
            months = {**months, month: closed.frozen.days(month).total()}
        lines.append(
            SiteLine(
                site,
                [
                    _standing(one, site, months, month, targets[site.pk][one.code], before)
                    if closed is None
                    else closed.frozen.standing(one)
                    for one in compared
                ],
                [
                    count_line(one, months.get(month, NOTHING), Scope(site, month.first, month.last))
                    for one in COMPARED.get(group, ())
                ],
                closed,
            )
        )
    return lines


def _standing(
    one: Indicator,
    site: Site,
    months: Mapping[Month, Counts],
    month: Month,
    target: float | None,
    closed_before: ClosedFigures | None,
) -> Standing:
    before = windowed(one, months, month.previous)
    was = None if closed_before is None else closed_before.frozen.standing(one)
    return standing(one, windowed(one, months, month), site, before, target=target, earlier=was)
