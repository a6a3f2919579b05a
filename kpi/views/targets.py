"""The library of indicators with their targets: the default, what counts now, what is proposed (R103)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.pages import FormPage
from kpi.forms.targets import DecisionForm, TargetForm, typed
from kpi.indicators import Group, indicators
from kpi.models import DayFigure, Target
from kpi.selectors.standing import goal_shown
from kpi.selectors.targets import earliest, library
from kpi.services import targeting
from kpi.views.choice import overseen_site
from organization.models import Company, Site


def _owner(request: HttpRequest) -> Site | Company | None:
    """Whose targets: `of=company` the company's, else the chosen site's; None when there is no site yet. Raises Http404."""
    asked = request.GET.get("site", "")
    site = policies.get_visible_or_404(request.user, Site, pk=asked) if asked else overseen_site(request)
    if site is not None:
        policies.require(request.user, "view", DayFigure, parent=site)
    if request.GET.get("of") != "company" or site is None:
        return site
    return site.company


def _page(owner: Site | Company, site: Site | None = None) -> str:
    if isinstance(owner, Site):
        return f"{reverse('kpi:targets')}?site={owner.pk}"
    return f"{reverse('kpi:targets')}?of=company" + (f"&site={site.pk}" if site else "")


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """Every indicator with its default target, the one in force and those to come, of a site or the company."""
    owner = _owner(request)
    if owner is None:
        return render(request, "kpi/targets.html", {"owner": None})
    lines = [
        {
            "line": line,
            "default": goal_shown(line.indicator, line.indicator.target),
            "in_force": goal_shown(line.indicator, line.in_force),
            "coming": [
                {
                    "target": one,
                    "shown": goal_shown(line.indicator, one.value),
                    "may_decide": one.state == "proposed"
                    and one.proposed_by_id != request.user.pk
                    and policies.allowed(request.user, "decide", one),
                    "may_withdraw": policies.allowed(request.user, "decide", one)
                    or (one.state == "proposed" and one.proposed_by_id == request.user.pk),
                }
                for one in line.coming
            ],
        }
        for line in library(owner)
    ]
    groups = [(group, [one for one in lines if one["line"].indicator.group == group]) for group in Group]  # type: ignore[attr-defined]  # a LibraryLine
    context = {
        "owner": owner,
        "is_company": isinstance(owner, Company),
        "site": owner if isinstance(owner, Site) else overseen_site(request),
        "groups": [(group, several) for group, several in groups if several],
        "may_propose": policies.allowed(request.user, "add", Target, parent=owner),
        "waiting": sum(one["target"].state == "proposed" for line in lines for one in line["coming"]),  # type: ignore[attr-defined]  # rows of above
    }
    return render(request, "kpi/targets.html", context)


class TargetAdd(FormPage):
    """Propose a target."""

    form_class = TargetForm
    heading = _("Propose a target")
    intro = _("Somebody else approves it before its month begins. From then on it does not change any more.")
    submit_label = _("Propose")
    done_message = _("The target was proposed.")

    def setup_page(self) -> None:
        """Planners of the site, or company-wide roles."""
        policies.require(self.request.user, "add", Target)
        owner = _owner(self.request)
        self.owner = owner or policies.get_visible_or_404(self.request.user, Site, pk=0)
        policies.require(self.request.user, "add", Target, parent=self.owner)

    def get_form_kwargs(self) -> dict[str, Any]:
        """From the first month that has not begun."""
        return {**super().get_form_kwargs(), "first": earliest(self.owner)}

    def get_initial(self) -> dict[str, Any]:
        """The indicator that was clicked, with its default."""
        declared = indicators().get(self.request.GET.get("indicator", ""))
        if declared is None:
            return {}
        return {"indicator": declared.code, "value": typed(declared, declared.target)}

    def cancel_url(self) -> str:
        """Back to the library."""
        return _page(self.owner)

    def save(self, form: Any) -> str:
        """Propose it."""
        targeting.propose_target(
            user=self.request.user,  # type: ignore[arg-type]  # signed in
            owner=self.owner,
            indicator=form.cleaned_data["indicator"],
            value=form.kept_value,
            month=form.starts,
            reason=form.cleaned_data["reason"],
        )
        return self.cancel_url()


class TargetDecide(FormPage):
    """Approve or decline a proposed target."""

    form_class = DecisionForm
    heading = _("Decide about a target")
    submit_label = _("Decide")
    template_name = "kpi/target_decide.html"

    def setup_page(self) -> None:
        """Managers, about somebody else's."""
        rows = Target.objects.select_related("site", "company", "proposed_by")
        self.target = policies.get_visible_or_404(self.request.user, rows, pk=self.kwargs["pk"])
        policies.require(self.request.user, "decide", self.target)

    def cancel_url(self) -> str:
        """Back to the library."""
        return _page(self.target.site or self.target.company)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is to be decided."""
        one, target = indicators()[self.target.indicator], self.target
        facts = [
            (_("Indicator"), f"{one.code} {one.name}"),
            (_("Proposed"), goal_shown(one, target.value)),
            (_("Default target"), goal_shown(one, one.target)),
            (_("Basis"), one.basis),
            (_("From"), f"{target.starts:%Y-%m}"),
            (_("At"), target.site or target.company),
            (_("By"), target.proposed_by),
            (_("Reason"), target.reason),
        ]
        return super().get_context_data(facts=facts, **kwargs)

    def save(self, form: Any) -> str:
        """Decide it."""
        decide = {"approve": targeting.approve_target, "decline": targeting.decline_target}
        decide[form.cleaned_data["verdict"]](
            user=self.request.user,  # type: ignore[arg-type]  # signed in
            target_id=self.target.pk,
            decision=form.cleaned_data["decision"],
        )
        return self.cancel_url()


@require_POST
@once_per_form_key
def target_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a target back."""
    target = policies.get_visible_or_404(
        request.user, Target.objects.select_related("site", "company"), pk=pk
    )
    try:
        targeting.withdraw_target(user=request.user, target_id=target.pk)  # type: ignore[arg-type]  # signed in
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_page(target.site or target.company))
