"""Pages of routes and plans."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import navigation, policies
from core.listing import Empty, ListPage
from core.pages import FormPage
from core.recurrence import describe
from organization.middleware import person_of
from organization.models import Site
from patrols.forms import PlanForm, RouteForm
from patrols.models import Plan, Route
from patrols.services import planning, proposals
from patrols.tables import PlanTable, RouteTable
from patrols.views.points import site_for

#: Digits of the largest key.
LONGEST_NUMBER = 19


class RouteList(ListPage):
    """Routes."""

    model = Route
    table_class = RouteTable
    title = _("Routes")
    icon = "signpost-split"
    site_path = "site"
    search_fields = ("name",)
    export_name = "routes"
    template_name = "patrols/route_list.html"
    empty = Empty(
        title=_("No routes yet"),
        text=_("A route puts points in order; plans repeat it."),
        url_name="patrols:route_add",
        label=_("New route"),
    )

    def get_queryset(self) -> QuerySet[Route]:
        """With the number of points."""
        return Route.objects.select_related("site", "zone").annotate(point_count=Count("points"))


class RouteAdd(FormPage):
    """A new route."""

    template_name = "patrols/route_form.html"
    form_class = RouteForm
    heading = _("New route")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.site = site_for(self.request, Route)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Points of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The points one can choose from."""
        points = self.site.checkpoints.filter(is_active=True).select_related("zone").order_by("code")
        return {**super().get_context_data(**kwargs), "site": self.site, "available": points}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("patrols:routes")

    def save(self, form: Any) -> str:
        """Make it."""
        data = form.cleaned_data
        planning.create_route(
            user=person_of(self.request),
            site=self.site,
            name=data["name"],
            order=data["order"],
            zone=data["zone"],
            checkpoint_ids=data["points"],
        )
        return self.cancel_url()


class RouteChange(RouteAdd):
    """Change a route; rounds that have begun keep the points they began with."""

    heading = _("Route")

    def setup_page(self) -> None:
        """Planners of the route's site."""
        self.instance = policies.get_visible_or_404(self.request.user, Route, pk=self.kwargs["pk"])
        self.site = self.instance.site
        policies.require(self.request.user, "change", self.instance)

    def save(self, form: Any) -> str:
        """Change it."""
        data = form.cleaned_data
        planning.change_route(
            user=person_of(self.request),
            route=self.instance,
            name=data["name"],
            order=data["order"],
            zone=data["zone"],
            checkpoint_ids=data["points"],
        )
        return self.cancel_url()


class PlanList(ListPage):
    """Plans."""

    model = Plan
    table_class = PlanTable
    title = _("Patrol plans")
    icon = "calendar-check"
    site_path = "site"
    search_fields = ("name", "route__name")
    export_name = "patrol-plans"
    template_name = "patrols/plan_list.html"
    empty = Empty(
        title=_("No patrol plans yet"),
        text=_("A plan repeats a route in time windows; its rounds are made 48 hours ahead."),
        url_name="patrols:plan_add",
        label=_("New plan"),
    )

    def get_queryset(self) -> QuerySet[Plan]:
        """With what the table shows."""
        return Plan.objects.select_related("site", "route", "post")

    def get_context(self) -> dict[str, Any]:
        """What the site's profile suggests."""
        site: Site | None = navigation.current_site(self.request)
        if site is None or not policies.allowed(self.request.user, "add", Plan, parent=site):
            return {"proposals": [], "routes": []}
        return {
            "proposals": [(one, describe(one.rule)) for one in proposals.proposals_for(site)],
            "routes": list(site.routes.filter(is_active=True).order_by("name")),
        }


class PlanAdd(FormPage):
    """A new plan."""

    form_class = PlanForm
    template_name = "patrols/plan_form.html"
    heading = _("New plan")
    done_message = _("The plan is there; its rounds for the next 48 hours are being made.")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.site = site_for(self.request, Plan)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Routes, posts and people of the site."""
        return {**super().get_form_kwargs(), "site": self.site, "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say at which site."""
        return {**super().get_context_data(**kwargs), "site": self.site}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("patrols:plans")

    def save(self, form: Any) -> str:
        """Make it."""
        planning.create_plan(user=person_of(self.request), site=self.site, **form.cleaned_data)
        return self.cancel_url()


class PlanChange(PlanAdd):
    """Change a plan; rounds not yet begun follow it."""

    heading = _("Patrol plan")
    done_message = _("Saved. Rounds that have not begun follow the plan.")

    def setup_page(self) -> None:
        """Planners of the plan's site."""
        self.instance = policies.get_visible_or_404(self.request.user, Plan, pk=self.kwargs["pk"])
        self.site = self.instance.site
        policies.require(self.request.user, "change", self.instance)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the plan, to end it."""
        return {**super().get_context_data(**kwargs), "plan": self.instance}

    def save(self, form: Any) -> str:
        """Change it."""
        planning.change_plan(user=person_of(self.request), plan=self.instance, **form.cleaned_data)
        return self.cancel_url()


@require_POST
def plan_end(request: HttpRequest, pk: int) -> HttpResponse:
    """No more rounds of this plan."""
    plan = policies.get_visible_or_404(request.user, Plan, pk=pk)
    planning.end_plan(user=person_of(request), plan=plan)
    messages.success(request, _now("The plan has ended. Its past rounds stay."))
    return redirect("patrols:plans")


@require_POST
def proposal_adopt(request: HttpRequest, site: int, code: str) -> HttpResponse:
    """Make a plan from what the site's profile suggests."""
    place = policies.get_visible_or_404(request.user, Site, pk=site)
    policies.require(request.user, "add", Plan, parent=place)
    number = request.POST.get("route", "")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        messages.error(request, _now("Make a route first; the plan repeats it."))
        return redirect("patrols:routes")
    route = policies.get_visible_or_404(request.user, Route.objects.filter(site=place), pk=int(number))
    if code not in {one.code for one in proposals.proposals_for(place)}:
        raise Http404
    plan = planning.adopt_proposal(user=person_of(request), site=place, proposal_code=code, route=route)
    return redirect("patrols:plan", pk=plan.pk)
