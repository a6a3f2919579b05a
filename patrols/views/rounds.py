"""Pages of rounds and scans."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import policies
from core.listing import Empty, ListPage
from core.pages import FormPage
from core.plan import Point
from organization.middleware import person_of
from patrols.filters import RoundFilter, ScanFilter
from patrols.forms import OverruleForm, ReasonForm
from patrols.models import Round, Scan
from patrols.selectors import rounds as round_reads
from patrols.selectors import scans as scan_reads
from patrols.services import planning, reviewing
from patrols.tables import RoundTable, ScanTable
from patrols.views.points import plan_around


class RoundList(ListPage):
    """Rounds."""

    model = Round
    table_class = RoundTable
    filterset_class = RoundFilter
    title = _("Rounds")
    icon = "signpost-split"
    site_path = "site"
    search_fields = ("plan__name", "person__name")
    export_name = "rounds"
    empty = Empty(
        title=_("No rounds yet"),
        text=_("Rounds are made from patrol plans, 48 hours ahead."),
        url_name="patrols:plans",
        label=_("Patrol plans"),
    )

    def get_queryset(self) -> QuerySet[Round]:
        """With what the table shows."""
        return Round.objects.select_related("site", "plan", "post", "person")


def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: its points on the plan, every scan with its verdict and the reasons, checks and cases."""
    detail = round_reads.round_detail(request.user, pk)
    return render(request, "patrols/round_detail.html", {"detail": detail, "plan": plan_of_round(detail)})


def round_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The inside of the round page, fetched again when a scan arrives."""
    detail = round_reads.round_detail(request.user, pk)
    return render(request, "patrols/_round.html", {"detail": detail, "plan": plan_of_round(detail)})


def plan_of_round(detail: Any) -> Any:
    """The points of a round on the site's plan, in the tone of their state."""
    marks = [
        Point(line.checkpoint.x, line.checkpoint.y, line.tone, f"{line.position}. {line.checkpoint}")
        for line in detail.points
        if line.checkpoint.x is not None and line.checkpoint.y is not None
    ]
    return plan_around(detail.round.site, marks)


class RoundCancel(FormPage):
    """A round that need not be walked, with the reason."""

    form_class = ReasonForm
    heading = _("Cancel this round")
    submit_label = _("Cancel the round")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.round = policies.get_visible_or_404(
            self.request.user, Round.objects.select_related("plan", "site"), pk=self.kwargs["pk"]
        )
        policies.require(self.request.user, "cancel", self.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which round."""
        return {**super().get_context_data(**kwargs), "intro": self.round.plan.name}

    def cancel_url(self) -> str:
        """Back to the round."""
        return reverse("patrols:round", args=[self.round.pk])

    def save(self, form: Any) -> str:
        """Cancel it."""
        planning.cancel_round(
            user=person_of(self.request), round_=self.round, reason=form.cleaned_data["reason"]
        )
        return self.cancel_url()


class ScanList(ListPage):
    """Scans."""

    model = Scan
    table_class = ScanTable
    filterset_class = ScanFilter
    title = _("Scans")
    icon = "qr-code-scan"
    site_path = "site"
    export_name = "scans"
    empty = Empty(title=_("No scans yet"), text=_("Scans appear here as soon as a phone sends them."))

    def get_queryset(self) -> QuerySet[Scan]:
        """With what the table shows, the verdict after review among it."""
        return scan_reads.with_standing(Scan.objects.select_related("site", "checkpoint", "person"))


class ScanOverrule(FormPage):
    """Judge a scan oneself, with a note."""

    form_class = OverruleForm
    template_name = "patrols/overrule.html"
    heading = _("Overrule the verdict")
    submit_label = _("Overrule")

    def setup_page(self) -> None:
        """Who may overrule at the scan's site."""
        scans = scan_reads.scan_list(self.request.user)
        found = scans.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        self.scan: Scan = found
        policies.require(self.request.user, "overrule", self.scan)

    def get_initial(self) -> dict[str, Any]:
        """As judged now."""
        return {"verdict": self.scan.verdict, "counts": True}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the scan and why it was judged so."""
        line = scan_reads.scan_line(self.scan)
        return {**super().get_context_data(**kwargs), "scan": self.scan, "line": line}

    def cancel_url(self) -> str:
        """Back to the round, or the list."""
        return (
            reverse("patrols:round", args=[self.scan.round_id])
            if self.scan.round_id
            else reverse("patrols:scans")
        )

    def save(self, form: Any) -> str:
        """Overrule."""
        reviewing.overrule(user=person_of(self.request), scan_id=self.scan.pk, **form.cleaned_data)
        return self.cancel_url()
