"""Rounds against the clock, one lane for each plan."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import local
from core.lanes import Bar, Lanes, Row
from organization.models import Site
from patrols.models import RoundStatus
from portal.selectors.live.present import Present, RoundNow

BAR_TONES = {
    RoundStatus.SCHEDULED: "idle",
    RoundStatus.RUNNING: "info",
    RoundStatus.COMPLETED: "ok",
    RoundStatus.LATE: "warn",
    RoundStatus.PARTIAL: "warn",
    RoundStatus.MISSED: "danger",
}


def lanes(present: Present) -> Lanes:
    """Rounds from five hours ago to five hours ahead, the lanes in the order of the plans' names."""
    by_plan: defaultdict[int, list[RoundNow]] = defaultdict(list)
    for one in present.rounds_in_lanes:
        by_plan[one.plan_id].append(one)
    rows = [
        Row(
            name=several[0].plan,
            note=ngettext("%(count)d point", "%(count)d points", several[0].points)
            % {"count": several[0].points},
            bars=[bar_of(one, present.site) for one in several],
        )
        for several in sorted(by_plan.values(), key=lambda group: group[0].plan)
    ]
    start, end = present.span
    return Lanes(
        title=_("Rounds against the clock"),
        start=start,
        end=end,
        zone=present.site.zone_info,
        source=rows,
        moment=present.moment,
    )


def bar_of(one: RoundNow, site: Site) -> Bar:
    """A round as a bar: its window, its state, how far it is."""
    status, total, seen = RoundStatus(one.status), one.points, one.visited
    missed = status == RoundStatus.MISSED
    opened = status != RoundStatus.SCHEDULED
    story = _("%(plan)s, %(start)s–%(end)s: %(status)s, %(seen)d of %(total)d points") % {
        "plan": one.plan,
        "start": f"{local(one.due_start, site.zone_info):%H:%M}",
        "end": f"{local(one.due_end, site.zone_info):%H:%M}",
        "status": status.label,
        "seen": seen,
        "total": total,
    }
    return Bar(
        start=one.due_start,
        end=one.due_end,
        tone=BAR_TONES[status],
        label=_("missed") if missed else f"{seen}/{total}" if opened else "",
        title=story,
        url=reverse("patrols:round", args=[one.pk]),
        done=100 * seen / total if total and status == RoundStatus.RUNNING else None,
    )
