"""How far posts were staffed over some days: what is behind the figure of post coverage (K37)."""

from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import policies
from core.clock import local_today
from organization.models import Site, Zone
from rosters.coverage import Gap
from rosters.models import Post, PostDemand
from rosters.selectors import filled
from rosters.views.pages import site_of

#: Most days shown at once, and most gaps listed.
LONGEST = timedelta(days=366)
GAPS = 200


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap with its post."""

    demand: PostDemand
    gap: Gap


@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Minutes due and filled of every post, and every gap, from `first` to `last`; `rooms=yes` asks for control rooms."""
    site = _site(request)
    if site is None:
        return render(request, "rosters/coverage.html", {"site": None})
    today = local_today(site.zone_info)
    last = min(_day(request, "last") or today, today)
    first = min(_day(request, "first") or last.replace(day=1), last)
    first = max(first, last - LONGEST)
    asked = request.GET.get("zone", "")
    zone = policies.get_visible_or_404(request.user, Zone, pk=asked, site=site) if asked else None
    rooms = request.GET.get("rooms") == "yes"
    lines = filled.lines(site, first, last, zone, control_rooms=rooms)
    gaps = [GapLine(line.demand, gap) for line in lines for gap in line.gaps]
    gaps.sort(key=attrgetter("gap.start"), reverse=True)
    due, there = sum(line.due for line in lines), sum(line.filled for line in lines)
    context = {
        "site": site,
        "zone": zone,
        "rooms": rooms,
        "first": first,
        "last": last,
        "lines": lines,
        "due": due,
        "filled": there,
        "share": there / due if due else None,
        "gaps": gaps[:GAPS],
        "more_gaps": max(len(gaps) - GAPS, 0),
    }
    return render(request, "rosters/coverage.html", context)


def _site(request: HttpRequest) -> Site | None:
    """The site asked for, else the chosen one; None when there is none. Raises Http404."""
    asked = request.GET.get("site", "")
    found = policies.get_visible_or_404(request.user, Site, pk=asked) if asked else site_of(request)
    policies.require(request.user, "view", Post, parent=found)
    return found


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2199 else None
