"""Navigation, set-up steps and the way back from a case, of patrols."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Entry
from incidents import origins, whereabouts
from incidents.models import Case
from organization import setup
from organization.access import OVERSIGHT, PLANNERS, grants_of
from organization.models import Site
from patrols.models import CaseOrigin, Scan
from patrols.selectors.whereabouts import last_scans, place_of_case


def has_points(site: Site) -> bool:
    """Is there a point?"""
    return site.checkpoints.exists()


def has_plan(site: Site) -> bool:
    """Is there a plan?"""
    return site.patrol_plans.exists()


def has_scan(site: Site) -> bool:
    """Has anybody scanned here?"""
    return Scan.objects.filter(site=site).exists()


def origin_of(case: Case) -> dict[str, str] | None:
    """The round, or else the point, on which a case was found."""
    origin = CaseOrigin.objects.filter(case=case).select_related("round__plan", "checkpoint").first()
    if origin is None:
        return None
    if origin.round is not None:
        return {"text": origin.round.plan.name, "url": reverse("patrols:round", args=[origin.round.pk])}
    if origin.checkpoint is not None:
        return {
            "text": str(origin.checkpoint),
            "url": reverse("patrols:checkpoint", args=[origin.checkpoint.pk]),
        }
    return None


def plans(user: Any) -> bool:
    """Who makes points, routes and plans, or oversees them."""
    return grants_of(user).has(PLANNERS | OVERSIGHT)


origins.register(origin_of)
whereabouts.register_people(last_scans)
whereabouts.register_case(place_of_case)

navigation.register(
    Entry(
        "patrols",
        _("Patrols"),
        "patrols:rounds",
        order=20,
        icon="signpost-split",
        prefixes=("/patrols/", "/imports/patrols."),
        children=(
            Entry("rounds", _("Rounds"), "patrols:rounds", order=10, icon="signpost-split"),
            Entry("scans", _("Scans"), "patrols:scans", order=20, icon="qr-code-scan"),
            Entry(
                "checkpoints",
                _("Checkpoints"),
                "patrols:checkpoints",
                order=30,
                icon="geo-alt",
                prefixes=("/imports/patrols.checkpoints/",),
            ),
            Entry("routes", _("Routes"), "patrols:routes", order=40, icon="signpost-2", permission=plans),
            Entry(
                "plans", _("Patrol plans"), "patrols:plans", order=50, icon="calendar-check", permission=plans
            ),
        ),
    )
)

setup.register(
    setup.Step(
        "points",
        40,
        _("Points"),
        _("Place the points a patrol visits; print their labels and fix them there."),
        has_points,
        lambda site: f"{reverse('patrols:checkpoint_add')}?site={site.pk}",
        _("Add a point"),
    )
)
setup.register(
    setup.Step(
        "routes",
        60,
        _("Route"),
        _("Put points in order."),
        lambda site: site.routes.exists(),
        lambda site: f"{reverse('patrols:route_add')}?site={site.pk}",
        _("Add a route"),
    )
)
setup.register(
    setup.Step(
        "plan_of_patrols",
        70,
        _("Patrol plan"),
        _("Say when the route is walked; suggestions follow from the site's profile."),
        has_plan,
        lambda site: f"{reverse('patrols:plans')}?site={site.pk}",
        _("Add a plan"),
    )
)
setup.register(
    setup.Step(
        "first_scan",
        80,
        _("First scan"),
        _("Open the phone page as a guard and scan a printed label."),
        has_scan,
        lambda site: reverse("phone"),
        _("Open the phone page"),
    )
)
