"""Where work waits: steps, posts and hours, kinds of tasks, and what lies overdue (R054, R058)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Func, Sum
from django.db.models.functions import ExtractHour
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.clock import local_today, now
from core.recurrence import span_of
from incidents.categories import CATEGORIES
from incidents.models import CaseKind
from incidents.selectors import figures
from incidents.selectors.waiting import InState, time_in_states
from kpi.selectors.heat import HOURS, Cell, Line, Table, step_of
from kpi.selectors.overdue import (
    EMPTY,
    DepartmentLine,
    Owed,
    OwnerLine,
    overdue_by_department,
    overdue_by_owner,
    unverified,
)
from organization.models import Site
from patrols.models import Round, RoundStatus
from rosters.models import Post

#: Steps and kinds of tasks shown; all steps are one click away.
MOST = 12


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step at which cases wait, with the addresses of the stays that ended and of what stands there now."""

    figures: InState
    share: float
    ended_page: str
    here_page: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A category of cases that came in a period and are done: how many, and how long they took together."""

    kind: str
    name: str
    count: int
    total: timedelta
    mean: timedelta
    page: str


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """Everything the page shows of a site over the last `days`."""

    site: Site
    days: int
    steps: list[StepLine]
    tasks: list[TaskLine]
    missed: Table
    departments: list[DepartmentLine]
    owners: list[OwnerLine]
    unverified: Owed

    @property
    def worst_post(self) -> tuple[Line, Cell] | None:
        """The post and hour with most missed rounds."""
        return self.missed.fullest


def bottlenecks_of(site: Site, days: int, kind: str = "", discipline: str = "") -> Bottlenecks:
    """Where work waited in the last `days`, today included: steps and repeated work of all kinds of cases or of one, missed rounds of
    all disciplines or of one. A fixed number of queries.
    """
    return Bottlenecks(
        site,
        days,
        _steps(site, days, kind),
        _tasks(site, days, kind),
        _missed(site, days, discipline),
        overdue_by_department(site),
        overdue_by_owner(site),
        unverified(site),
    )


def _steps(site: Site, days: int, kind: str) -> list[StepLine]:
    """The steps at which most time was spent waiting, all cases together."""
    found = time_in_states([site.pk], [kind] if kind else list(CaseKind.values), now() - timedelta(days=days))
    whole = sum((one.waited for one in found), timedelta())
    found.sort(key=lambda one: -one.waited)
    return [_step(site, days, one, whole) for one in found[:MOST] if one.waited]


def _step(site: Site, days: int, one: InState, whole: timedelta) -> StepLine:
    ended = reverse("incidents:stays", args=[one.kind, one.state.code])
    here: dict[str, Any] = {"site": site.pk, "kind": one.kind.value, "state": f"{one.kind}.{one.state.code}"}
    return StepLine(
        one,
        one.waited / whole,
        f"{ended}?{urlencode({'site': site.pk, 'days': days})}",
        f"{reverse('incidents:cases')}?{urlencode({**here, 'sort': 'reported_at'})}",
    )


def _span(site: Site, days: int) -> tuple[date, date]:
    last = local_today(site.zone_info)
    return last - timedelta(days=days - 1), last


def _tasks(site: Site, days: int, kind: str) -> list[TaskLine]:
    """Repeated work by the time it took, from the report until it was done, pauses deducted."""
    first, last = _span(site, days)
    took = ExpressionWrapper(
        Func(
            F("first_resolved_at") - F("reported_at"),
            function="extract",
            template="extract(epoch FROM %(expressions)s)",
        )
        - F("paused_seconds"),
        output_field=FloatField(),
    )
    rows = figures.counted("cases_reported", site, first, last).filter(first_resolved_at__isnull=False)
    rows = rows.filter(kind=kind) if kind else rows
    counted = (
        rows.order_by()
        .values_list("kind", "category")
        .annotate(number=Count("pk"), total=Sum(took), mean=Avg(took))
        .order_by("-total", "kind", "category")[:MOST]
    )
    labels = {(kind, one.code): one.label for kind, group in CATEGORIES.items() for one in group}
    common = {"site": site.pk, "counted": "cases_reported", "first": first, "last": last}
    return [
        TaskLine(
            str(CaseKind(kind).label),
            str(labels.get((kind, category), category)),
            number,
            timedelta(seconds=max(total, 0)),
            timedelta(seconds=max(mean, 0)),
            f"{reverse('incidents:cases')}?{urlencode({**common, 'kind': kind, 'category': f'{kind}.{category}', 'done': 'yes'})}",
        )
        for kind, category, number, total, mean in counted
    ]


def _missed(site: Site, days: int, discipline: str) -> Table:
    """Missed rounds by post and the hour they were due, on the site's clock."""
    first, last = _span(site, days)
    begin, end = span_of(first, last, site.zone_info)
    rows = Round.objects.filter(site=site, due_start__gte=begin, due_start__lt=end, status=RoundStatus.MISSED)
    rows = rows.filter(discipline=discipline) if discipline else rows
    counted = (
        rows.order_by()
        .annotate(its_hour=ExtractHour("due_start", tzinfo=site.zone_info))
        .values_list("post_id", "its_hour")
        .annotate(number=Count("pk"))
    )
    numbers: Counter[tuple[int | None, int]] = Counter(
        {(post, hour): number for post, hour, number in counted}
    )
    names: dict[int | None, str] = dict(Post.objects.filter(site=site).values_list("pk", "name"))
    names[None] = _("no post")
    most = max(numbers.values(), default=0)
    common: dict[str, Any] = {
        "site": site.pk,
        "first": first,
        "last": last,
        "status": RoundStatus.MISSED.value,
    }
    common |= {"discipline": discipline} if discipline else {}
    lines = [
        _post_line(
            names[post],
            {**common, "post": post or EMPTY},
            {hour: numbers[post, hour] for hour in HOURS},
            most,
        )
        for post in {post for post, _hour in numbers}
    ]
    return Table(sorted(lines, key=lambda line: (-line.total, line.name)))


def _post_line(name: str, filters: dict[str, Any], numbers: dict[int, int], most: int) -> Line:
    page = reverse("patrols:rounds")
    cells = [
        Cell(hour, number, step_of(number, most), f"{page}?{urlencode({**filters, 'hour': hour})}")
        for hour, number in numbers.items()
    ]
    return Line(name, cells, sum(numbers.values()), f"{page}?{urlencode(filters)}")
