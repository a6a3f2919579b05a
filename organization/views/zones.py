"""Pages of zones: the zone table 区域划分表, one zone, its outline and review (R023, R028, R029)."""

import json
from io import BytesIO
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import navigation, policies
from core.clock import local_today
from core.listing import Empty, ListPage
from core.pages import FormPage
from core.reports import write_pdf
from organization.forms.zones import ZoneForm
from organization.models import Site, Zone
from organization.reports import zone_table
from organization.services import sites
from organization.tables import ZoneTable
from organization.views.sites import outlines, plan_of, zone_areas


class ZoneFilter(django_filters.FilterSet):
    """Kind, and zones nobody is responsible for or whose review is overdue."""

    flag = django_filters.ChoiceFilter(
        label=_("Show"),
        empty_label=_("All zones"),
        choices=[("unowned", _("Without a person")), ("review", _("Review overdue"))],
        method="by_flag",
    )

    class Meta:
        model = Zone
        fields = ("kind",)

    def by_flag(self, queryset: QuerySet[Zone], name: str, value: str) -> QuerySet[Zone]:
        """Zones that need attention."""
        if value == "unowned":
            return queryset.filter(responsible=None, is_active=True)
        return queryset.filter(review_due_on__lt=local_today("UTC"), is_active=True)


class ZoneList(ListPage):
    """The zone table."""

    model = Zone
    table_class = ZoneTable
    filterset_class = ZoneFilter
    title = _("Zones")
    icon = "map"
    site_path = "site"
    search_fields = ("code", "name", "responsible__name", "duties")
    export_name = "zones"
    template_name = "organization/zone_list.html"
    empty = Empty(
        title=_("No zones yet"),
        text=_("Divide the site by function, floor or residents; every zone has a named person."),
        url_name="organization:zone_add_here",
        label=_("New zone"),
    )

    def get_queryset(self) -> QuerySet[Zone]:
        """With what the table shows."""
        return Zone.objects.select_related("site", "building", "responsible")


def zone_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One zone: who, where, what, when it is reviewed."""
    zone = policies.get_visible_or_404(
        request.user, Zone.objects.select_related("site", "building", "responsible"), pk=pk
    )
    review_overdue = zone.review_due_on is not None and zone.review_due_on < local_today(zone.site.zone_info)
    plan = plan_of(
        zone.site, areas_source=[area for area in zone_areas(zone.site) if area.label == zone.code]
    )
    return render(
        request,
        "organization/zone_detail.html",
        {"zone": zone, "plan": plan, "review_overdue": review_overdue},
    )


class ZoneAdd(FormPage):
    """A new zone of a site."""

    template_name = "organization/zone_form.html"
    form_class = ZoneForm
    heading = _("New zone")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.site = policies.get_visible_or_404(self.request.user, Site, pk=self.kwargs["site"])
        policies.require(self.request.user, "add", Zone, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form offers people and buildings of the site."""
        return {**super().get_form_kwargs(), "user": self.request.user, "site": self.site}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan to draw on."""
        context = super().get_context_data(**kwargs)
        zone: Zone | None = getattr(self, "instance", None)
        typed = context["form"].data.get("polygon") if context["form"].is_bound else None
        context.update(
            site=self.site,
            plan_image=reverse("organization:site_plan_image", args=[self.site.pk]) if self.site.plan else "",
            polygon=typed if typed is not None else json.dumps(zone.polygon if zone else []),
            others=outlines(self.site, without=zone.pk if zone else None),
        )
        return context

    def cancel_url(self) -> str:
        """Back to the table."""
        return reverse("organization:zones")

    def save(self, form: Any) -> str:
        """Add the zone."""
        zone = sites.add_zone(actor=self.request.user, site=self.site, **form.cleaned_data)
        return reverse("organization:zone", args=[zone.pk])


class ZoneChange(ZoneAdd):
    """Change a zone."""

    heading = _("Change zone")

    def setup_page(self) -> None:
        """Planners of the zone's site."""
        self.instance = policies.get_visible_or_404(self.request.user, Zone, pk=self.kwargs["pk"])
        self.site = self.instance.site
        policies.require(self.request.user, "change", self.instance)

    def save(self, form: Any) -> str:
        """Change the zone."""
        sites.change_zone(actor=self.request.user, zone=self.instance, **form.cleaned_data)
        return reverse("organization:zone", args=[self.instance.pk])


def zone_add_here(request: HttpRequest) -> HttpResponse:
    """A new zone on the site chosen in the header (or the only one)."""
    site = navigation.current_site(request) or Site.objects.visible_to(request.user).order_by("pk").first()
    if site is None:
        return redirect("organization:site_add")
    return redirect("organization:zone_add", site=site.pk)


@require_POST
def zone_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the zone as reviewed today."""
    zone = policies.get_visible_or_404(request.user, Zone, pk=pk)
    sites.review_zone(actor=request.user, zone=zone)
    return redirect("organization:zone", pk=pk)


def zone_table_pdf(request: HttpRequest, site: int) -> HttpResponse:
    """The zone table as a printable form in the site's language (requirements 1.7)."""
    place = policies.get_visible_or_404(request.user, Site, pk=site)
    if not place.zones.exists():
        raise Http404
    with translation.override(place.language):
        file = BytesIO()
        write_pdf(zone_table(place), file)
    response = HttpResponse(file.getvalue(), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="zones-{place.code}.pdf"'
    return response
