"""What the monthly report of a company says: every site side by side, and what they come to together; read once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import now
from kpi.indicators import Counts, Indicator, live_indicators
from kpi.models import Edition
from kpi.reports.editions import shows
from kpi.reports.hashing import sha256_of, told
from kpi.reports.monthly import Progress
from kpi.selectors.closed_figures import ClosedFigures, closed_figures
from kpi.selectors.counting import NOTHING, add_up, months_of
from kpi.selectors.lines import codes_of, only, window_of
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
    """A month of a site as it is told, and the month before."""

    site: Site
    targets: Targets
    now: "_Counted"
    before: "_Counted"

    def standing(self, one: Indicator, codes: Sequence[str]) -> Standing:
        """Where an indicator stands that is reckoned from these codes."""
        if self.now.closed is not None:
            return self.now.closed.frozen.standing(one)
        return standing(
            one,
            self.now.counts(one, codes),
            self.site,
            self.before.counts(one, codes),
            target=self.targets[one.code],
            earlier=None if self.before.closed is None else self.before.closed.frozen.standing(one),
        )


@dataclass(frozen=True, slots=True)
class _Counted:
    """The counts of a month of a site, and those of the windows that end with it, by their number of months; of a closed month as written down."""

    counted: Counts
    windows: Mapping[int, Counts]
    closed: ClosedFigures | None

    def counts(self, one: Indicator, codes: Sequence[str]) -> Counts:
        """What an indicator is reckoned from, which goes by these codes."""
        if one.window == 1:
            return self.counted
        return (
            only(codes, self.windows[one.window]) if self.closed is None else self.closed.frozen.window(one)
        )


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
    codes = {code: codes_of(one) for code, one in live.items()}
    every: dict[str, dict[str, Standing]] = {}
    for number, one in enumerate(months):
        if progress is not None:
            progress(number, len(months), one.site.name)
        every[one.site.code] = {code: one.standing(found, codes[code]) for code, found in live.items()}
    content: dict[str, Any] = {"company": company.code, "month": str(month)}
    content["sites"] = {code: [told(one) for one in by_code.values()] for code, by_code in every.items()}
    shown = {code: one for code, one in live.items() if shows(edition, one)}
    lines = [
        SiteStandings(
            one.site,
            {code: every[one.site.code][code] for code in shown},
            not one.now.counted,
            page(one.site, month) if page and edition == Edition.INTERNAL else "",
            one.now.closed,
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
    lengths = {one.window for one in live_indicators().values()} - {1}

    def counted(site: Site, when: Month) -> _Counted:
        mine, known = closed.get((site.pk, when)), kept[site.pk]
        if mine is not None:
            return _Counted(mine.frozen.days(when).total(), {}, mine)
        windows = {
            length: add_up(known.get(one, NOTHING) for one in window_of(when, length)) for length in lengths
        }
        return _Counted(known.get(when, NOTHING), windows, None)

    before = month.previous
    return [_SiteMonth(site, targets[site.pk], counted(site, month), counted(site, before)) for site in sites]


def _whole(months: list[_SiteMonth], shown: Iterable[Indicator], targets: Targets) -> dict[str, Standing]:
    """The counts of all sites added up; never a mean of their figures. Rates need the profile of every site."""
    profiles = [one.site if one.now.closed is None else one.now.closed.frozen.profile for one in months]
    profile = Whole(_sum(one.households for one in profiles), _sum(one.population for one in profiles))
    now = add_up(one.now.counted for one in months)
    before = add_up(one.before.counted for one in months)
    found = {}
    for one in shown:
        counts, earlier = now, before
        if one.window > 1:
            codes = codes_of(one)
            counts = add_up(month.now.counts(one, codes) for month in months)
            earlier = add_up(month.before.counts(one, codes) for month in months)
        found[one.code] = standing(one, counts, profile, earlier, target=targets[one.code])
    return found


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return sum(number or 0 for number in known) if known and all(known) else None
