"""Sending people from the case's page: one click for who is offered, a form for anybody else."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from incidents.forms.dispatching import ReasonForm, SendForm
from incidents.models import Case, Dispatch
from incidents.selectors.dispatching import dispatch_panel
from incidents.selectors.reading import timeline, whole_cases
from incidents.services import dispatching
from incidents.views.acting import CaseAct
from organization.middleware import person_of


def case_dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was sent and who could be, for the page that keeps itself current."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    context = {"case": case, "sending": dispatch_panel(request.user, case)}
    return render(request, "incidents/_dispatch.html", context)


def case_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened, for the page that keeps itself current."""
    case = policies.get_visible_or_404(request.user, Case.objects.select_related("site"), pk=pk)
    return render(request, "components/timeline.html", {"events": timeline(case), "site": case.site})


@require_POST
@once_per_form_key
def dispatch_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the person of the button."""
    case = policies.get_visible_or_404(request.user, Case.objects.all(), pk=pk)
    policies.require(request.user, "dispatch", case)
    form = SendForm(request.POST, site=case.site, roles=dispatching.SENDABLE)
    if form.is_valid():
        given = form.cleaned_data
        try:
            dispatching.send(
                user=person_of(request),
                case_id=case.pk,
                person=given["person"],
                is_lead=not given["helps"],
                instead_of=given["instead_of"],
                note=given["note"],
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    else:
        messages.error(request, _("This person does not work at this site."))
    return redirect("incidents:case", case.pk)


@require_POST
@once_per_form_key
def dispatch_move(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """Say how far somebody is."""
    row = _dispatch(request, pk)
    if event not in dispatching.MOVES:
        raise Http404
    try:
        dispatching.move(user=person_of(request), case_id=row.case_id, dispatch_id=row.pk, event=event)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("incidents:case", row.case_id)


def _dispatch(request: HttpRequest, pk: int) -> Dispatch:
    """A dispatch of a case the person may see. Raises Http404."""
    row = Dispatch.objects.select_related("person").filter(pk=pk).first()
    if row is None:
        raise Http404
    row.case = policies.get_visible_or_404(request.user, whole_cases(), pk=row.case_id)
    return row


class DispatchOther(CaseAct):
    """Send anybody of the site, on shift or not."""

    form_class = SendForm
    action = "dispatch"
    heading = _("Send somebody")
    submit_label = pgettext_lazy("dispatch", "Send")

    def get_initial(self) -> dict[str, Any]:
        """Who leads as the page is shown."""
        lead = self.case.dispatches.active().filter(is_lead=True).first()
        return {"instead_of": lead.pk if lead is not None else None, "helps": lead is not None}

    def get_form_kwargs(self) -> dict[str, Any]:
        """People of the site."""
        return {**super().get_form_kwargs(), "site": self.case.site, "roles": dispatching.SENDABLE}

    def act(self, form: Any) -> None:
        """Send; of somebody faster is told, and the next sending counts as having seen that."""
        given = form.cleaned_data
        try:
            dispatching.send(
                user=person_of(self.request),
                case_id=self.case.pk,
                person=given["person"],
                is_lead=not given["helps"],
                instead_of=given["instead_of"],
                note=given["note"],
            )
        except dispatching.LeadChanged as changed:
            form.data = form.data.copy()
            form.data["instead_of"] = changed.lead.pk if changed.lead is not None else ""
            raise


class DispatchRecall(CaseAct):
    """Call somebody back."""

    form_class = ReasonForm
    action = "dispatch"
    heading = submit_label = _("Call back")
    is_demanded = False

    def setup_page(self) -> None:
        """Whose dispatch."""
        self.row = _dispatch(self.request, self.kwargs["pk"])
        self.case = self.row.case
        if self.row.person_id != self.request.user.pk or self.action == "dispatch":
            policies.require(self.request.user, "dispatch", self.case)

    def get_initial(self) -> dict[str, Any]:
        """Nothing is overwritten, so no version is needed."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Declining needs a reason, calling back may have one."""
        return {**super().get_form_kwargs(), "is_demanded": self.is_demanded}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say who."""
        context = super().get_context_data(**kwargs)
        return {**context, "intro": f"{context['intro']} · {self.row.person.name}"}

    def act(self, form: Any) -> None:
        """Call back."""
        dispatching.withdraw(
            user=person_of(self.request),
            case_id=self.case.pk,
            dispatch_id=self.row.pk,
            reason=form.cleaned_data["reason"],
        )


class DispatchDecline(DispatchRecall):
    """Say that the one who was sent does not go, and why."""

    action = "note"
    heading = submit_label = pgettext_lazy("dispatch", "Decline")
    is_demanded = True

    def act(self, form: Any) -> None:
        """Decline."""
        dispatching.move(
            user=person_of(self.request),
            case_id=self.case.pk,
            dispatch_id=self.row.pk,
            event="decline",
            note=form.cleaned_data["reason"],
        )
