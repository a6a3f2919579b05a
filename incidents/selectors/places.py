"""Where cases are: the open ones on the site's plan, and how many a zone had in each hour of the day."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import ExtractHour
from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import local, now
from core.plan import Area, Plan, Point
from incidents.models import Case
from organization.models import Site, Zone

#: Cases drawn on the plan at most, gravest first.
MOST = 200
#: How far apart cases of one zone are drawn, in fractions of the plan's width.
_APART = 0.022
_TONES = ((0.75, "danger"), (0.4, "warn"), (0.0, "info"))


@dataclass(frozen=True, slots=True)
class Placed:
    """Open cases on the plan, and those of which no place is known."""

    plan: Plan
    cases: list[Case]
    placeless: list[Case]


def open_on_plan(user: Any, site: Site, moment: datetime | None = None) -> Placed:
    """Open cases at the middle of their zones, spread so that each can be met; red: overdue or emergency."""
    moment = moment or now()
    rows = Case.objects.visible_to(user).filter(site=site, closed_at=None, resolved_at=None)
    cases = list(
        rows.select_related("site", "zone", "assigned_to").order_by("priority", "due_at", "pk")[:MOST]
    )
    zones = _zones(site)
    centres = {zone.pk: middle(zone.polygon) for zone in zones}
    points: list[Point] = []
    placeless: list[Case] = []
    taken: dict[int, int] = defaultdict(int)
    for case in cases:
        centre = centres.get(case.zone_id or 0)
        if centre is None:
            placeless.append(case)
            continue
        points.append(_point(case, centre, taken[case.zone_id or 0], moment))
        taken[case.zone_id or 0] += 1
    areas = [Area(zone.polygon, zone.code, "", list_url(site, zone.pk, status="open")) for zone in zones]
    points.reverse()  # the gravest lie on top
    return Placed(_plan(site, _("Open cases on the plan"), points, areas), cases, placeless)


def middle(polygon: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """The middle of a zone's corners; None for one without an outline."""
    if len(polygon) < 3:
        return None
    return (
        sum(corner[0] for corner in polygon) / len(polygon),
        sum(corner[1] for corner in polygon) / len(polygon),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """Cases of a zone in an hour of the day; `heat` 0 (none) to 5 (as many as the fullest)."""

    hour: int
    count: int
    heat: int
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A zone (or None: no zone was named) over the hours."""

    zone: Zone | None
    cells: list[Cell]
    total: int
    url: str

    @property
    def name(self) -> str:
        """The zone, in words."""
        return str(self.zone) if self.zone is not None else _("no zone")


@dataclass(frozen=True, slots=True)
class Heat:
    """Zones by hours over some days, the fullest zone first, and the plan coloured by their sums."""

    lines: list[Line]
    plan: Plan
    total: int
    fullest: int

    @property
    def height(self) -> int:
        """Height of the drawing (components of incidents/_heat.html)."""
        return 24 * (len(self.lines) + 1) + 4


def heat(user: Any, site: Site, days: int, *, kind: str = "", moment: datetime | None = None) -> Heat:
    """How many cases were reported in each zone and hour of the local day within the last `days`; two queries."""
    moment = moment or now()
    first = (local(moment, site.zone_info) - timedelta(days=days - 1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    rows = Case.objects.visible_to(user).filter(site=site, reported_at__gte=first)
    rows = rows.filter(kind=kind) if kind else rows
    counted = (
        rows.annotate(hour=ExtractHour("reported_at", tzinfo=site.zone_info))
        .order_by()
        .values_list("zone_id", "hour")
        .annotate(count=Count("pk"))
    )
    table: dict[int | None, dict[int, int]] = defaultdict(dict)
    for zone_id, hour, count in counted:
        table[zone_id][hour] = count
    fullest = max((count for hours in table.values() for count in hours.values()), default=0)
    zones = list(site.zones.order_by("code"))
    shown = [zone for zone in zones if zone.is_active or zone.pk in table]
    common = {"first": first.date().isoformat(), **({"kind": kind} if kind else {})}
    lines = [_line(site, zone, table[zone.pk], fullest, common) for zone in shown]
    if None in table:
        lines.append(_line(site, None, table[None], fullest, common))
    lines.sort(key=lambda line: (-line.total, line.zone is None))
    return Heat(lines, _heat_plan(site, lines), sum(line.total for line in lines), fullest)


def list_url(site: Site, zone_id: int | None, **parameters: str) -> str:
    """The list of the cases behind a figure."""
    where = {"nowhere": "yes"} if zone_id is None else {"zone": str(zone_id)}
    return f"{reverse('incidents:cases')}?{urlencode({'site': site.pk, **where, **parameters})}"


def _line(site: Site, zone: Zone | None, hours: dict[int, int], fullest: int, common: dict[str, str]) -> Line:
    key = zone.pk if zone is not None else None
    cells = [
        Cell(
            hour,
            count := hours.get(hour, 0),
            math.ceil(5 * count / fullest) if fullest else 0,
            list_url(site, key, **common, hour=str(hour)),
        )
        for hour in range(24)
    ]
    return Line(zone, cells, sum(hours.values()), list_url(site, key, **common))


def _heat_plan(site: Site, lines: list[Line]) -> Plan:
    most = max((line.total for line in lines if line.zone is not None), default=0)
    areas = [
        Area(line.zone.polygon, f"{line.zone.code} · {line.total}", _tone(line.total, most), line.url)
        for line in lines
        if line.zone is not None and line.zone.polygon
    ]
    return _plan(site, _("Cases by zone on the plan"), [], areas)


def _tone(count: int, most: int) -> str:
    return next(tone for share, tone in _TONES if count >= share * most) if count else ""


def _point(case: Case, centre: tuple[float, float], number: int, moment: datetime) -> Point:
    turn, ring = number * 2.399963, _APART * math.sqrt(number)  # as seeds lie in a sunflower
    is_late = case.due_at is not None and case.due_at < moment
    return Point(
        x=min(max(centre[0] + ring * math.cos(turn), 0.01), 0.99),
        y=min(max(centre[1] + ring * math.sin(turn), 0.01), 0.99),
        tone="danger" if is_late else case.priority_tone,
        label=f"{case.number} {case.title}" + (f" · {_('overdue')}" if is_late else ""),
        url=reverse("incidents:case", args=[case.pk]),
    )


def _zones(site: Site) -> list[Zone]:
    return [zone for zone in site.zones.filter(is_active=True) if zone.polygon]


def _plan(site: Site, title: str, points: list[Point], areas: list[Area]) -> Plan:
    return Plan(
        title=title,
        image=reverse("organization:site_plan_image", args=[site.pk]) if site.plan else "",
        real_width=float(site.plan_width_m or 200),
        real_height=float(site.plan_height_m or 120),
        points_source=points,
        areas_source=areas,
    )
