"""The measures of cases, as `incidents.counted` names them, and their source. Indicators: service, safety, incidents."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from incidents.counted import COUNTED
from incidents.selectors import day_counts, figures
from kpi.indicators.definition import DayCounts, Measure, Scope, Source, Spread, bucket
from kpi.indicators.registry import register_source
from organization.models import Site


def _measure(code: str) -> Measure:
    about = COUNTED[code]

    def rows(scope: Scope) -> QuerySet[Any]:
        return figures.counted(code, scope.site, scope.first, scope.last, scope.zone)

    def page(scope: Scope) -> str:
        query: dict[str, Any] = {
            "site": scope.site.pk,
            "first": scope.first,
            "last": scope.last,
            "counted": code,
        }
        if scope.zone is not None:
            query["zone"] = scope.zone.pk
        return f"{reverse('incidents:cases')}?{urlencode(query)}"

    common: dict[str, Any] = {
        "code": code,
        "name": about.name,
        "definition": about.definition,
        "rows": rows,
        "page": page,
        "tone": about.tone,
    }
    if not about.step:
        return Measure(**common)
    return Spread(**common, step=about.step, lengths=lambda found: figures.lengths(code, found))


#: Every measure of cases by code.
MEASURES: Mapping[str, Measure] = {code: _measure(code) for code in COUNTED}


def spread(code: str) -> Spread:
    """The measure of that code, which is one of lengths of time. Raises TypeError."""
    found = MEASURES[code]
    if not isinstance(found, Spread):
        raise TypeError(f"{code} is no length of time")
    return found


def left_out(kind: str) -> tuple[Measure, ...]:
    """What figures of a kind leave out: "service", "complaints", "hazards", "violations" or "incidents"."""
    void = MEASURES["incidents_false" if kind == "incidents" else f"{kind}_void"]
    return (void, MEASURES[f"{kind}_duplicates"])


def _count(site: Site, days: Sequence[date]) -> dict[date, DayCounts]:
    return {
        day: {
            zone_id: {_key(code): number for code, number in counts.items()}
            for zone_id, counts in zones.items()
        }
        for day, zones in day_counts.counts_of_days(site, days).items()
    }


def _key(code: str | tuple[str, int]) -> str:
    return code if isinstance(code, str) else bucket(*code)


register_source(Source("cases", tuple(MEASURES.values()), _count))
