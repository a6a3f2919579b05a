"""The live page of one site: today's rounds against the clock, people on post, open cases, the plan, what just happened."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import local, now
from core.lanes import Bar, Lanes, Row
from core.plan import Area, Plan, Point
from incidents.models import Case, CaseStatus
from organization.models import Site
from patrols.models import Round, RoundStatus, Scan
from patrols.selectors import freshness
from patrols.selectors import rounds as round_reads
from patrols.selectors import scans as scan_reads
from rosters import selectors as roster_reads

SPAN_BEFORE = timedelta(hours=5)
SPAN_AFTER = timedelta(hours=5)
MOST_CASES = 8
MOST_ACTS = 12
BAR_TONES = {
    RoundStatus.SCHEDULED: "idle",
    RoundStatus.RUNNING: "info",
    RoundStatus.COMPLETED: "ok",
    RoundStatus.LATE: "warn",
    RoundStatus.PARTIAL: "warn",
    RoundStatus.MISSED: "danger",
}


@dataclass(frozen=True)
class FigureLine:
    """A figure of the strip."""

    label: str
    value: Any
    unit: str = ""
    note: str = ""
    tone: str = ""
    url: str = ""


def day_bounds(site: Site, moment: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of the site's present day, in UTC."""
    begin = local(moment, site.zone_info).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin.astimezone(moment.tzinfo), (begin + timedelta(days=1)).astimezone(moment.tzinfo)


def lanes(user: Any, site: Site, moment: datetime | None = None) -> Lanes:
    """Rounds from five hours ago to five hours ahead, one lane for each plan."""
    moment = moment or now()
    start = moment.replace(minute=0, second=0, microsecond=0) - SPAN_BEFORE
    end = start + SPAN_BEFORE + SPAN_AFTER + timedelta(hours=1)
    found = round_reads.rounds_between(user, start - timedelta(hours=12), end, site_ids=[site.pk])
    by_plan: dict[int, list[Round]] = defaultdict(list)
    for one in found.filter(closes_at__gt=start).exclude(status=RoundStatus.CANCELLED).order_by("due_start"):
        by_plan[one.plan_id].append(one)
    rows = [
        Row(
            name=several[0].plan.name,
            note=ngettext("%(count)d point", "%(count)d points", len(several[0].points))
            % {"count": len(several[0].points)},
            bars=[bar_of(one, site) for one in several],
        )
        for several in sorted(by_plan.values(), key=lambda group: group[0].plan.name)
    ]
    return Lanes(
        title=_("Rounds against the clock"),
        start=start,
        end=end,
        zone=site.zone_info,
        source=rows,
        moment=moment,
    )


def bar_of(one: Round, site: Site) -> Bar:
    """A round as a bar: its window, its state, how far it is."""
    total, seen = len(one.points), len(one.visited)
    missed = one.status == RoundStatus.MISSED
    opened = one.status != RoundStatus.SCHEDULED
    story = _("%(plan)s, %(start)s–%(end)s: %(status)s, %(seen)d of %(total)d points") % {
        "plan": one.plan.name,
        "start": f"{local(one.due_start, site.zone_info):%H:%M}",
        "end": f"{local(one.due_end, site.zone_info):%H:%M}",
        "status": one.get_status_display(),
        "seen": seen,
        "total": total,
    }
    return Bar(
        start=one.due_start,
        end=one.due_end,
        tone=BAR_TONES[RoundStatus(one.status)],
        label=_("missed") if missed else f"{seen}/{total}" if opened else "",
        title=story,
        url=reverse("patrols:round", args=[one.pk]),
        done=100 * seen / total if total and one.status == RoundStatus.RUNNING else None,
    )


def figures(user: Any, site: Site, moment: datetime | None = None) -> list[FigureLine]:
    """Today's figures: rounds, points, cases, people on post. They come from rounds, not from the roll-up."""
    moment = moment or now()
    start, end = day_bounds(site, moment)
    today = list(
        round_reads.rounds_between(user, start, end, site_ids=[site.pk]).exclude(status=RoundStatus.CANCELLED)
    )
    judged = [one for one in today if one.status not in (RoundStatus.SCHEDULED, RoundStatus.RUNNING)]
    done = sum(one.status in (RoundStatus.COMPLETED, RoundStatus.LATE) for one in today)
    missed = sum(one.status == RoundStatus.MISSED for one in today)
    late = sum(one.status in (RoundStatus.LATE, RoundStatus.PARTIAL) for one in today)
    due = sum(len(one.points) for one in judged)
    seen = sum(len(one.visited) for one in judged)
    duties = roster_reads.on_duty(site, moment)
    cases = Case.objects.visible_to(user).filter(site=site, status=CaseStatus.OPEN)
    counted = cases.aggregate(
        open=Count("pk"),
        over=Count("pk", filter=Q(due_at__lt=moment)),
        soon=Count("pk", filter=Q(due_at__gte=moment, due_at__lt=moment + timedelta(hours=1))),
    )
    today_url = f"{reverse('patrols:rounds')}?site={site.pk}&day={local(moment, site.zone_info):%Y-%m-%d}"
    return [
        FigureLine(
            _("Rounds today"),
            done,
            _("of %(count)d") % {"count": len(today)},
            _("%(missed)d missed · %(late)d late or partial") % {"missed": missed, "late": late},
            "danger" if missed else "warn" if late else "",
            today_url,
        ),
        FigureLine(
            _("Points visited"),
            f"{100 * seen / due:.1f}" if due else None,
            "%",
            _("target ≥ 98 %% · %(seen)d of %(due)d") % {"seen": seen, "due": due}
            if due
            else _("no round is judged yet today"),
            "warn" if due and seen / due < 0.98 else "",
            today_url,
        ),
        FigureLine(
            _("Open cases"),
            counted["open"],
            "",
            _("%(over)d overdue · %(soon)d due soon") % {"over": counted["over"], "soon": counted["soon"]},
            "danger" if counted["over"] else "",
            f"{reverse('incidents:cases')}?site={site.pk}&status=open",
        ),
        presence_figure(duties),
    ]


def presence_figure(duties: Iterable[roster_reads.Duty]) -> FigureLine:
    """Posts that are staffed, and the first that is not."""
    known = list(duties)
    empty = [duty for duty in known if duty.missing]
    note = (
        _("%(post)s is not staffed") % {"post": empty[0].post.name} if empty else _("every post is staffed")
    )
    return FigureLine(
        _("On post"),
        len(known) - len(empty) if known else None,
        _("of %(count)d posts") % {"count": len(known)} if known else "",
        note if known else _("no roster for this hour"),
        "danger" if empty else "",
        reverse("rosters:week"),
    )


def plan(site: Site) -> Plan:
    """The plan with every point coloured by how long ago it was seen."""
    points = [
        Point(
            x=line.checkpoint.x,
            y=line.checkpoint.y,
            tone=line.tone,
            label=f"{line.checkpoint.code} {line.checkpoint.name} · {seen_text(line.hours)}",
            url=reverse("patrols:checkpoint", args=[line.checkpoint.pk]),
        )
        for line in freshness.point_freshness(site)
        if line.checkpoint.x is not None and line.checkpoint.y is not None
    ]
    areas = [
        Area(zone.polygon, zone.code, "", reverse("organization:zone", args=[zone.pk]))
        for zone in site.zones.filter(is_active=True)
        if zone.polygon
    ]
    return Plan(
        title=_("Plan of %(site)s") % {"site": site.name},
        image=reverse("organization:site_plan_image", args=[site.pk]) if site.plan else "",
        real_width=float(site.plan_width_m or 200),
        real_height=float(site.plan_height_m or 120),
        points_source=points,
        areas_source=areas,
    )


def seen_text(hours: float | None) -> str:
    """How long ago a point was seen."""
    if hours is None:
        return _("never seen")
    if hours < 1:
        return _("seen within the hour")
    return ngettext("seen %(count)d hour ago", "seen %(count)d hours ago", int(hours)) % {"count": int(hours)}


def open_cases(user: Any, site: Site) -> list[Case]:
    """The open cases with the least time left."""
    cases = Case.objects.visible_to(user).filter(site=site, status=CaseStatus.OPEN)
    return list(cases.select_related("site", "assigned_to", "zone").order_by("due_at", "pk")[:MOST_CASES])


@dataclass(frozen=True)
class Act:
    """Something that just happened."""

    at: datetime
    who: str
    text: str
    badge: str
    tone: str
    url: str


def recent(user: Any, site: Site) -> list[Act]:
    """The latest scans and cases, newest first."""
    acts = [act_of_scan(scan) for scan in scan_reads.recent_scans(user, [site.pk], limit=MOST_ACTS)]
    cases = (
        Case.objects.visible_to(user)
        .filter(site=site)
        .select_related("reported_by")
        .order_by("-reported_at", "-pk")
    )
    acts += [
        Act(case.reported_at, case.reporter, f"{case.number} {case.title}", str(case.get_kind_display()), case.status_tone,
            reverse("incidents:case", args=[case.pk]))
        for case in cases[:MOST_ACTS]
    ]  # fmt: skip
    return sorted(acts, key=lambda act: act.at, reverse=True)[:MOST_ACTS]


def act_of_scan(scan: Scan) -> Act:
    """A scan as a line of the feed."""
    point = f"{scan.checkpoint.code} {scan.checkpoint.name}" if scan.checkpoint else _("an unknown label")
    url = reverse("patrols:round", args=[scan.round_id]) if scan.round_id else reverse("patrols:scans")
    return Act(scan.corrected_at, scan.person.name, point, str(scan.get_verdict_display()), scan.tone, url)
