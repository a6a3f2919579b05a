"""What was written down of months when they were closed: the figures every page, file and comparison tells of them (R103)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.urls import reverse

from kpi.models import ClosedMonth
from kpi.selectors.freezing import Frozen
from kpi.selectors.periods import Month


@dataclass(frozen=True, slots=True)
class ClosedFigures:
    """A closed month of a site: when it was closed, the hash, and what was frozen."""

    pk: int
    month: Month
    closed_at: datetime
    sha256: str
    frozen: Frozen

    def get_absolute_url(self) -> str:
        """Its page, where what changed since is listed."""
        return reverse("kpi:closed_month", args=[self.pk])


#: By site and month; months that are open are not in it.
Closings: TypeAlias = Mapping[tuple[int, Month], ClosedFigures]


def closed_figures(site_ids: Iterable[int], months: Iterable[Month]) -> Closings:
    """Those of the months of sites that are closed; one query."""
    rows = ClosedMonth.objects.filter(
        site__in=list(site_ids), month__in=sorted({month.first for month in months})
    )
    found = rows.values_list("site_id", "pk", "month", "closed_at", "sha256", "content")
    return {
        (site_id, Month(day)): ClosedFigures(pk, Month(day), closed_at, sha256, Frozen.read(content))
        for site_id, pk, day, closed_at, sha256, content in found
    }
