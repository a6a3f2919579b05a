"""K07: how many of the alarms received were false."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from incidents.counted import ALARMS_COUNTED
from incidents.selectors import alarm_figures
from kpi.indicators.definition import DayCounts, Measure, Scope, Source
from kpi.indicators.kinds import Dimension, Group, Share
from kpi.indicators.registry import register, register_source
from kpi.indicators.service import MONTHLY
from organization.models import Site


def _measure(code: str) -> Measure:
    about = ALARMS_COUNTED[code]

    def rows(scope: Scope) -> QuerySet[Any]:
        return alarm_figures.alarms_counted(code, scope.site, scope.first, scope.last, scope.zone)

    def page(scope: Scope) -> str:
        query: dict[str, Any] = {
            "site": scope.site.pk,
            "first": scope.first,
            "last": scope.last,
            "counted": code,
        }
        if scope.zone is not None:
            query["zone"] = scope.zone.pk
        return f"{reverse('incidents:alarms')}?{urlencode(query)}"

    return Measure(code, about.name, about.definition, rows, page, tone=about.tone)  # type: ignore[arg-type]  # a tone


ALARMS_RECEIVED, ALARMS_FALSE = _measure("alarms_received"), _measure("alarms_false")


def _count(site: Site, days: Sequence[date]) -> dict[date, DayCounts]:
    return dict(alarm_figures.alarm_counts_of_days(site, days))


register_source(Source("alarms", (ALARMS_RECEIVED, ALARMS_FALSE), _count))

K07 = register(
    Share(
        code="K07",
        dimension=Dimension.SAFETY,
        group=Group.INCIDENTS,
        name=_("False alarm rate"),
        definition=_("Alarms that were false ÷ alarms received from devices."),
        numerator=ALARMS_FALSE,
        denominator=ALARMS_RECEIVED,
        direction="down",
        cadence=MONTHLY,
        caveat=_("An alarm of many messages counts once."),
    )
)
