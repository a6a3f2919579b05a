"""Figures of action items and requests: K46 effectiveness, K47 completion in time, K50 delivery in time."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.selectors import figures
from kpi.indicators.definition import Axis, DayCounts, Measure, Scope, Source, Split, Tone
from kpi.indicators.kinds import Dimension, Group, Share
from kpi.indicators.registry import register, register_source
from organization.models import Site

Counted = Callable[[str, Site, date, date], QuerySet[Any]]


def _measure(
    code: str, name: Any, definition: Any, counted: Counted, route: str, split: Split, tone: Tone
) -> Measure:
    def rows(scope: Scope) -> QuerySet[Any]:
        found = counted(code, scope.site, scope.first, scope.last)
        return found if scope.zone is None else found.none()  # neither belongs to a zone

    def page(scope: Scope) -> str:
        query: dict[str, Any] = {
            "site": scope.site.pk,
            "first": scope.first,
            "last": scope.last,
            "counted": code,
        }
        query |= {split.paths[axis]: value for axis, value in scope.narrowing}
        return f"{reverse(route)}?{urlencode(query)}"

    return Measure(code, name, definition, rows, page, tone=tone, split=split, has_zones=False)


def _of_actions(code: str, name: Any, definition: Any, tone: Tone = "info") -> Measure:
    moment = figures.ACTION_MEASURES[code][0]
    split = Split(moment, {Axis.DEPARTMENT: "department"})
    return _measure(code, name, definition, figures.actions_counted, "collaboration:actions", split, tone)


def _of_requests(code: str, name: Any, definition: Any, tone: Tone = "info") -> Measure:
    moment = figures.REQUEST_MEASURES[code][0]
    split = Split(moment, {Axis.DEPARTMENT: "to_department"})
    return _measure(code, name, definition, figures.requests_counted, "collaboration:requests", split, tone)


ACTIONS_DUE = _of_actions(
    "actions_due",
    _("Action items due"),
    _(
        "Action items done, or open past their due time, by the day they are due; cancelled ones are left out."
    ),
)
ACTIONS_IN_TIME = _of_actions(
    "actions_in_time",
    _("Action items done in time"),
    _("Of these, reported done by their due time and not sent back since."),
    "ok",
)
ACTIONS_DONE = _of_actions(
    "actions_done",
    _("Action items done"),
    _("Of the action items due, reported done, also late."),
    "ok",
)
ACTIONS_CANCELLED = _of_actions(
    "actions_cancelled",
    _("Action items cancelled"),
    _("Given up with a reason. Left out of every other figure."),
    "idle",
)
ACTIONS_VERIFIED = _of_actions(
    "actions_verified",
    _("Measures verified"),
    _("Corrective, preventive and improving action items, by the day somebody else verified them."),
)
ACTIONS_EFFECTIVE = _of_actions(
    "actions_effective", _("Measures effective"), _("Of these, judged effective later."), "ok"
)
REQUESTS_DUE = _of_requests(
    "requests_due",
    _("Requests due"),
    _(
        "Requests delivered, or owed past their due time, by the day they are due; declined ones are left out."
    ),
)
REQUESTS_IN_TIME = _of_requests(
    "requests_in_time",
    _("Requests delivered in time"),
    _("Of these, delivered by their due time and not sent back since."),
    "ok",
)
REQUESTS_DECLINED = _of_requests(
    "requests_declined",
    pgettext_lazy("requests", "Declined"),
    _("Declined with a reason. Left out of every other figure."),
    "idle",
)


def _count(site: Site, days: Sequence[date]) -> dict[date, DayCounts]:
    return {
        day: {None: {code: number for code, number in asdict(row).items() if number}}
        for day, row in figures.counts_of_days(site, days).items()
    }


register_source(
    Source(
        "actions",
        (
            ACTIONS_DUE,
            ACTIONS_IN_TIME,
            ACTIONS_DONE,
            ACTIONS_CANCELLED,
            ACTIONS_VERIFIED,
            ACTIONS_EFFECTIVE,
            REQUESTS_DUE,
            REQUESTS_IN_TIME,
            REQUESTS_DECLINED,
        ),
        _count,
    )
)

K46 = register(
    Share(
        code="K46",
        dimension=Dimension.QUALITY,
        exclusions=(ACTIONS_CANCELLED,),
        group=Group.TEAMWORK,
        name=_("Effectiveness of measures"),
        definition=_(
            "Measures judged effective ÷ measures verified: no recurrence, or a figure that improved."
        ),
        numerator=ACTIONS_EFFECTIVE,
        denominator=ACTIONS_VERIFIED,
        target=0.8,
        basis=_("a proposal; neither law nor contract"),
        cadence=_("quarterly"),
        caveat=_(
            "Measures not judged yet count as not effective; judge them about 90 days after they were verified."
        ),
    )
)
K47 = register(
    Share(
        code="K47",
        dimension=Dimension.MANAGEMENT,
        exclusions=(ACTIONS_CANCELLED,),
        group=Group.TEAMWORK,
        name=_("Action items completed in time"),
        definition=_("Action items done by their due time ÷ action items due."),
        numerator=ACTIONS_IN_TIME,
        denominator=ACTIONS_DUE,
        target=0.9,
        basis=_("a proposal; neither law nor contract"),
        cadence=_("weekly and monthly"),
        caveat=_("An approved extension moves the due time; the first one is kept beside it."),
    )
)
K50 = register(
    Share(
        code="K50",
        dimension=Dimension.EFFICIENCY,
        exclusions=(REQUESTS_DECLINED,),
        group=Group.TEAMWORK,
        name=_("Cross-department requests on time"),
        definition=_("Requests delivered by their due time ÷ requests due."),
        numerator=REQUESTS_IN_TIME,
        denominator=REQUESTS_DUE,
        target=0.9,
        basis=_("a proposal; neither law nor contract"),
        cadence=_("monthly"),
        caveat=_("A delivery that was sent back counts from when it is delivered again."),
    )
)
