"""The questions after a service: at which sites they are on; switching them on and off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from core import navigation, policies
from core.idempotency.forms import once_per_form_key
from core.pages import FormPage
from organization.access import sites_of
from organization.middleware import person_of
from organization.models import Site
from surveys.forms.standing import CapForm, SwitchOnForm
from surveys.models import Purpose, QuestionnaireVersion, VersionState, Wave
from surveys.policies import READERS, RUNNERS
from surveys.selectors.standing import sites_asked
from surveys.services import standing
from surveys.views.waves import wave_of


@require_safe
def after_service(request: HttpRequest) -> HttpResponse:
    """Each site of the person, or the chosen one, with what its residents are asked."""
    policies.require(request.user, "view", Wave)
    chosen = navigation.current_site(request)
    sites = [one for one in sites_of(request.user, READERS) if chosen is None or one.pk == chosen.pk]
    context = {
        "rows": sites_asked(request.user, sites),
        "run_at": {one.pk for one in sites_of(request.user, RUNNERS)},
    }
    return render(request, "surveys/after_service.html", context)


class SwitchOn(FormPage):
    """Ask after every service at a site from now on."""

    form_class = SwitchOnForm
    heading: Any = _("Ask after every service")
    intro: Any = _(
        "When the case of a resident is closed, they are asked once by mail and on the page of their report. These ratings "
        "count in no indicator of satisfaction: who reported something is no sample of the households."
    )
    submit_label = _("Switch on")

    def setup_page(self) -> None:
        """Those who run waves at the site."""
        self.site = policies.get_visible_or_404(
            self.request.user, Site.objects.select_related("company"), pk=self.kwargs["pk"]
        )
        policies.require(self.request.user, "add", Wave, parent=self.site)
        self.heading = f"{self.heading}: {self.site.name}"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Published questionnaires for after a service."""
        versions = QuestionnaireVersion.objects.filter(
            questionnaire__company=self.site.company_id,
            questionnaire__purpose=Purpose.AFTER_SERVICE,
            questionnaire__is_active=True,
            state=VersionState.PUBLISHED,
        )
        return {**super().get_form_kwargs(), "versions": versions.select_related("questionnaire")}

    def cancel_url(self) -> str:
        """Back to the sites."""
        return reverse("surveys:after_service")

    def save(self, form: Any) -> str:
        """From now on."""
        standing.switch_on(user=person_of(self.request), site=self.site, **form.cleaned_data)
        return self.cancel_url()


class CapEdit(FormPage):
    """How often a household is asked."""

    form_class = CapForm
    heading: Any = _("How often is a household asked?")

    def setup_page(self) -> None:
        """Those who run it."""
        self.wave = wave_of(self.request, self.kwargs["pk"])
        policies.require(self.request.user, "change", self.wave)

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        return {"cap_days": self.wave.cap_days}

    def cancel_url(self) -> str:
        """Back to the sites."""
        return reverse("surveys:after_service")

    def save(self, form: Any) -> str:
        """From now on."""
        standing.change_cap(user=person_of(self.request), wave_id=self.wave.pk, **form.cleaned_data)
        return self.cancel_url()


@require_POST
@once_per_form_key
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask nobody any more."""
    wave = wave_of(request, pk)
    policies.require(request.user, "close", wave)
    try:
        standing.switch_off(user=person_of(request), wave_id=wave.pk)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _now("Nobody is asked after a service any more. The results stay."))
    return redirect("surveys:after_service")
