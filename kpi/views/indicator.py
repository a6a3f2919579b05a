"""One indicator of a site."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from core import policies
from kpi import charts
from kpi.indicators import Composite, Indicator, indicators
from kpi.models import DayFigure, Improvement
from kpi.reports.single import single_sheets
from kpi.selectors.goals import goals_of
from kpi.selectors.improvements import open_by_indicator
from kpi.selectors.periods import Month
from kpi.selectors.questions import TRENDS, Question
from kpi.selectors.single import answer_of
from kpi.selectors.snapshots import one_snapshot
from kpi.selectors.spans import Span
from kpi.selectors.teams import Choice, choices_of
from kpi.views.choice import months_offered, overseen_site, zone_choice
from kpi.views.exporting import export, form_asked
from organization.models import Site, Zone


@require_GET
def indicator(request: HttpRequest, code: str) -> HttpResponseBase:
    """Where it stands, how it went, by zone, and the rows it rests on (R053)."""
    found = indicators().get(code)
    if found is None:
        raise Http404
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/indicator.html", {"site": None, "indicator": found})
    choice = zone_choice(request, site)
    choices = choices_of(found, site, request.GET)
    if isinstance(found, Composite):
        return redirect(found.route)
    question = _question(request, found, site, choice.zone, choices)
    with one_snapshot():
        answer = answer_of(question, goals_of(site, found, question.months))
    sheets = single_sheets(answer)
    if form_asked(request):
        return export(
            request,
            site,
            sheets,
            name=found.code,
            title=found.name,
            subtitle=_narrowed_to(question, choices),
            zone=question.zone,
        )
    current = Month.current(site)
    context = {
        "site": site,
        "indicator": found,
        "question": question,
        "answer": answer,
        "chart": charts.trend(answer),
        "is_current": question.month == current,
        "shown": question.month,
        "months": months_offered(site, current, question.month),
        "zone_choice": choice,
        "choices": choices,
        "trends": TRENDS,
        "may_export": policies.allowed(request.user, "export", DayFigure, parent=site),
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
        "measures": open_by_indicator(site).get(found.code, []),
        "may_add_measure": policies.allowed(request.user, "add", Improvement, parent=site),
    }
    return render(request, "kpi/indicator.html", context | _addresses(question))


def _question(
    request: HttpRequest, found: Indicator, site: Site, zone: Zone | None, choices: list[Choice]
) -> Question:
    """What the address asks; what it names that does not exist at the site is left out."""
    asked, current = request.GET, Month.current(site)
    month = min(Month.parse(asked.get("month", "")) or current, current)
    span = None
    if asked.get("first") or asked.get("last"):
        span = Span.parse(asked.get("first", ""), asked.get("last", ""), site)
        month = Month.of(span.last)
    return Question(
        found,
        site,
        month,
        span,
        zone,
        tuple((choice.axis, choice.chosen) for choice in choices if choice.chosen),
        TRENDS[1] if asked.get("trend") == str(TRENDS[1]) else TRENDS[0],
    )


def _addresses(question: Question) -> dict[str, Any]:
    """Other ways to ask: the whole month, days of choice, the whole site."""
    month = question.month
    nowhere = {axis.value: None for axis, _value in question.narrowing}
    return {
        "month_url": question.address(first=None, last=None, month=month),
        "days_url": question.address(month=None, first=month.first, last=month.last),
        "all_url": question.address(zone=None, **nowhere),
        "rows_page": question.rows_page,
    }


def _narrowed_to(question: Question, choices: list[Choice]) -> str:
    """Days, discipline and team of a question in words, for the head of a file."""
    when = f"{question.span.first} – {question.span.last}" if question.span else str(question.month)
    return " · ".join([when, *(str(choice.shown) for choice in choices if choice.chosen)])
