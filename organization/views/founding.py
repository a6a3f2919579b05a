"""An empty installation: found the company, then step by step to the first scan."""

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from core.pages import FormPage
from organization import setup
from organization.access import PLANNERS, sites_of
from organization.forms.company import FoundingForm
from organization.middleware import public
from organization.models import Person
from organization.services import companies


@method_decorator(public, name="dispatch")
class FoundingPage(FormPage):
    """Open only while nobody exists."""

    template_name = "organization/founding.html"
    form_class = FoundingForm
    heading = _("Set up Orderly")
    submit_label = _("Found the company")
    open_to_strangers = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Once somebody exists this page leads to the sign-in."""
        if Person.objects.exists():
            return redirect("account_login")
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The language of the browser."""
        return {"language": self.request.LANGUAGE_CODE}

    def save(self, form: Any) -> str:
        """Found the company and sign its administrator in."""
        fields = {name: value for name, value in form.cleaned_data.items() if name != "setup_code"}
        person = companies.found_company(**fields)
        login(self.request, person, backend="organization.backends.MembershipBackend")
        return reverse("organization:setup")


def setup_steps(request: HttpRequest) -> HttpResponse:
    """What is done and what comes next, for the first site (or the site chosen)."""
    sites = sites_of(request.user, PLANNERS)
    if not sites:
        if not request.user.has_perm("organization.add_site"):
            raise PermissionDenied
        return render(request, "organization/setup.html", {"site": None, "steps": []})
    chosen = request.GET.get("site", "")
    site = next((one for one in sites if str(one.pk) == chosen), sites[-1])
    return render(
        request, "organization/setup.html", {"site": site, "steps": setup.progress(site), "sites": sites}
    )
