"""Pages of the household register: units, the people in them, telephone numbers on demand, erasing."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import navigation, policies
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization import selectors
from organization.forms.households import HouseholdForm, ResidentForm
from organization.models import Building, Household, Resident, Site
from organization.services import households
from organization.tables import HouseholdTable


def _buildings(request: HttpRequest | None) -> QuerySet[Building]:
    """Those of the site in the header, else of all sites of the person."""
    site = navigation.current_site(request) if request is not None else None
    rows = Building.objects.visible_to(getattr(request, "user", None))
    return rows.filter(site=site.pk) if site is not None else rows


class HouseholdFilter(django_filters.FilterSet):
    """By building and by use."""

    building = django_filters.ModelChoiceFilter(label=_("Building"), queryset=_buildings)

    class Meta:
        model = Household
        fields = ("building", "kind", "is_active")


class HouseholdList(ListPage):
    """The household register."""

    model = Household
    table_class = HouseholdTable
    filterset_class = HouseholdFilter
    title = _("Household register")
    icon = "house"
    site_path = "site"
    search_fields = ("code", "note", "building__name")
    private_search = True
    export_name = "households"
    template_name = "organization/household_list.html"
    empty = Empty(
        title=_("No households yet"),
        text=_("Import the register from a spreadsheet, or add one unit after the other."),
        url_name="organization:household_add_here",
        label=_("New household"),
        permission=lambda user: policies.allowed(user, "add", Household),
    )

    def get_queryset(self) -> QuerySet[Household]:
        """With the number of people."""
        return selectors.households()

    def matches(self, word: str) -> Q:
        """By unit, note and building; by name among the residents the person may see."""
        named = Resident.objects.known().visible_to(self.request.user).filter(name__icontains=word)
        return super().matches(word) | Q(pk__in=named.values("household_id"))

    def get_context(self) -> dict[str, Any]:
        """Whether the person may add at the site in the header, or at any of theirs."""
        site = navigation.current_site(self.request)
        return {"may_add": policies.allowed(self.request.user, "add", Household, parent=site)}


def household_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit: where it is, who belongs to it. Telephone numbers are asked for by a button of their own."""
    return _show(request, _household(request, pk))


@require_POST
def household_phones(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with the telephone numbers; the look is recorded."""
    household = _household(request, pk)
    response = _show(
        request, household, residents=households.see_phones(actor=request.user, household=household)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _household(request: HttpRequest, pk: int) -> Household:
    return policies.get_visible_or_404(
        request.user, Household.objects.select_related("site", "building"), pk=pk
    )


def _show(
    request: HttpRequest, household: Household, residents: list[Resident] | None = None
) -> HttpResponse:
    """The page; `residents` are given when their telephone numbers are to be shown."""
    visible = policies.visible(request.user, household.residents.filter(erased_at=None))
    context = {
        "household": household,
        "residents": list(visible) if residents is None else residents,
        "sees_residents": policies.allowed(request.user, "view", Resident, parent=household.site),
        "sees_phones": policies.allowed(request.user, "see_phones", household),
        "shows_phones": residents is not None,
        "may_change": policies.allowed(request.user, "change", household),
        "may_erase": policies.allowed(request.user, "erase", Resident, parent=household.site),
    }
    return render(request, "organization/household_detail.html", context)


class HouseholdAdd(FormPage):
    """A new unit of a site."""

    template_name = "organization/household_form.html"
    form_class = HouseholdForm
    heading = _("New household")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.site = policies.get_visible_or_404(self.request.user, Site, pk=self.kwargs["site"])
        policies.require(self.request.user, "add", Household, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Buildings of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where it is."""
        return super().get_context_data(site=self.site, **kwargs)

    def cancel_url(self) -> str:
        """Back to the register."""
        return reverse("organization:households")

    def save(self, form: Any) -> str:
        """Add the unit."""
        household = households.add_household(actor=self.request.user, site=self.site, **form.cleaned_data)
        return reverse("organization:household", args=[household.pk])


class HouseholdChange(HouseholdAdd):
    """Change a unit."""

    heading = _("Change household")

    def setup_page(self) -> None:
        """Planners of the unit's site."""
        self.instance = policies.get_visible_or_404(
            self.request.user, Household.objects.select_related("site"), pk=self.kwargs["pk"]
        )
        self.site = self.instance.site
        policies.require(self.request.user, "change", self.instance)

    def cancel_url(self) -> str:
        """Back to the unit."""
        return reverse("organization:household", args=[self.kwargs["pk"]])

    def save(self, form: Any) -> str:
        """Change the unit."""
        households.change_household(actor=self.request.user, household=self.instance, **form.cleaned_data)
        return self.cancel_url()


def household_add_here(request: HttpRequest) -> HttpResponse:
    """A new unit at the site chosen in the header (or the first one)."""
    site = navigation.current_site(request) or Site.objects.visible_to(request.user).order_by("pk").first()
    if site is None:
        return redirect("organization:site_add")
    return redirect("organization:household_add", site=site.pk)


class ResidentAdd(FormPage):
    """Somebody of a unit."""

    template_name = "organization/household_form.html"
    form_class = ResidentForm
    heading = _("New resident")
    intro = _("Keep only what is needed, and tell people what it is kept for.")

    def setup_page(self) -> None:
        """Planners of the unit's site."""
        self.household = _household(self.request, self.kwargs["pk"])
        policies.require(self.request.user, "add", Resident, parent=self.household.site)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where it is."""
        return super().get_context_data(site=self.household.site, household=self.household, **kwargs)

    def cancel_url(self) -> str:
        """Back to the unit."""
        return reverse("organization:household", args=[self.household.pk])

    def save(self, form: Any) -> str:
        """Add the person."""
        households.add_resident(actor=self.request.user, household=self.household, **form.cleaned_data)
        return self.cancel_url()


def _resident(request: HttpRequest, pk: int) -> Resident:
    known = Resident.objects.known().select_related("household__site", "household__building")
    return policies.get_visible_or_404(request.user, known, pk=pk)


class ResidentChange(ResidentAdd):
    """Change somebody's details."""

    heading = _("Change resident")

    def setup_page(self) -> None:
        """Planners of the unit's site. The form shows a telephone number, which is recorded."""
        self.instance = _resident(self.request, self.kwargs["pk"])
        self.household = self.instance.household
        policies.require(self.request.user, "change", self.instance)
        if self.request.method == "GET":
            households.see_phones(actor=self.request.user, household=self.household)

    def save(self, form: Any) -> str:
        """Change the person."""
        households.change_resident(actor=self.request.user, resident=self.instance, **form.cleaned_data)
        return self.cancel_url()


@require_POST
def resident_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase somebody at once."""
    resident = _resident(request, pk)
    households.erase_resident(actor=request.user, resident=resident)
    messages.success(request, _("The person has been erased, from earlier versions too."))
    return redirect("organization:household", pk=resident.household_id)
