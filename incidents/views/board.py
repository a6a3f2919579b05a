"""The unit's board by kind and state."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import navigation
from core.clock import now
from incidents.filters import BoardFilter
from incidents.models import Case, CaseKind
from incidents.selectors.board import columns_of, with_steps


def board(request: HttpRequest) -> HttpResponse:
    """One kind at a time; who, how grave and whether overdue stand in the address."""
    asked = request.GET.get("kind", "")
    kind = CaseKind(asked) if asked in CaseKind.values else CaseKind.INCIDENT
    site = navigation.current_site(request)
    rows = Case.objects.visible_to(request.user)
    rows = rows.filter(site_id=site.pk) if site is not None else rows
    filterset = BoardFilter(data=request.GET, queryset=rows, request=request)
    kept: dict[str, str] = {
        name: str(value) for name, value in request.GET.items() if name in filterset.filters and value
    }
    columns = with_steps(columns_of(filterset.qs, kind), request.user)
    context = {
        "kind": kind,
        "filter": filterset,
        "columns": [
            (column, cards, _list_url({**kept, "kind": kind.value, "state": f"{kind}.{column.state.code}"}))
            for column, cards in columns
        ],
        "tabs": [
            {
                "label": one.label,
                "url": f"{request.path}?{urlencode({**kept, 'kind': one.value})}",
                "current": one == kind,
                "count": None,
            }
            for one in CaseKind
        ],
        "moment": now(),
        "has_all_sites": site is None,
    }
    return render(request, "incidents/board.html", context)


def _list_url(parameters: dict[str, str]) -> str:
    return f"{reverse('incidents:cases')}?{urlencode(parameters)}"
