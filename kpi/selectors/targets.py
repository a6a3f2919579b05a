"""Which target counts where and when: the site's, else the company's, else the default of the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db import connection

from core.clock import local
from kpi.indicators import Indicator, indicators
from kpi.models import Target, TargetState
from kpi.selectors.periods import Month, month_to_come
from organization.models import Company, Site

#: Target by code of the indicator; None is "for information only".
Targets: TypeAlias = Mapping[str, float | None]

# Later rows win: of a company before those of its site, older before newer.
_APPROVED = """
SELECT s.id, t.indicator, t.value, t.starts, t.site_id IS NOT NULL
FROM organization_site s
JOIN kpi_target t ON t.company_id = s.company_id AND (t.site_id IS NULL OR t.site_id = s.id)
WHERE s.id = ANY(%(sites)s) AND t.state = 'approved' AND t.starts <= %(until)s
ORDER BY s.id, t.site_id IS NOT NULL, t.starts
"""


def targets_for(site_ids: Iterable[int], month: Month) -> dict[int, Targets]:
    """The targets of every indicator in a month, by site; one query."""
    return {site_id: months[month] for site_id, months in targets_over(site_ids, [month]).items()}


def targets_over(site_ids: Iterable[int], months: Sequence[Month]) -> dict[int, dict[Month, Targets]]:
    """The same for several months; one query."""
    ids = sorted(set(site_ids))
    defaults = {code: one.target for code, one in indicators().items()}
    found: dict[int, dict[Month, dict[str, float | None]]] = {
        site_id: {month: dict(defaults) for month in months} for site_id in ids
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPROVED, {"sites": ids, "until": max(months).first})
        for site_id, code, value, starts, _is_own in cursor.fetchall():
            for month in months:
                if starts <= month.first:
                    found[site_id][month][code] = value
    return {site_id: dict(by_month) for site_id, by_month in found.items()}


def company_targets(company: Company, month: Month) -> Targets:
    """What counts in a month where a company has no targets of single sites; one query."""
    rows = Target.objects.filter(
        company=company, site=None, state=TargetState.APPROVED, starts__lte=month.first
    )
    own = dict(rows.order_by("starts").values_list("indicator", "value"))
    return {code: own.get(code, one.target) for code, one in indicators().items()}


@dataclass(frozen=True, slots=True)
class LibraryLine:
    """An indicator in the library of targets: the default, what counts this month, and what is to come."""

    indicator: Indicator
    in_force: float | None
    source: Target | None
    coming: list[Target]

    @property
    def is_default(self) -> bool:
        """Does the default of the catalogue count?"""
        return self.source is None


def library(owner: Site | Company) -> list[LibraryLine]:
    """Every indicator with its targets at a site, or in a company; one query."""
    company_id = owner.company_id if isinstance(owner, Site) else owner.pk
    month = Month.current(owner) if isinstance(owner, Site) else earliest(owner).previous
    rows = Target.objects.filter(
        company_id=company_id, state__in=(TargetState.PROPOSED, TargetState.APPROVED)
    ).select_related("proposed_by", "site")
    here = [
        row for row in rows if row.site_id is None or (isinstance(owner, Site) and row.site_id == owner.pk)
    ]
    here.sort(key=lambda row: (row.site_id is not None, row.starts))
    in_force: dict[str, Target] = {}
    coming: dict[str, list[Target]] = {}
    for row in here:
        if row.state == TargetState.APPROVED and row.starts <= month.first:
            in_force[row.indicator] = row
        elif row.starts > month.first or row.state == TargetState.PROPOSED:
            coming.setdefault(row.indicator, []).append(row)
    return [
        LibraryLine(one, _value(in_force.get(code), one), in_force.get(code), coming.get(code, []))
        for code, one in indicators().items()
    ]


def _value(row: Target | None, indicator: Indicator) -> float | None:
    return indicator.target if row is None else row.value


def earliest(owner: Site | Company) -> Month:
    """The first month a new target may count from: the one to come, at a site set up this month this one."""
    return Month.current(owner) if isinstance(owner, Site) and _is_new(owner) else month_to_come(owner)


def _is_new(site: Site) -> bool:
    """Was the site set up this month?"""
    return Month.of(local(site.created_at, site.zone_info).date()) == Month.current(site)
