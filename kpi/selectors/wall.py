"""What hangs on the wall of a control room: today's rounds and cases, and the indicators that matter most, against their targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import local_today, now
from core.recurrence import span_of
from incidents.models import Case, CaseStatus
from kpi.selectors.counting import days_of
from kpi.selectors.lines import IndicatorLine, group_lines
from kpi.selectors.periods import Month
from organization.models import Site
from patrols.models import Round, RoundStatus

#: Shown first, in this order, when they have a value; then whatever misses its target.
PINNED = ("K09", "K10", "K37", "K02", "K04", "K14", "K23F", "K27", "K44", "K38", "K33", "K05")
#: Figures that can be read from three metres on one screen.
MOST = 8
#: Rounds that are not called off.
SHOWN_ROUNDS = [status.value for status in RoundStatus if status != RoundStatus.CANCELLED]


@dataclass(frozen=True, slots=True)
class Now:
    """A figure of today: `number`, of as many as `of` where it is a part, and the address of its rows."""

    label: str
    value: str
    number: int
    page: str
    note: str = ""
    tone: str = ""
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything the wall shows of a site."""

    site: Site
    month: Month
    moment: datetime
    today: list[Now]
    lines: list[IndicatorLine]

    @property
    def missed(self) -> int:
        """How many of the indicators shown are off their target."""
        return sum(line.standing.tone == "danger" for line in self.lines)


def wall_of(site: Site) -> Wall:
    """The wall as of now; a fixed number of queries."""
    month = Month.current(site)
    total = days_of(site, month.first, month.last).total()
    lines = [line for group in group_lines(site, month, total) for line in group.lines]
    return Wall(site, month, now(), [_rounds(site), *_cases(site)], _chosen(lines))


def _chosen(lines: Sequence[IndicatorLine]) -> list[IndicatorLine]:
    """Pinned ones with a value, and before the last of them those that miss their target."""
    known = {line.standing.indicator.code: line for line in lines if line.standing.value is not None}
    missed = sorted(
        (one for one in known.values() if one.standing.tone == "danger"),
        key=lambda one: -one.standing.shortfall,
    )
    pinned = [known[code] for code in PINNED if code in known]
    first = pinned[: MOST // 2]
    rest = [line for line in [*missed, *pinned[MOST // 2 :]] if line not in first]
    seen: dict[str, IndicatorLine] = {line.standing.indicator.code: line for line in [*first, *rest]}
    return list(seen.values())[:MOST]


def _rounds(site: Site) -> Now:
    today = local_today(site.zone_info)
    begin, end = span_of(today, today, site.zone_info)
    rows = Round.objects.filter(site=site, due_start__gte=begin, due_start__lt=end).exclude(
        status=RoundStatus.CANCELLED
    )
    found = rows.aggregate(
        done=Count("pk", filter=Q(status__in=(RoundStatus.COMPLETED, RoundStatus.LATE))),
        missed=Count("pk", filter=Q(status=RoundStatus.MISSED)),
        all=Count("pk"),
    )
    note = _("%(missed)d missed") % found if found["missed"] else _("none missed")
    return Now(
        _("Rounds today"),
        f"{found['done']} / {found['all']}",
        found["done"],
        _page("patrols:rounds", site, status=SHOWN_ROUNDS, first=today, last=today),
        note,
        "danger" if found["missed"] else "",
        of=found["all"],
    )


def _cases(site: Site) -> list[Now]:
    open_now = Q(status=CaseStatus.OPEN, closed_at=None)
    found: dict[str, Any] = Case.objects.filter(open_now, site=site).aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=now())),
        nobody=Count("pk", filter=Q(assigned_to=None)),
    )
    return [
        Now(
            _("Open cases"),
            str(found["all"]),
            found["all"],
            _page("incidents:cases", site, status=CaseStatus.OPEN.value),
            _("%(nobody)d given to nobody") % found,
        ),
        Now(
            _("Overdue"),
            str(found["late"]),
            found["late"],
            _page("incidents:cases", site, overdue="yes"),
            "",
            "danger" if found["late"] else "ok",
        ),
    ]


def _page(route: str, site: Site, **filters: Any) -> str:
    """The list that shows the rows."""
    return f"{reverse(route)}?{urlencode({'site': site.pk, **filters}, doseq=True)}"
