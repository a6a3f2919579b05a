"""Improvement measures: the list, the board, the matrix, the Gantt view, and one measure."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from collaboration import sources
from collaboration.selectors.linked import panel_of
from collaboration.views.timeline import lines
from core import audit, navigation, policies
from core.attachments import attachments_of
from core.clock import local_today
from core.listing import Empty, ListPage
from kpi.filters import ImprovementFilter
from kpi.models import Improvement, Stage
from kpi.reports.improvements import gantt_of, improvements_file
from kpi.selectors.compared import compared
from kpi.selectors.comparing import measurable
from kpi.selectors.improvements import board_of, matrix_of, measures_with_loops, tasks_of
from kpi.tables import ImprovementTable
from kpi.units import signed_percent
from kpi.views.improvement_acts import acts_on
from organization.access import sites_of

#: Measures drawn in one Gantt view.
DRAWN = 200


def may_propose(user: Any) -> bool:
    """Those who lead anywhere."""
    return policies.allowed(user, "add", Improvement)


def tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The four views of the same measures, what is filtered stays filtered; then the figures they come from."""
    query = request.GET.copy()
    for name in ("page", "sort", "export", "view"):
        query.pop(name, None)
    tail = f"?{query.urlencode()}" if query else ""
    views = (
        ("improvements", _("List")),
        ("improvement_board", _("Board")),
        ("improvement_matrix", _("Effect and effort")),
        ("improvement_gantt", _("Schedule")),
    )
    figures = (("evaluation", _("Evaluation")), ("efficiency", _("Efficiency")))
    return [
        {"label": label, "url": reverse(f"kpi:{name}") + tail, "current": name == current, "count": None}
        for name, label in views
    ] + [
        {"label": label, "url": reverse(f"kpi:{name}"), "current": False, "count": None}
        for name, label in figures
    ]


class ImprovementList(ListPage):
    """Improvement measures, the most rewarding first."""

    model = Improvement
    table_class = ImprovementTable
    filterset_class = ImprovementFilter
    title = _("Improvement measures")
    icon = "arrow-repeat"
    site_path = "site"
    search_fields = ("number", "title", "problem", "said", "said_by", "current__measure")
    export_name = "improvement-measures"
    template_name = "kpi/improvement_list.html"
    empty = Empty(
        title=_("No improvement measures yet"),
        text=_(
            "What is done to do better: planned, carried out, checked by the figures before and after, made the standard."
        ),
        url_name="kpi:improvement_add",
        label=_("New measure"),
        permission=may_propose,
    )

    def get_queryset(self) -> QuerySet[Improvement]:
        """With what the table shows."""
        return measures_with_loops()

    def get_context(self) -> dict[str, Any]:
        """The other views, and who may propose one."""
        return {"tabs": tabs(self.request, "improvements"), "may_add": may_propose(self.request.user)}


def _asked(request: HttpRequest) -> tuple[ImprovementFilter, list[Improvement]]:
    """The measures the address asks for, the most rewarding first."""
    rows: Any = policies.visible(request.user, measures_with_loops())
    site = navigation.current_site(request)
    rows = rows.filter(site=site) if site is not None else rows
    found = ImprovementFilter(data=request.GET, queryset=rows, request=request)
    return found, list(found.qs.by_priority()[:1000])


def _frame(request: HttpRequest, name: str, found: ImprovementFilter) -> dict[str, Any]:
    return {
        "tabs": tabs(request, name),
        "filter": found,
        "may_add": may_propose(request.user),
        "has_all_sites": navigation.current_site(request) is None and len(sites_of(request.user)) > 1,
    }


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Measures by stage of the loop."""
    found, rows = _asked(request)
    context = {"columns": board_of(rows), **_frame(request, "improvement_board", found)}
    return render(request, "kpi/improvement_board.html", context)


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Open measures by the effect expected and the effort."""
    found, rows = _asked(request)
    open_ones = [row for row in rows if row.is_open]
    context = {
        "lines": matrix_of(rows),
        "rows": open_ones,
        "efforts": range(1, 6),
        **_frame(request, "improvement_matrix", found),
    }
    return render(request, "kpi/improvement_matrix.html", context)


@require_GET
def gantt(request: HttpRequest) -> HttpResponseBase:
    """Measures over time, with their tasks; with ?export=xlsx as a workbook."""
    found, rows = _asked(request)
    rows = sorted(
        rows, key=lambda row: (row.current.starts_on if row.current else row.created_at.date(), row.pk)
    )
    drawn = [row for row in rows if row.stage != Stage.CANCELLED][:DRAWN]
    tasks, zone = tasks_of(drawn), _zone(request)
    if request.GET.get("export") == "xlsx":
        audit.record(
            "core.list_exported",
            actor=request.user,
            site=navigation.current_site(request),
            details={"list": "improvement-schedule", "format": "xlsx", "filters": ""},
        )
        return improvements_file(drawn, tasks, zone)
    context = {
        "gantt": gantt_of(drawn, tasks, local_today(zone)),
        "rows": [(row, tasks[row.pk]) for row in drawn],
        "export_url": f"?{_with(request.GET, export='xlsx')}",
        **_frame(request, "improvement_gantt", found),
    }
    return render(request, "kpi/improvement_gantt.html", context)


def _zone(request: HttpRequest) -> Any:
    """The time zone days are meant in: of the chosen site, else of the person's first."""
    site = navigation.current_site(request) or next(iter(sites_of(request.user)), None)
    return site.zone_info if site is not None else "UTC"


def _with(query: Mapping[str, Any], **more: str) -> str:
    copied: Any = query.copy()  # type: ignore[attr-defined]  # a QueryDict
    copied.update(more)
    return str(copied.urlencode())


@require_GET
def improvement(request: HttpRequest, pk: int) -> HttpResponse:
    """A measure: the problem, what is done in which loop, what changed, its tasks, and what may be done now."""
    rows = measures_with_loops().select_related("department", "proposed_by")
    row = policies.get_visible_or_404(request.user, rows, pk=pk)
    loops = list(row.loops.select_related("begun_by", "done_by", "checked_by").order_by("-number"))
    current, earlier = loops[0], loops[1:]
    entries = row.entries.select_related("actor").order_by("at", "pk")
    context = {
        "row": row,
        "loop": current,
        "earlier": [(loop, compared(row, loop, with_chart=False)) for loop in earlier],
        "figures": compared(row, current),
        "indicator": measurable().get(row.indicator),
        "steps": _steps(row),
        "acts": acts_on(request.user, row),
        "may_print": policies.allowed(request.user, "export", row),
        "panel": panel_of(request.user, row),
        "photos": attachments_of(row),
        "events": lines(entries),
        "source": sources.shown(request.user, row),
        "saved_shown": "" if row.saved is None else signed_percent(float(row.saved)),
        "today": local_today(row.site.zone_info),
    }
    return render(request, "kpi/improvement_detail.html", context)


def _steps(row: Improvement) -> list[tuple[Any, str]]:
    """Plan, do, check, act, as components/steps.html shows them."""
    order = [Stage.PLAN, Stage.DO, Stage.CHECK, Stage.ACT]
    if row.stage == Stage.CANCELLED:
        return []
    at = len(order) if row.stage == Stage.CLOSED else order.index(Stage(row.stage))
    labels = {
        Stage.PLAN: pgettext_lazy("improvement", "Plan"),
        Stage.DO: pgettext_lazy("improvement", "Do"),
        Stage.CHECK: pgettext_lazy("improvement", "Check"),
        Stage.ACT: pgettext_lazy("improvement", "Act"),
    }
    return [
        (labels[stage], "done" if number < at else "now" if number == at else "next")
        for number, stage in enumerate(order)
    ]
