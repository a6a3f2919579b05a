"""The desk's side of residents: intake points and their posters, what a resident sees of a case, the link to it."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from incidents.forms.residents import IntakePointForm, LinkForm, PosterForm
from incidents.links import point_url
from incidents.models import FollowUp, IntakePoint, Report
from incidents.papers.posters import posters
from incidents.selectors.reading import whole_cases
from incidents.selectors.resident_view import resident_view
from incidents.services import follow_ups, forgetting, intake_points
from incidents.tables import IntakePointTable
from incidents.views.acting import CaseAct
from incidents.views.intake import any_site_of
from organization.middleware import person_of
from organization.models import Site


class IntakePointList(ListPage):
    """Intake points."""

    model = IntakePoint
    table_class = IntakePointTable
    title = _("Intake points")
    icon = "qr-code"
    site_path = "site"
    search_fields = ("place",)
    template_name = "incidents/intake_point_list.html"
    empty = Empty(
        title=_("No intake points yet"),
        text=_("A printed code at a gate or lift, by which residents report without an account."),
        url_name="incidents:point_add",
        label=_("New intake point"),
        permission=lambda user: policies.allowed(user, "add", IntakePoint),
    )

    def get_queryset(self) -> QuerySet[IntakePoint]:
        """With how many reports came by each."""
        rows = IntakePoint.objects.select_related("site", "building")
        return rows.annotate(reports=Count("follow_ups"))

    def get_context(self) -> dict[str, Any]:
        """Buttons for planners."""
        return {"may_add": policies.allowed(self.request.user, "add", IntakePoint)}


def intake_point(request: HttpRequest, pk: int) -> HttpResponse:
    """An intake point: where, its link, its label."""
    point = _point(request, pk)
    context = {
        "point": point,
        "offers": [Report(code).label for code in point.offers],
        "url": point_url(point),
        "reports": point.follow_ups.count(),
        "may_change": policies.allowed(request.user, "change", point),
    }
    return render(request, "incidents/intake_point.html", context)


class IntakePointAdd(FormPage):
    """A new intake point, with its first label."""

    form_class = IntakePointForm
    heading: Any = _("New intake point")

    def setup_page(self) -> None:
        """Planners of the site."""
        policies.require(self.request.user, "add", IntakePoint)
        self.site: Site = any_site_of(self.request)
        policies.require(self.request.user, "add", IntakePoint, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Buildings and zones of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("incidents:points")

    def save(self, form: Any) -> str:
        """Make it."""
        point = intake_points.add_point(user=person_of(self.request), site=self.site, **form.cleaned_data)
        return reverse("incidents:point", args=[point.pk])


class IntakePointChange(IntakePointAdd):
    """Change an intake point."""

    def setup_page(self) -> None:
        """Planners of the site."""
        self.instance = _point(self.request, self.kwargs["pk"])
        policies.require(self.request.user, "change", self.instance)
        self.site, self.heading = self.instance.site, self.instance.place

    def cancel_url(self) -> str:
        """Back to it."""
        return reverse("incidents:point", args=[self.kwargs["pk"]])

    def save(self, form: Any) -> str:
        """Change it."""
        point = _point(self.request, self.kwargs["pk"])
        intake_points.change_point(user=person_of(self.request), point=point, **form.cleaned_data)
        return self.cancel_url()


@require_POST
@once_per_form_key
def point_label(request: HttpRequest, pk: int) -> HttpResponse:
    """A new label; the one that hangs there is void."""
    intake_points.issue_label(user=person_of(request), point=_point(request, pk))
    return redirect("incidents:point", pk)


class Posters(FormPage):
    """Print codes."""

    form_class = PosterForm
    heading = _("Print codes")
    submit_label = _("Make the PDF")
    intro = _("Hang posters where people wait: gates, lifts, notice boards. Print at 100 %.")

    def setup_page(self) -> None:
        """Planners of the site."""
        policies.require(self.request.user, "add", IntakePoint)
        self.site: Site = any_site_of(self.request)
        policies.require(self.request.user, "add", IntakePoint, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Points of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("incidents:points")

    def form_valid(self, form: Any) -> HttpResponse:
        """The PDF itself."""
        chosen = form.cleaned_data["points"].select_related("site")
        points = intake_points.printable(user=person_of(self.request), points=chosen)
        return _pdf(posters(points, form.cleaned_data["layout"]), f"codes-{self.site.code}")


def point_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The poster of one point."""
    point = _point(request, pk)
    policies.require(request.user, "change", point)
    if not point_url(point):  # the page says why, and that a new label is needed
        return redirect("incidents:point", pk)
    return _pdf(posters([point], "poster"), f"code-{point.pk}")


def case_resident(request: HttpRequest, pk: int) -> HttpResponse:
    """What the resident sees of a case."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    context = {"case": case, "site": case.site, "view": resident_view(case)}
    return render(request, "incidents/case_resident.html", context)


class CaseLink(CaseAct):
    """A link for the resident; where there is one, a new link that voids it."""

    form_class = LinkForm
    action = "message"
    heading = _("Link for the resident")
    submit_label = _("Give out the link")

    def get_initial(self) -> dict[str, Any]:
        """What is known of them."""
        found = FollowUp.objects.filter(case=self.case).first()
        if found is None:
            return {"language": self.case.site.language}
        return {"language": found.language, "email": found.email}

    def act(self, form: Any) -> None:
        """Issue it."""
        follow_ups.issue_link(
            user=person_of(self.request),
            case_id=self.case.pk,
            email=form.cleaned_data["email"],
            language=form.cleaned_data["language"],
        )


@require_POST
@once_per_form_key
def case_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase what names the resident, at once and in every version."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    forgetting.forget_resident(user=person_of(request), case=case)
    return redirect("incidents:case", pk)


def _point(request: HttpRequest, pk: int) -> IntakePoint:
    points = IntakePoint.objects.select_related("site", "building", "zone")
    return policies.get_visible_or_404(request.user, points, pk=pk)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
