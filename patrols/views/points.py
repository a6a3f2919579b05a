"""Pages of checkpoints and their labels."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import navigation, policies
from core.listing import Empty, ListPage
from core.pages import FormPage
from core.plan import Plan, Point
from organization.middleware import person_of
from organization.models import Site
from patrols.filters import PointFilter
from patrols.forms import CheckpointForm, LabelSheetForm, ReasonForm
from patrols.models import Checkpoint, CheckpointLabel, PointCheck
from patrols.reports import label_sheet
from patrols.selectors import scans as scan_reads
from patrols.services import checkpoints, labels
from patrols.tables import CheckpointTable

LATEST_SCANS = 20


def site_for(request: HttpRequest, noun: Any) -> Site:
    """The site in the header, else the first, checked for adding `noun`."""
    policies.require(request.user, "add", noun)
    chosen = navigation.current_site(request)
    first = (
        chosen
        or Site.objects.visible_to(request.user).filter(is_active=True).order_by("company_id", "code").first()
    )
    site = policies.get_visible_or_404(request.user, Site, pk=first.pk if first else 0)
    policies.require(request.user, "add", noun, parent=site)
    return site


class CheckpointList(ListPage):
    """Checkpoints."""

    model = Checkpoint
    table_class = CheckpointTable
    filterset_class = PointFilter
    title = _("Checkpoints")
    icon = "geo-alt"
    site_path = "site"
    search_fields = ("code", "name", "place")
    export_name = "checkpoints"
    template_name = "patrols/checkpoint_list.html"
    empty = Empty(
        title=_("No points yet"),
        text=_("A point is a place a patrol visits. It gets a label with a QR code to print and fix there."),
        url_name="patrols:checkpoint_add",
        label=_("New point"),
    )

    def get_queryset(self) -> QuerySet[Checkpoint]:
        """With what the table shows."""
        return Checkpoint.objects.select_related("site", "zone", "checklist")


def plan_around(site: Site, points: list[Point]) -> Plan:
    """The site's plan with some points."""
    return Plan(
        title=site.name,
        image=reverse("organization:site_plan_image", args=[site.pk]) if site.plan else "",
        real_width=float(site.plan_width_m or 200),
        real_height=float(site.plan_height_m or 120),
        points_source=points,
    )


def checkpoint_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A point: where, its label, the latest scans and checks."""
    rows = Checkpoint.objects.select_related("site", "zone", "building", "checklist")
    point = policies.get_visible_or_404(request.user, rows, pk=pk)
    label = point.labels.filter(voided_at=None).first()
    may_see_label = policies.allowed(request.user, "issue_label", point)
    marks = (
        [Point(point.x, point.y, "info", str(point))] if point.x is not None and point.y is not None else []
    )
    context = {
        "point": point,
        "plan": plan_around(point.site, marks),
        "label": label,
        "address": printable(label) if label and may_see_label else "",
        "may_see_label": may_see_label,
        "voided": point.labels.exclude(voided_at=None).order_by("-serial")[:5] if may_see_label else [],
        "scans": scan_reads.scan_list(request.user)
        .filter(checkpoint=point)
        .order_by("-corrected_at")[:LATEST_SCANS],
        "checks": PointCheck.objects.filter(checkpoint=point)
        .select_related("check_made__person")
        .order_by("-check_made__made_at")[:10],
    }
    return render(request, "patrols/checkpoint_detail.html", context)


def printable(label: CheckpointLabel) -> str:
    """The address on the label; "" when it cannot be printed again because the signing key has changed."""
    try:
        return labels.label_url(label)
    except ValueError:
        return ""


class CheckpointAdd(FormPage):
    """A new point."""

    template_name = "patrols/checkpoint_form.html"
    form_class = CheckpointForm
    heading = _("New point")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.site = site_for(self.request, Checkpoint)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Zones and buildings of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan to place the point on."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        plan_image = reverse("organization:site_plan_image", args=[self.site.pk]) if self.site.plan else ""
        return {
            **context,
            "site": self.site,
            "plan_image": plan_image,
            "x": form["x"].value(),
            "y": form["y"].value(),
        }

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("patrols:checkpoints")

    def save(self, form: Any) -> str:
        """Make it; its first label is issued with it."""
        point = checkpoints.create_checkpoint(
            user=person_of(self.request), site=self.site, **form.cleaned_data
        )
        return reverse("patrols:checkpoint", args=[point.pk])


class CheckpointChange(CheckpointAdd):
    """Change a point."""

    heading = _("Change point")

    def setup_page(self) -> None:
        """Planners of the point's site."""
        self.instance = policies.get_visible_or_404(self.request.user, Checkpoint, pk=self.kwargs["pk"])
        self.site = self.instance.site
        policies.require(self.request.user, "change", self.instance)

    def get_initial(self) -> dict[str, Any]:
        """Where it is now."""
        return {"x": self.instance.x, "y": self.instance.y}

    def cancel_url(self) -> str:
        """Back to the point."""
        return reverse("patrols:checkpoint", args=[self.kwargs["pk"]])

    def save(self, form: Any) -> str:
        """Change it."""
        checkpoints.change_checkpoint(
            user=person_of(self.request), checkpoint=self.instance, **form.cleaned_data
        )
        return self.cancel_url()


class PointAct(FormPage):
    """Something done with a point, with a reason."""

    form_class = ReasonForm
    action = "retire"

    def setup_page(self) -> None:
        """Planners of the point's site."""
        self.point = policies.get_visible_or_404(self.request.user, Checkpoint, pk=self.kwargs["pk"])
        policies.require(self.request.user, self.action, self.point)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which point."""
        return {**super().get_context_data(**kwargs), "intro": str(self.point)}

    def cancel_url(self) -> str:
        """Back to the point."""
        return reverse("patrols:checkpoint", args=[self.point.pk])


class CheckpointRetire(PointAct):
    """Take a point out of use; what was scanned there stays."""

    heading = _("Take out of use")

    def save(self, form: Any) -> str:
        """Retire it."""
        checkpoints.retire_checkpoint(
            user=person_of(self.request), checkpoint=self.point, reason=form.cleaned_data["reason"]
        )
        return self.cancel_url()


class CheckpointRestore(PointAct):
    """Take a point into use again."""

    heading = _("Take into use again")

    def save(self, form: Any) -> str:
        """Restore it."""
        checkpoints.restore_checkpoint(user=person_of(self.request), checkpoint=self.point)
        return self.cancel_url()


class LabelReissue(PointAct):
    """A new label; the old one is void from now on."""

    heading = _("New label")
    action = "issue_label"

    def save(self, form: Any) -> str:
        """Issue it."""
        labels.issue_label(
            user=person_of(self.request), checkpoint=self.point, reason=form.cleaned_data["reason"]
        )
        return self.cancel_url()


class LabelSheet(FormPage):
    """Print labels."""

    template_name = "patrols/label_sheet.html"
    form_class = LabelSheetForm
    heading = _("Print labels")
    submit_label = _("Make the PDF")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.site = site_for(self.request, Checkpoint)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Points of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("patrols:checkpoints")

    def form_valid(self, form: Any) -> HttpResponse:
        """The PDF itself."""
        chosen = list(form.cleaned_data["checkpoints"].select_related("site", "zone"))
        content = label_sheet(chosen, form.cleaned_data["layout"], user=person_of(self.request))
        response = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="labels-{self.site.code}.pdf"'
        return response


def one_label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label of one point, to print."""
    point = policies.get_visible_or_404(
        request.user, Checkpoint.objects.select_related("site", "zone"), pk=pk
    )
    policies.require(request.user, "issue_label", point)
    if not CheckpointLabel.objects.filter(checkpoint=point, voided_at=None).exists():
        return redirect("patrols:label_reissue", pk=pk)
    response = HttpResponse(
        label_sheet([point], "2x4", user=person_of(request)), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="label-{point.pk}.pdf"'
    return response
