"""Where work waits: the time cases spend in each state, with the cases behind every figure (R054)."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import navigation
from core.charts import Chart, Series
from core.clock import now
from incidents.models import CaseKind
from incidents.selectors.waiting import InState, longest_stays, time_in_states
from incidents.workflows import workflow_of
from organization.access import sites_of

PERIODS = (7, 30, 90, 365)


def where_work_waits(request: HttpRequest) -> HttpResponse:
    """Median and 90th percentile by state, and how old what stands there now is."""
    kind, days, sites = _asked(request)
    states = time_in_states(sites, [kind], now() - timedelta(days=days))
    context = {
        "kind": kind,
        "kinds": CaseKind.choices,
        "period": days,
        "periods": PERIODS,
        "states": states,
        "chart": _chart(states),
        "slowest": max(
            (one for one in states if one.p90), key=lambda one: one.p90 or timedelta(), default=None
        ),
    }
    return render(request, "incidents/waiting.html", context)


def stays(request: HttpRequest, kind: str, state: str) -> HttpResponse:
    """The longest stays behind a figure."""
    if kind not in CaseKind.values or state not in workflow_of(kind).by_code:
        raise Http404
    _kind, days, sites = _asked(request)
    context = {
        "kind": CaseKind(kind),
        "state": workflow_of(kind).state(state),
        "period": days,
        "stays": longest_stays(request.user, sites, kind, state, now() - timedelta(days=days)),
    }
    return render(request, "incidents/stays.html", context)


def _asked(request: HttpRequest) -> tuple[CaseKind, int, list[int]]:
    kind, days = request.GET.get("kind", ""), request.GET.get("days", "")
    site = navigation.current_site(request)
    sites = [site.pk] if site is not None else [one.pk for one in sites_of(request.user)]
    return (
        CaseKind(kind) if kind in CaseKind.values else CaseKind.INCIDENT,
        int(days) if days in map(str, PERIODS) else 30,
        sites,
    )


def _chart(states: list[InState]) -> Chart:
    return Chart(
        kind="bar",
        title=_("Hours in each state"),
        labels=[one.state.label for one in states],
        series=[
            Series(_("median"), [_hours(one.median) for one in states], "accent"),
            Series(_("90th percentile"), [_hours(one.p90) for one in states], "warn"),
        ],
        unit=" h",
    )


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 3600, 1)
