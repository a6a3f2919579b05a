"""The department scorecard, and the weights it goes by."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.pages import FormPage
from kpi import charts
from kpi.attainment import CAP
from kpi.forms.weights import WeightsForm
from kpi.models import Scorecard
from kpi.reports.scorecard import scorecard_sheets
from kpi.selectors.periods import Month, month_to_come
from kpi.selectors.scorecard import GOAL, scores_of
from kpi.selectors.snapshots import one_snapshot
from kpi.selectors.weights import scorecards_of, weights_over
from kpi.services.scoring import set_weights, withdraw_weights
from kpi.views.choice import months_offered, overseen_site
from kpi.views.exporting import export, form_asked, month_told
from organization.access import OVERSIGHT, sites_of
from organization.middleware import person_of
from organization.models import Company, Site


@require_GET
def scorecard(request: HttpRequest) -> HttpResponseBase:
    """Weights, attainment and score of a month; its trend; the sites side by side (R102)."""
    site = overseen_site(request)
    if site is None:
        return render(request, "kpi/scorecard.html", {"site": None})
    current = Month.current(site)
    shown = min(Month.parse(request.GET.get("month", "")) or current, current)
    others = [one for one in sites_of(request.user, OVERSIGHT) if one.company_id == site.company_id]
    with one_snapshot():
        scores = scores_of(site, others, shown)
    sheets = scorecard_sheets(scores)
    if form_asked(request):
        return export(
            request,
            site,
            sheets,
            name="scorecard",
            title=_("Scorecard"),
            subtitle=month_told(site, shown, scores.closed),
        )
    person = person_of(request)
    context = {
        "site": site,
        "scores": scores,
        "score": scores.now,
        "goal": GOAL,
        "cap": CAP,
        "chart": charts.score_by_month(scores),
        "shown": shown,
        "is_current": shown == current,
        "months": months_offered(site, current, shown),
        "rows": [*scorecards_of(site), *scorecards_of(site.company)],
        "first_open": month_to_come(site).first,
        "may_set": policies.allowed(person, "add", Scorecard, parent=site),
        "may_set_company": policies.allowed(person, "add", Scorecard, parent=site.company),
        "parts": [(sheet.key, sheet.title) for sheet in sheets],
    }
    return render(request, "kpi/scorecard.html", context)


class SiteWeights(FormPage):
    """The weights of the chosen site."""

    form_class = WeightsForm
    template_name = "kpi/weights.html"
    heading: Any = gettext_lazy("Weights of the scorecard")
    done_message = gettext_lazy("The weights are set.")

    def setup_page(self) -> None:
        """Whose weights, and may they be set? Raises PermissionDenied."""
        site = overseen_site(self.request)
        if site is None:
            policies.require(self.request.user, "add", Scorecard)
        else:
            policies.require(self.request.user, "add", Scorecard, parent=self.owner_of(site))
        self.site: Any = site
        self.owner: Any = self.owner_of(site) if site is not None else None

    def owner_of(self, site: Site) -> Site | Company:
        """The site itself."""
        return site

    def get_form_kwargs(self) -> dict[str, Any]:
        """Beginning with the weights in force."""
        first = month_to_come(self.owner)
        weights = weights_over([self.site], [first])[self.site.pk][first]
        return {**super().get_form_kwargs(), "earliest": first, "weights": weights}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Says whose weights they are."""
        intro = _("Whole percent that sum to 100, for: %(owner)s.") % {"owner": self.owner}
        return {**super().get_context_data(**kwargs), "intro": intro}

    def save(self, form: WeightsForm) -> str:
        """Set them."""
        set_weights(
            user=person_of(self.request),
            owner=self.owner,
            month=form.chosen,
            weights=form.weights,
            reason=form.cleaned_data["reason"],
        )
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Back to the scorecard."""
        return f"{reverse('kpi:scorecard')}?site={self.site.pk}"


class CompanyWeights(SiteWeights):
    """The weights of every site of the company without its own."""

    heading = gettext_lazy("Weights of the scorecard, all sites")

    def owner_of(self, site: Site) -> Site | Company:
        """The company."""
        return site.company


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take weights back whose month has not begun."""
    try:
        withdraw_weights(user=person_of(request), scorecard_id=pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The weights were taken back."))
    return redirect("kpi:scorecard")
