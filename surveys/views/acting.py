"""What is done to a wave: drawn, opened, closed, cancelled; its open code; an invitation that came back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.middleware import person_of
from surveys.filters import InvitationFilter
from surveys.forms.waves import CancelForm
from surveys.models import Audience, Invitation, Wave
from surveys.services import inviting, waves
from surveys.tables import InvitationTable
from surveys.views.waves import wave_of


def act_on(request: HttpRequest, pk: int, act: Callable[..., Wave], action: str, done: str) -> HttpResponse:
    """Do it and say so, or say what stands in the way; back to the wave."""
    wave = wave_of(request, pk)
    policies.require(request.user, action, wave)
    try:
        act(user=person_of(request), wave_id=wave.pk)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, done)
    return redirect("surveys:wave", pk=pk)


@require_POST
@once_per_form_key
def wave_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw whom it asks."""
    is_of_staff = wave_of(request, pk).audience == Audience.STAFF
    told = _now("Drawn. Colleagues are told when it opens.") if is_of_staff else _now("Drawn. The letters can be printed now.")  # fmt: skip
    return act_on(request, pk, waves.draw, "change", told)


@require_POST
@once_per_form_key
def wave_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it be answered."""
    return act_on(request, pk, waves.open_wave, "open", _now("The survey is running."))


@require_POST
@once_per_form_key
def wave_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End it."""
    return act_on(request, pk, waves.close_wave, "close", _now("The survey is closed."))


@require_POST
@once_per_form_key
def wave_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A new open code."""
    return act_on(request, pk, waves.issue_code, "change", _now("The code is ready; print the poster."))


class WaveCancel(FormPage):
    """Give it up, and say why."""

    form_class = CancelForm
    heading = _("Cancel the survey")
    submit_label = _("Cancel the survey")

    def setup_page(self) -> None:
        """Those who run it."""
        self.wave = wave_of(self.request, self.kwargs["pk"])
        policies.require(self.request.user, "cancel", self.wave)

    def cancel_url(self) -> str:
        """Back to it."""
        return reverse("surveys:wave", args=[self.wave.pk])

    def save(self, form: Any) -> str:
        """Cancel it."""
        waves.cancel_wave(
            user=person_of(self.request), wave_id=self.wave.pk, reason=form.cleaned_data["reason"]
        )
        return self.cancel_url()


class InvitationList(ListPage):
    """The invitations of a wave: who has not answered yet."""

    model = Invitation
    table_class = InvitationTable
    filterset_class = InvitationFilter
    title = _("Invitations")
    icon = "envelope"
    search_fields = ("household__code", "person__name", "case__number")
    private_search = True
    is_savable = False
    template_name = "surveys/invitation_list.html"
    empty = Empty(title=_("Nobody was invited yet"), text=_("Draw whom the survey asks first."))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Of one wave the person sees."""
        self.wave = wave_of(request, kwargs["pk"])
        policies.require(request.user, "view", Invitation(wave=self.wave))
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Invitation]:
        """With units and parts, in the order of the units."""
        rows = self.wave.invitations.select_related("household", "person", "case", "stratum", "wave__site")
        return rows.order_by("household__code", "person__name", "-case", "pk")

    def get_context(self) -> dict[str, Any]:
        """The wave, and who may note something."""
        may = policies.allowed(self.request.user, "collect", self.wave)
        return {"wave": self.wave, "may_collect": may}


@require_POST
@once_per_form_key
def invitation_mark(request: HttpRequest, pk: int, reach: str) -> HttpResponse:
    """A letter came back, or was delivered after all."""
    if reach not in ("reachable", "unreachable"):
        raise Http404
    invitation = policies.get_visible_or_404(
        request.user, Invitation.objects.select_related("wave__site"), pk=pk
    )
    try:
        inviting.mark_unreachable(
            user=person_of(request), invitation=invitation, reachable=reach == "reachable"
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("surveys:invitations", pk=invitation.wave_id)
