"""What the monthly report of a company says: every site side by side, and what they come to together; read once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import now
from kpi.indicators import Counts, Indicator, live_indicators
from kpi.models import Edition
from kpi.reports.editions import shows
from kpi.reports.hashing import sha256_of, told
from kpi.reports.monthly import Progress
from kpi.selectors.closed_figures import ClosedFigures, Closings, closed_figures
from kpi.selectors.counting import NOTHING, add_up, months_of
from kpi.selectors.lines import windowed
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from kpi.selectors.targets import Targets, company_targets, targets_for
from organization.models import Company, Site


@dataclass(frozen=True, slots=True)
class Whole:
    """The sites of a company taken together, as rates are reckoned by them."""

    households: int | None
    population: int | None


@dataclass(frozen=True, slots=True)
class SiteStandings:
    """One site in the comparison; `page` opens its own report, `closed` is the month where it is closed there."""

    site: Site
    by_code: Mapping[str, Standing]
    is_silent: bool
    page: str
    closed: ClosedFigures | None


@dataclass(frozen=True, slots=True)
class CompanyContent:
    """A month of all sites of a company for the readers of one edition."""

    company: Company
    month: Month
    sites: list[SiteStandings]
    whole: Mapping[str, Standing]
    edition: Edition
    language: str
    made_at: datetime
    fingerprint: str

    @property
    def is_internal(self) -> bool:
        """May it lead to single cases and people?"""
        return self.edition == Edition.INTERNAL

    @property
    def closed(self) -> list[SiteStandings]:
        """Sites at which the month is closed."""
        return [line for line in self.sites if line.closed is not None]


@dataclass(frozen=True, slots=True)
class _SiteMonth:
    """A month of a site as it is told. `kept` are its kept counts by month; in `told` those of closed months are as they were written down."""

    site: Site
    month: Month
    kept: Mapping[Month, Counts]
    told: Mapping[Month, Counts]
    targets: Targets
    closed: ClosedFigures | None
    before: ClosedFigures | None

    def standing(self, one: Indicator) -> Standing:
        """Where an indicator stands."""
        if self.closed is not None:
            return self.closed.frozen.standing(one)
        was = None if self.before is None else self.before.frozen.standing(one)
        return standing(
            one,
            self.counts(one),
            self.site,
            self.counts_before(one),
            target=self.targets[one.code],
            earlier=was,
        )

    def counts(self, one: Indicator) -> Counts:
        """What it is reckoned from."""
        return self._counts(one, self.month, self.closed)

    def counts_before(self, one: Indicator) -> Counts:
        """The same of the month before."""
        return self._counts(one, self.month.previous, self.before)

    def _counts(self, one: Indicator, month: Month, closed: ClosedFigures | None) -> Counts:
        if one.window == 1:
            return self.told.get(month, NOTHING)
        return windowed(one, self.kept, month) if closed is None else closed.frozen.window(one)


def gather_company(
    company: Company,
    month: Month,
    language: str = "",
    page: Callable[[Site, Month], str] | None = None,
    edition: Edition = Edition.INTERNAL,
    progress: Progress | None = None,
) -> CompanyContent:
    """The month of every active site, from the kept counts (at most a minute behind), or as it was written down where it is closed.

    Five queries whatever the number of sites. The fingerprint is the same for every edition. `progress` is told each site
    whose figures are about to be reckoned: how many are done, of how many, its name.
    """
    sites = list(Site.objects.filter(company=company, is_active=True).order_by("code"))
    months = _site_months(sites, month)
    live = live_indicators()
    every: dict[str, dict[str, Standing]] = {}
    for number, one in enumerate(months):
        if progress is not None:
            progress(number, len(months), one.site.name)
        every[one.site.code] = {code: one.standing(found) for code, found in live.items()}
    content: dict[str, Any] = {"company": company.code, "month": str(month)}
    content["sites"] = {code: [told(one) for one in by_code.values()] for code, by_code in every.items()}
    shown = {code: one for code, one in live.items() if shows(edition, one)}
    lines = [
        SiteStandings(
            one.site,
            {code: every[one.site.code][code] for code in shown},
            not one.told.get(month),
            page(one.site, month) if page and edition == Edition.INTERNAL else "",
            one.closed,
        )
        for one in months
    ]
    whole = _whole(months, shown.values(), company_targets(company, month))
    return CompanyContent(
        company, month, lines, whole, edition, language or company.language, now(), sha256_of(content)
    )


def _site_months(sites: list[Site], month: Month) -> list[_SiteMonth]:
    keys = [site.pk for site in sites]
    kept = months_of(keys, month.previous, month, windows=True)
    targets, closed = targets_for(keys, month), closed_figures(keys, [month, month.previous])
    return [_site_month(site, month, kept[site.pk], targets[site.pk], closed) for site in sites]


def _site_month(
    site: Site, month: Month, kept: Mapping[Month, Counts], targets: Targets, closed: Closings
) -> _SiteMonth:
    mine = {one: closed[site.pk, one] for one in (month, month.previous) if (site.pk, one) in closed}
    frozen = {one: found.frozen.days(one).total() for one, found in mine.items()}
    return _SiteMonth(
        site, month, kept, {**kept, **frozen}, targets, mine.get(month), mine.get(month.previous)
    )


def _whole(months: list[_SiteMonth], shown: Iterable[Indicator], targets: Targets) -> dict[str, Standing]:
    """The counts of all sites added up; never a mean of their figures. Rates need the profile of every site."""
    profiles = [one.site if one.closed is None else one.closed.frozen.profile for one in months]
    profile = Whole(_sum(one.households for one in profiles), _sum(one.population for one in profiles))
    now = add_up(one.told.get(one.month, NOTHING) for one in months)
    before = add_up(one.told.get(one.month.previous, NOTHING) for one in months)
    found = {}
    for one in shown:
        counts, earlier = now, before
        if one.window > 1:
            counts = add_up(month.counts(one) for month in months)
            earlier = add_up(month.counts_before(one) for month in months)
        found[one.code] = standing(one, counts, profile, earlier, target=targets[one.code])
    return found


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return sum(number or 0 for number in known) if known and all(known) else None
