"""A new case at the desk in under twenty seconds, and what resembles it while it is typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import navigation, policies
from core.clock import now
from core.ids import uuid7
from core.pages import FormPage
from incidents.forms import IntakeForm
from incidents.models import Case, CaseTemplate
from incidents.proposing import as_json
from incidents.selectors.prepared import measures_of, templates_for
from incidents.selectors.resembling import Typed, resembling
from incidents.services import handling, opening
from organization.access import sites_of
from organization.middleware import person_of
from organization.models import Site
from organization.site_times import site_instant


def site_of(request: HttpRequest) -> Site:
    """The site a new case is for: the chosen one, else the person's first. Raises Http404, PermissionDenied."""
    policies.require(request.user, "add", Case)
    site = any_site_of(request)
    policies.require(request.user, "add", Case, parent=site)
    return site


def any_site_of(request: HttpRequest) -> Site:
    """The chosen site, else the person's first. Raises Http404."""
    chosen = navigation.current_site(request)
    first = chosen or next(iter(sites_of(request.user)), None)
    return policies.get_visible_or_404(request.user, Site, pk=first.pk if first else 0)


class CaseAdd(FormPage):
    """A new case: kind by a key, what, where; the rest is proposed or folded away."""

    form_class = IntakeForm
    template_name = "incidents/intake.html"
    heading = gettext_lazy("New case")

    def setup_page(self) -> None:
        """People of the site."""
        self.site = site_of(self.request)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Zones, templates and cases of the site."""
        return {**super().get_form_kwargs(), "site": self.site, "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Templates and proposals for the page."""
        templates = templates_for(self.request.user, self.site)
        return {
            **super().get_context_data(**kwargs),
            "site": self.site,
            "templates": templates,
            "filled": [one.filled for one in templates],
            "proposals": as_json(),
        }

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("incidents:cases")

    def save(self, form: Any) -> str:
        """Open it; or add it to the case that it is."""
        data = form.cleaned_data
        if data["same_as"] is not None:
            return self._add_to(data["same_as"], data)
        category, subcategory = data["what"]
        opened = opening.open_from_desk(
            user=person_of(self.request),
            operation_id=uuid7(),
            site=self.site,
            kind=data["kind"],
            title=data["title"],
            description=data["description"],
            source=data["source"],
            category=category,
            subcategory=subcategory,
            reporter_name=data["reporter_name"],
            reporter_phone=data["reporter_phone"],
            priority=data["priority"],
            zone=data["zone"],
            place=data["place"],
            occurred_at=site_instant(data["occurred_at"], self.site) or now(),
            due_at=site_instant(data["due_at"], self.site),
            uploads=data["photos"],
        )
        self._follow(opened.case, data)
        return reverse("incidents:case", args=[opened.case.pk])

    def _add_to(self, case: Case, data: dict[str, Any]) -> str:
        lines = [data["title"], data["place"], data["description"]]
        reporter = " ".join(filter(None, (data["reporter_name"], data["reporter_phone"])))
        handling.add_note(
            user=person_of(self.request),
            case_id=case.pk,
            text="\n".join(line for line in (*lines, reporter) if line),
            uploads=data["photos"],
        )
        return reverse("incidents:case", args=[case.pk])

    def _follow(self, case: Case, data: dict[str, Any]) -> None:
        """What was done first, and the case before it."""
        user = person_of(self.request)
        template: CaseTemplate | None = data["template"]
        if template is not None and (measures := measures_of(template)):
            done = set(data["measures_done"])
            lines = [f"{'☑' if str(n) in done else '☐'} {text}" for n, text in enumerate(measures)]
            handling.add_note(user=user, case_id=case.pk, text="\n".join(lines))
        earlier = data["happened_before"]
        if earlier is not None and policies.allowed(user, "change", case):
            handling.link_recurrence(user=user, case_id=case.pk, version=case.version, earlier_id=earlier.pk)


@require_safe
def cases_like(request: HttpRequest) -> HttpResponse:
    """The part of the intake page that shows what resembles the typed words."""
    site = site_of(request)
    given = request.GET
    zone, before = given.get("zone", ""), given.get("happened_before", "")
    typed = Typed(
        title=given.get("title", "")[:200],
        place=given.get("place", "")[:200],
        kind=given.get("kind", "")[:16],
        category=given.get("what", "").partition("/")[2].partition(".")[0][:20],
        zone_id=int(zone) if zone.isascii() and zone.isdigit() and len(zone) < 19 else None,
    )
    context = {
        "found": resembling(request.user, site, typed),
        "before": before,
        "site": site,
        "may_link": policies.allowed(request.user, "change", Case(site=site)),
    }
    return render(request, "incidents/_like.html", context)
