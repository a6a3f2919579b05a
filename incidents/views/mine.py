"""My work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import navigation
from core.clock import now
from incidents.selectors import mine
from incidents.selectors.steps import state_of


def my_work(request: HttpRequest) -> HttpResponse:
    """What is mine, what waits for my step, where I am named; least time left first."""
    site = navigation.current_site(request)
    assigned = mine.assigned(request.user)
    waiting = mine.waiting(request.user, site.pk if site is not None else None)
    context = {
        "assigned": [(case, state_of(case)) for case in assigned],
        "waiting": [(case, state_of(case)) for case in waiting],
        "mentions": mine.mentions(request.user),
        "most": mine.MOST,
        "moment": now(),
    }
    return render(request, "incidents/mine.html", context)
