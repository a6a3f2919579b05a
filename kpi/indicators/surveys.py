"""Figures of satisfaction surveys: K38 overall, K39 by item, K40 security staff, K41 net score, K42 response rate.

Satisfaction surveys of households alone, personal answers alone; a wave counts on the site's day it was closed on.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kpi.indicators.definition import DayCounts, Measure, Scope, Source
from kpi.indicators.kinds import Dimension, Group, Share
from kpi.indicators.registry import register, register_source
from kpi.indicators.sampled import NetScore, Sampled
from organization.models import Site
from surveys.counted import COUNTED, answers_code, satisfied_code
from surveys.models import Dimension as Item
from surveys.selectors import figures

#: A questionnaire is asked once a quarter, so its figures are those of the last three months.
QUARTER = 3
QUARTERLY = _("quarterly")
PROPOSED = _("a proposal; neither law nor contract")


def _measure(code: str) -> Measure:
    about = COUNTED[code]

    def rows(scope: Scope) -> QuerySet[Any]:
        waves = figures.counted_waves(scope.site, scope.first, scope.last)
        return waves if scope.zone is None else waves.none()  # a survey is asked of the whole site

    def page(scope: Scope) -> str:
        query: dict[str, Any] = {
            "site": scope.site.pk,
            "first": scope.first,
            "last": scope.last,
            "counted": code,
        }
        return f"{reverse('surveys:counted')}?{urlencode(query)}"

    def tally(waves: QuerySet[Any], scope: Scope) -> float:
        return figures.number_of_waves(waves, code)

    return Measure(
        code,
        about.name,
        about.definition,
        rows,
        page,
        tally=tally,
        tone=about.tone,  # type: ignore[arg-type]  # a tone
        has_zones=False,
    )


MEASURES = {code: _measure(code) for code in COUNTED}


def _count(site: Site, days: Sequence[date]) -> dict[date, DayCounts]:
    return {day: {None: counts} for day, counts in figures.counts_of_days(site, days).items()}


register_source(Source("surveys", tuple(MEASURES.values()), _count))


def _satisfaction(code: str, name: Any, item: Item, target: float, basis: Any, caveat: Any) -> Sampled:
    return register(
        Sampled(
            code=code,
            dimension=Dimension.QUALITY,
            group=Group.SATISFACTION,
            name=name,
            definition=_("Answers of 4 or 5 ÷ valid answers to the question, of the last three months."),
            numerator=MEASURES[satisfied_code(item)],
            denominator=MEASURES[answers_code(item)],
            population=MEASURES["survey_population"],
            target=target,
            basis=basis,
            cadence=QUARTERLY,
            caveat=caveat,
            window=QUARTER,
            beside=(MEASURES["survey_invited"], MEASURES["survey_valid"]),
        )
    )


def _of_item(code: str, item: Item) -> Sampled:
    return _satisfaction(
        code,
        format_lazy(_("Satisfaction: {item}"), item=item.label),
        item,
        0.85,
        PROPOSED,
        _("Many items at once: one of twenty differs by chance alone."),
    )


K38 = _satisfaction(
    "K38",
    _("Satisfaction"),
    Item.OVERALL,
    0.9,
    _("the department's handbook: satisfaction of at least 90 %"),
    _("Personal answers only; see the response rate. Answers by an open code are no sample."),
)
K39 = _of_item("K39", Item.SERVICE_QUALITY)
K39R = _of_item("K39R", Item.RESPONSE_SPEED)
K39C = _of_item("K39C", Item.COMMUNICATION)
K39A = _of_item("K39A", Item.ATTITUDE)
K39S = _of_item("K39S", Item.SAFETY)
K40 = _satisfaction(
    "K40",
    _("Satisfaction with security staff"),
    Item.SECURITY_STAFF,
    0.9,
    _("the department's handbook: satisfaction of at least 90 %"),
    _("What residents say of the guards, not what guards say."),
)
K41 = register(
    NetScore(
        code="K41",
        dimension=Dimension.QUALITY,
        group=Group.SATISFACTION,
        name=_("Net recommendation"),
        definition=_("Share of answers of 9 or 10 less share of answers of 0 to 6, in points."),
        promoters=MEASURES["survey_promoters"],
        detractors=MEASURES["survey_detractors"],
        answers=MEASURES["survey_net_answers"],
        population=MEASURES["survey_population"],
        cadence=_("half-yearly"),
        caveat=_("Below 100 answers a net score says little."),
        window=6,
    )
)
K42 = register(
    Share(
        code="K42",
        dimension=Dimension.QUALITY,
        group=Group.SATISFACTION,
        name=_("Response rate of surveys"),
        definition=_("Valid personal answers ÷ households invited, of the last three months."),
        numerator=MEASURES["survey_valid"],
        denominator=MEASURES["survey_invited"],
        target=0.3,
        basis=PROPOSED,
        cadence=_("each wave"),
        caveat=_("Where few answer, no interval covers what the silent think."),
        window=QUARTER,
    )
)
