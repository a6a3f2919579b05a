"""Waves at the desk: the list, one wave, preparing and changing it, the estimate beside the form."""

from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from core import navigation, policies
from core.clock import local_today
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.access import sites_of
from organization.middleware import person_of
from organization.models import Site
from organization.site_times import site_instant, site_wall
from surveys.forms.waves import DESIGN, DesignForm, WaveForm
from surveys.models import Audience, Invitation, Purpose, QuestionnaireVersion, VersionState, Wave, WaveState
from surveys.policies import RUNNERS
from surveys.selectors.population import estimate
from surveys.selectors.progress import progress_of, with_answers
from surveys.selectors.result_parts import label_of
from surveys.selectors.standing import to_come_back_to
from surveys.services import inviting, waves
from surveys.services.exporting import see_address
from surveys.tables import WaveTable

#: A new wave opens at this time of a day at the site.
OPENS, CLOSES = time(9, 0), time(20, 0)


def may_run(user: Any) -> bool:
    """Those who run waves somewhere."""
    return policies.allowed(user, "add", Wave)


class WaveFilter(django_filters.FilterSet):
    """By state and audience."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=WaveState.choices)
    audience = django_filters.ChoiceFilter(label=_("Who is asked"), choices=Audience.choices)

    class Meta:
        model = Wave
        fields = ("state", "audience")


class WaveList(ListPage):
    """Waves."""

    model = Wave
    table_class = WaveTable
    filterset_class = WaveFilter
    title = _("Survey waves")
    icon = "clipboard2-data"
    site_path = "site"
    search_fields = ("title",)
    export_name = "survey-waves"
    template_name = "surveys/wave_list.html"
    empty = Empty(
        title=_("No surveys yet"),
        text=_("A wave asks a questionnaire once: of a random sample of households, or of the staff."),
        url_name="surveys:wave_add",
        label=_("New survey"),
        permission=may_run,
    )

    def may_open(self) -> bool:
        """Those who see surveys."""
        return policies.allowed(self.request.user, "view", Wave)

    def get_queryset(self) -> QuerySet[Wave]:
        """With their sites and counts."""
        return with_answers(Wave.objects.select_related("site"))

    def get_context(self) -> dict[str, Any]:
        """Whether the person may prepare any."""
        return {"may_run": may_run(self.request.user)}


def wave_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A wave: how it is drawn, how far it is, and what is to be done."""
    return _show(request, wave_of(request, pk))


@require_POST
def wave_address(request: HttpRequest, pk: int) -> HttpResponse:
    """The same with the address behind the open code; each look is recorded."""
    wave = wave_of(request, pk)
    policies.require(request.user, "collect", wave)
    return _show(request, wave, address=see_address(user=person_of(request), wave=wave))


def _show(request: HttpRequest, wave: Wave, *, address: str | None = None) -> HttpResponse:
    """The page; `address` None: it was not asked for."""
    user, strata = request.user, list(wave.strata.order_by("pk"))
    may_see = policies.allowed(user, "view", Invitation(wave=wave))
    found = estimate(wave.site, waves.design_of(wave)) if wave.state == WaveState.DRAFT else None
    context = {
        "wave": wave,
        "estimate": found,
        "strata": strata,
        "services": [(label_of(one), one) for one in strata] if wave.is_standing else [],
        "progress": progress_of([wave])[0],
        "address": address,
        "may_run": policies.allowed(user, "change", wave),
        "may_collect": policies.allowed(user, "collect", wave),
        "may_see_invitations": may_see,
        "letters_in_a_file": inviting.MOST_LETTERS,
        "unsettled": to_come_back_to(wave) if may_see and wave.is_standing else [],
    }
    return render(request, "surveys/wave_detail.html", context)


def wave_of(request: HttpRequest, pk: int) -> Wave:
    """A wave the person may see, with what its pages name. Raises Http404."""
    rows = Wave.objects.select_related(
        "site__company", "version__questionnaire", "plan", "created_by", "closed_by"
    )
    return policies.get_visible_or_404(request.user, rows, pk=pk)


class WaveEdit(FormPage):
    """A wave in preparation, new or present."""

    form_class = WaveForm
    template_name = "surveys/wave_form.html"
    heading: Any = _("New survey")

    def setup_page(self) -> None:
        """Those who run waves at the site."""
        key = self.kwargs.get("pk")
        if key is None:
            policies.require(self.request.user, "add", Wave)
            self.wave, self.site = None, site_for(self.request)
            return
        self.wave = wave_of(self.request, key)
        policies.require(self.request.user, "change", self.wave)
        self.site, self.heading = self.wave.site, str(self.wave)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Questionnaires that can be asked."""
        versions = QuestionnaireVersion.objects.filter(
            questionnaire__company=self.site.company_id,
            questionnaire__is_active=True,
            state=VersionState.PUBLISHED,
        )
        if self.wave is not None:
            versions = versions | QuestionnaireVersion.objects.filter(pk=self.wave.version_id)
        return {**super().get_form_kwargs(), "versions": versions.select_related("questionnaire")}

    def get_initial(self) -> dict[str, Any]:
        """As it is; a new one opens in a week for a fortnight, about the questionnaire chosen."""
        if self.wave is not None:
            plain = ("title", "version", *DESIGN, "is_anonymous", "remind_days")
            initial = {name: getattr(self.wave, name) for name in plain}
            initial["expected_response"] = int(self.wave.expected_response * 100)
            times = ("opens_at", "closes_at")
            return initial | {name: site_wall(getattr(self.wave, name), self.site) for name in times}
        today = local_today(self.site.time_zone)
        usual = self._usual()
        return {
            "version": usual,
            "title": {code: f"{text} {today:%Y-%m}" for code, text in usual.questionnaire.title.items()}
            if usual is not None
            else {},
            "audience": Audience.HOUSEHOLDS,
            "opens_at": datetime.combine(today + timedelta(days=7), OPENS),
            "closes_at": datetime.combine(today + timedelta(days=21), CLOSES),
        }

    def _usual(self) -> QuestionnaireVersion | None:
        """The questionnaire of satisfaction, which is asked most."""
        rows = QuestionnaireVersion.objects.filter(
            questionnaire__company=self.site.company_id,
            questionnaire__purpose=Purpose.SATISFACTION,
            questionnaire__is_active=True,
            state=VersionState.PUBLISHED,
        )
        return rows.select_related("questionnaire").order_by("questionnaire__code").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The site it is for."""
        return {**super().get_context_data(**kwargs), "site": self.site}

    def cancel_url(self) -> str:
        """Back to it, or to the list."""
        if self.wave is None:
            return reverse("surveys:waves")
        return reverse("surveys:wave", args=[self.wave.pk])

    def save(self, form: Any) -> str:
        """Keep it."""
        data = dict(form.cleaned_data)
        version = data.pop("version")
        for name in ("opens_at", "closes_at"):
            data[name] = site_instant(data[name], self.site)
        user = person_of(self.request)
        if self.wave is None:
            wave = waves.add_wave(user=user, site=self.site, version=version, values=data)
        else:
            wave = waves.change_wave(user=user, wave_id=self.wave.pk, values={**data, "version": version})
        return reverse("surveys:wave", args=[wave.pk])


@require_safe
def estimate_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the form that says what a design comes to at a site."""
    site = policies.get_visible_or_404(request.user, Site, pk=pk)
    policies.require(request.user, "add", Wave, parent=site)
    form = DesignForm(request.GET)
    found = estimate(site, form.design()) if form.is_valid() else None
    context = {"estimate": found, "site": site, "audience": request.GET.get("audience", "")}
    return render(request, "surveys/_estimate.html", context)


def site_for(request: HttpRequest) -> Site:
    """The chosen site, else the first where the person runs surveys. Raises Http404."""
    reachable = sites_of(request.user, RUNNERS)
    chosen = navigation.current_site(request)
    keys = [one.pk for one in reachable]
    first = chosen.pk if chosen is not None and chosen.pk in keys else next(iter(keys), 0)
    return policies.get_visible_or_404(request.user, Site.objects.select_related("company"), pk=first)
