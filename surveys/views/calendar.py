"""The home of surveys: what is due, what is running, what comes next; and the plans behind it (R076)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import navigation, policies
from core.clock import local_today
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.middleware import person_of
from surveys.forms.waves import DoneForm, PlanForm
from surveys.models import Occasion, OccasionState, Questionnaire, SurveyPlan, VersionState, Wave
from surveys.selectors.agenda import agenda_of
from surveys.services import calendar, usual_plans
from surveys.tables import PlanTable
from surveys.views.waves import may_run, site_for


def home(request: HttpRequest) -> HttpResponse:
    """What is due, running waves with their answers so far, the next occasions."""
    policies.require(request.user, "view", Wave)
    site = navigation.current_site(request)
    agenda = agenda_of(request.user, site_id=site.pk if site is not None else None)
    context = {"agenda": agenda, "may_run": may_run(request.user)}
    return render(request, "surveys/home.html", context)


class PlanList(ListPage):
    """Plans."""

    model = SurveyPlan
    table_class = PlanTable
    title = _("Survey plans")
    icon = "calendar3"
    site_path = "site"
    template_name = "surveys/plan_list.html"
    empty = Empty(
        title=_("Nothing is planned yet"),
        text=_(
            "Usual are: an observation each month, a questionnaire each quarter, an analysis each month, a forum each half-year."
        ),
    )

    def may_open(self) -> bool:
        """Those who see surveys."""
        return policies.allowed(self.request.user, "view", SurveyPlan)

    def get_queryset(self) -> QuerySet[SurveyPlan]:
        """With what they name."""
        return SurveyPlan.objects.select_related("site", "questionnaire")

    def get_context(self) -> dict[str, Any]:
        """Who may plan."""
        return {"may_run": may_run(self.request.user)}


class PlanEdit(FormPage):
    """One plan, new or present."""

    form_class = PlanForm
    heading: Any = _("New plan")

    def setup_page(self) -> None:
        """Those who run surveys at the site."""
        key = self.kwargs.get("pk")
        if key is None:
            policies.require(self.request.user, "add", SurveyPlan)
            site = site_for(self.request)
            self.instance = SurveyPlan(site=site, starts_on=local_today(site.time_zone))
            return
        plans = SurveyPlan.objects.select_related("site")
        self.instance = policies.get_visible_or_404(self.request.user, plans, pk=key)
        policies.require(self.request.user, "change", self.instance)
        self.heading = str(self.instance)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Questionnaires that can be asked."""
        rows = Questionnaire.objects.filter(
            company=self.instance.site.company_id, versions__state=VersionState.PUBLISHED
        )
        return {**super().get_form_kwargs(), "questionnaires": rows}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("surveys:plans")

    def save(self, form: Any) -> str:
        """Keep it."""
        values, user = form.cleaned_data, person_of(self.request)
        if "pk" not in self.kwargs:
            calendar.add_plan(user=user, site=self.instance.site, values=values)
        else:
            plan = SurveyPlan.objects.select_related("site").get(pk=self.instance.pk)
            calendar.change_plan(user=user, plan=plan, values=values)
        return self.cancel_url()


@require_POST
@once_per_form_key
def add_usual(request: HttpRequest) -> HttpResponse:
    """The usual calendar, for the chosen site."""
    policies.require(request.user, "add", SurveyPlan)
    try:
        usual_plans.add_usual(user=person_of(request), site=site_for(request))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("surveys:plans")


class OccasionDone(FormPage):
    """What came of an activity."""

    form_class = DoneForm
    submit_label = _("Done")

    def setup_page(self) -> None:
        """Those who collect at the site; done once."""
        rows = Occasion.objects.select_related("plan__site")
        self.occasion = policies.get_visible_or_404(self.request.user, rows, pk=self.kwargs["pk"])
        policies.require(self.request.user, "change", self.occasion)
        if self.occasion.state == OccasionState.DONE and self.request.method == "GET":
            raise Http404
        self.heading = str(self.occasion.plan)

    def cancel_url(self) -> str:
        """Back to the calendar."""
        return reverse("surveys:home")

    def save(self, form: Any) -> str:
        """Note it."""
        calendar.fulfil(user=person_of(self.request), occasion=self.occasion, note=form.cleaned_data["note"])
        return self.cancel_url()
