"""Pages of sites and buildings."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import navigation, policies
from core.attachments.images import PictureRefused, reencode
from core.listing import Empty, ListPage
from core.pages import FormPage
from core.plan import Area, Plan
from organization import privacy
from organization.forms.zones import BuildingForm, PlanForm, SiteForm
from organization.models import Building, PrivacyNotice, Site, SiteInformation
from organization.services import sites
from organization.tables import SiteTable


class SiteList(ListPage):
    """All sites of the person."""

    model = Site
    table_class = SiteTable
    title = _("Sites")
    icon = "buildings"
    search_fields = ("name", "code", "address")
    export_name = "sites"
    template_name = "organization/site_list.html"
    empty = Empty(
        title=_("No site yet"),
        text=_("A site is a property you look after. Its profile decides which rules apply."),
        url_name="organization:site_add",
        label=_("New site"),
    )


def zone_areas(site: Site) -> list[Area]:
    """The outlines of a site's zones, for the plan; flagged when nobody is responsible."""
    return [
        Area(
            label=zone.code,
            polygon=zone.polygon,
            tone="" if zone.responsible_id else "warn",
            url=reverse("organization:zone", args=[zone.pk]),
        )
        for zone in site.zones.filter(is_active=True)
        if zone.polygon
    ]


def plan_of(site: Site, **parts: Any) -> Plan:
    """The site's plan, to draw."""
    return Plan(
        title=site.name,
        image=reverse("organization:site_plan_image", args=[site.pk]) if site.plan else "",
        real_width=float(site.plan_width_m or 200),
        real_height=float(site.plan_height_m or 120),
        **parts,
    )


def site_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A site: profile, plan with zones, buildings, and how many of its households are registered."""
    site = policies.get_visible_or_404(request.user, Site.objects.select_related("company"), pk=pk)
    context = {
        "site": site,
        "buildings": list(site.buildings.all()),
        "registered": site.household_register.filter(is_active=True).count(),
        "plan": plan_of(site, areas_source=zone_areas(site)),
        "privacy_path": privacy.path_of(site),
        "may_publish": policies.allowed(request.user, "add", SiteInformation, parent=site),
        "may_notify": policies.allowed(request.user, "add", PrivacyNotice, parent=site),
    }
    return render(request, "organization/site_detail.html", context)


class SiteAdd(FormPage):
    """A new site."""

    form_class = SiteForm
    heading = _("New site")
    done_message = _("The site is there. Next: its plan and zones.")

    def setup_page(self) -> None:
        """Company-wide roles only."""
        company = self.request.user.company  # type: ignore[union-attr]
        if company is None:
            raise Http404
        policies.require(self.request.user, "add", Site, parent=company)
        self.company = company

    def get_initial(self) -> dict[str, Any]:
        """The company's own time zone and language."""
        return {"time_zone": self.company.time_zone, "language": self.company.language}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("organization:sites")

    def save(self, form: Any) -> str:
        """Add the site."""
        fields = {name: form.cleaned_data[name] for name in SiteForm.Meta.fields}
        site = sites.add_site(
            actor=self.request.user, company=self.company, business_hours=form.business_hours, **fields
        )
        self.request.session[navigation.SESSION_SITE] = str(site.pk)
        return reverse("organization:site", args=[site.pk])


class SiteChange(FormPage):
    """Change a site's profile."""

    form_class = SiteForm
    heading = _("Site profile")
    done_message = _("Saved.")

    def setup_page(self) -> None:
        """Managers of the site."""
        self.instance = policies.get_visible_or_404(self.request.user, Site, pk=self.kwargs["pk"])
        policies.require(self.request.user, "change", self.instance)

    def cancel_url(self) -> str:
        """Back to the site."""
        return reverse("organization:site", args=[self.kwargs["pk"]])

    def save(self, form: Any) -> str:
        """Change the site."""
        fields = {name: form.cleaned_data[name] for name in SiteForm.Meta.fields}
        sites.change_site(
            actor=self.request.user, site=self.instance, business_hours=form.business_hours, **fields
        )
        return self.cancel_url()


class PlanChange(SiteChange):
    """Upload the plan and say how large it is."""

    form_class = PlanForm  # type: ignore[assignment]
    heading = _("Site plan")
    intro = _("The plan carries zones and points. Its real size lets walking speed be judged.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """A plain form: no instance."""
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        return kwargs

    def get_initial(self) -> dict[str, Any]:
        """The size known so far."""
        return {"plan_width_m": self.instance.plan_width_m, "plan_height_m": self.instance.plan_height_m}

    def save(self, form: Any) -> str:
        """Store the picture without metadata, and the size."""
        fields = {name: form.cleaned_data[name] for name in ("plan_width_m", "plan_height_m")}
        if form.cleaned_data.get("plan"):
            try:
                picture = reencode(form.cleaned_data["plan"].read())
            except PictureRefused as refused:
                raise ValidationError({"plan": refused.text}) from refused
            fields["plan"] = ContentFile(picture.full, name=f"plan.{picture.extension}")
        sites.change_site(actor=self.request.user, site=self.instance, **fields)
        return self.cancel_url()


def plan_image(request: HttpRequest, pk: int) -> FileResponse:
    """The plan picture, to people of the site only."""
    site = policies.get_visible_or_404(request.user, Site, pk=pk)
    if not site.plan:
        raise Http404
    response = FileResponse(
        site.plan.open("rb"),
        content_type="image/png" if str(site.plan.name).endswith("png") else "image/jpeg",
    )
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


class BuildingAdd(FormPage):
    """A new building of a site."""

    form_class = BuildingForm
    heading = _("New building")

    def setup_page(self) -> None:
        """Managers of the site."""
        self.site = policies.get_visible_or_404(self.request.user, Site, pk=self.kwargs["pk"])
        policies.require(self.request.user, "add", Building, parent=self.site)

    def cancel_url(self) -> str:
        """Back to the site."""
        return reverse("organization:site", args=[self.site.pk])

    def save(self, form: Any) -> str:
        """Add the building."""
        sites.add_building(actor=self.request.user, site=self.site, **form.cleaned_data)
        return self.cancel_url()


class BuildingChange(BuildingAdd):
    """Change a building."""

    heading = _("Building")

    def setup_page(self) -> None:
        """Managers of the site."""
        self.instance = policies.get_visible_or_404(self.request.user, Building, pk=self.kwargs["pk"])
        self.site = self.instance.site
        policies.require(self.request.user, "change", self.instance)

    def save(self, form: Any) -> str:
        """Change the building."""
        sites.change_building(actor=self.request.user, building=self.instance, **form.cleaned_data)
        return self.cancel_url()


def outlines(site: Site, *, without: int | None = None) -> str:
    """The other zones' outlines as JSON, for orientation while drawing."""
    return json.dumps(
        [zone.polygon for zone in site.zones.filter(is_active=True) if zone.polygon and zone.pk != without]
    )
