"""A kept report for somebody without an account, behind a signed link that expires."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kpi.models import ReportDelivery
from kpi.reports.monthly import month_name
from kpi.selectors.periods import Month
from kpi.services.links import Expired, delivery_of, note_opened
from kpi.views.reports import stored_file
from organization.middleware import public


@public
@require_safe
@never_cache
def shared_report(request: HttpRequest, token: str) -> HttpResponse:
    """What the link is for, and its files. Looking at it does nothing, so that bots that follow links do no harm."""
    try:
        delivery = _delivery(token)
    except Expired:
        return render(request, "kpi/shared_expired.html", status=410)
    report = delivery.report
    language = translation.get_language() or report.language
    context = {
        "report": report,
        "month": month_name(Month(report.month), language),
        "forms": [form for form in delivery.forms if getattr(report, form)],
        "token": token,
    }
    return render(request, "kpi/shared_report.html", context)


@public
@require_safe
@never_cache
def shared_file(request: HttpRequest, token: str, form: str) -> HttpResponseBase:
    """One file of it; the first one taken is remembered."""
    try:
        delivery = _delivery(token)
    except Expired:
        return render(request, "kpi/shared_expired.html", status=410)
    if form not in delivery.forms:
        raise Http404
    answer = stored_file(delivery.report, form)
    if request.method == "GET":
        note_opened(delivery)
    return answer


def _delivery(token: str) -> ReportDelivery:
    """Raises Http404 for a token that is none of ours, Expired after its time."""
    found = delivery_of(token)
    if found is None:
        raise Http404
    return found
