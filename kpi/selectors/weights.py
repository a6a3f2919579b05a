"""By what weights a department is scored where and when: the site's, else the company's, else those shipped."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from django.db.models import Q

from kpi.attainment import DEFAULT_WEIGHTS
from kpi.models import Scorecard
from kpi.selectors.periods import Month
from organization.models import Company, Site

#: Percent by code of the indicator.
Weights: TypeAlias = Mapping[str, int]


def weights_over(sites: Iterable[Site], months: Sequence[Month]) -> dict[int, dict[Month, Weights]]:
    """The weights of sites in some months; one query."""
    here = list(sites)
    own = Q(site__in=[site.pk for site in here])
    shared = Q(site=None, company__in={site.company_id for site in here})
    rows = list(Scorecard.objects.filter(own | shared, starts__lte=max(months).first).order_by("starts"))
    return {
        site.pk: {month: _in_force([row for row in rows if _is_of(row, site)], month) for month in months}
        for site in here
    }


def _is_of(row: Scorecard, site: Site) -> bool:
    return row.site_id == site.pk or (row.site_id is None and row.company_id == site.company_id)


def _in_force(rows: Sequence[Scorecard], month: Month) -> Weights:
    """The latest of the site that has begun, else of the company, else the shipped ones; rows in order of month."""
    begun = [row for row in rows if row.starts <= month.first]
    own = [row for row in begun if row.site_id is not None]
    latest = (own or begun)[-1:]
    return latest[0].weights if latest else DEFAULT_WEIGHTS


def scorecards_of(owner: Site | Company) -> list[Scorecard]:
    """The weights that were set for a site or a company itself, the latest first."""
    if isinstance(owner, Site):
        rows = Scorecard.objects.filter(site=owner)
    else:
        rows = Scorecard.objects.filter(site=None, company=owner)
    return list(rows.select_related("made_by").order_by("-starts"))
