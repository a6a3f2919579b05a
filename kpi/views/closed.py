"""Months that were closed: the list, one of them with what happened since, and closing one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from kpi.models import ClosedMonth
from kpi.reports.changes import days, figures
from kpi.reports.month_measures import changed, page_of, told
from kpi.selectors.closed import later_changes
from kpi.selectors.freezing import Frozen
from kpi.selectors.month_measures import changed_since
from kpi.selectors.months import month_of
from kpi.selectors.periods import Month
from kpi.services.closing import close_month
from kpi.tables import ClosedMonthTable
from kpi.views.exporting import export, form_asked, month_told
from organization.models import Site

#: Changes of single days listed at once; the rest is in the API.
CHANGES = 200


class ClosedList(ListPage):
    """Closed months with their hash and how many numbers the records tell differently now."""

    model = ClosedMonth
    table_class = ClosedMonthTable
    title = _("Closed months")
    icon = "lock"
    site_path = "site"
    empty = Empty(
        title=_("No month was closed yet"),
        text=_("A manager of the site closes a month when it is over. Its figures are then written down and do not change any more."),
        url_name="kpi:month",
        label=_("See the figures"),
    )  # fmt: skip

    def may_open(self) -> bool:
        """Those who oversee a site."""
        return policies.allowed(self.request.user, "view", ClosedMonth)

    def get_queryset(self) -> QuerySet[Any]:
        """With the site and who closed it."""
        return ClosedMonth.objects.select_related("site", "closed_by")


@require_GET
def closed_month(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The frozen figures of a month, and what the records say differently by now."""
    rows = ClosedMonth.objects.select_related("site", "closed_by")
    closed = policies.get_visible_or_404(request.user, rows, pk=pk)
    frozen, month = Frozen.read(closed.content), Month(closed.month)
    changes = later_changes(closed, frozen)
    measures = changed_since(closed.site, month, frozen)
    sheets = [figures(changes), days(changes), changed(measures)]
    if form_asked(request):
        head = month_told(closed.site, month, closed)
        return export(
            request, closed.site, sheets, name="changed-since", title=_("Changed since"), subtitle=head
        )
    context = {
        "closed": closed,
        "month": month,
        "site": closed.site,
        "view": month_of(closed.site, month, worst=0),
        "profile": frozen.profile,
        "figures": changes.figures,
        "days": changes.days[:CHANGES],
        "measures": [
            (told(before), told(now), page_of(line), line)
            for before, now in measures
            if (line := now or before) is not None
        ],
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
        "more_days": max(len(changes.days) - CHANGES, 0),
    }
    return render(request, "kpi/closed_month.html", context)


@require_POST
@once_per_form_key
def close(request: HttpRequest) -> HttpResponse:
    """Close a month; leads to its page, or back with what is still missing."""
    site = policies.get_visible_or_404(request.user, Site, pk=request.POST.get("site", ""))
    month = Month.parse(request.POST.get("month", ""))
    if month is None:
        raise Http404
    try:
        closed = close_month(user=request.user, site=site, month=month)  # type: ignore[arg-type]  # signed in
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('kpi:month')}?site={site.pk}&month={month}")
    messages.success(request, _("The month is closed."))
    return redirect(closed)
