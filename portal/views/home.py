"""Where each person starts, and the live page with its parts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import navigation, policies
from incidents.selectors.alarms import open_alarms
from organization.access import OVERSIGHT, PLANNERS, grants_of, sites_of
from organization.middleware import public
from organization.models import Person, Role, Site
from portal.selectors import live

PARTS = ("figures", "rounds", "cases", "plan", "feed", "presence")
#: Alarms are fetched when the page is there, and stand on top of it as long as somebody has to say what they were.
MOST_ALARMS = 3


@public
def home(request: HttpRequest) -> HttpResponse:
    """Strangers sign in, an empty installation is founded, guards go to the phone page, everybody else sees live."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL if Person.objects.exists() else "organization:found")
    if request.user.must_change_password:
        return redirect("organization:my_password")
    held = grants_of(request.user)
    if (
        not held.everything
        and held.roles()
        and not held.roles() & {*OVERSIGHT, Role.FACILITY_ENGINEER, Role.TRAINER}
    ):
        return redirect("phone")
    if not sites_of(request.user):
        return (
            redirect("organization:setup") if held.has(PLANNERS) else render(request, "portal/no_role.html")
        )
    return redirect("portal:live")


def site_shown(request: HttpRequest) -> Site | None:
    """The site chosen in the header, else the first."""
    chosen: Site | None = navigation.current_site(request)
    return chosen or next(iter(sites_of(request.user)), None)


def live_page(request: HttpRequest) -> HttpResponse:
    """The live page of a site."""
    site = site_shown(request)
    if site is None:
        return redirect("portal:home")
    present = live.Present(request.user, site)
    context: dict[str, Any] = {"site": site, "moment": present.moment}
    for part in PARTS:
        context.update(part_context(present, part))
    return render(request, "portal/live/page.html", context)


def live_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One part of the live page, fetched again when something changed."""
    site = policies.get_visible_or_404(request.user, Site, pk=pk)
    present = live.Present(request.user, site)
    context = {"site": site, "moment": present.moment, **part_context(present, part)}
    return render(request, f"portal/live/_{part}.html", context)


def part_context(present: live.Present, part: str) -> dict[str, Any]:
    """What a part shows. Parts of one page share what `present` has read."""
    match part:
        case "figures":
            return {"figures": live.figures(present)}
        case "rounds":
            return {"lanes": live.lanes(present)}
        case "cases":
            return {"cases": present.cases.first}
        case "plan":
            return {"plan": live.plan(present.site)}
        case "alarms":
            return {"alarms": open_alarms(present.user, present.site)[:MOST_ALARMS]}
        case "feed":
            return {"acts": live.feed(present.user, present.site)}
        case _:
            return {"duties": present.duties}
