"""Pages of telephone interviews at the desk: the next household, its numbers on demand, answers, what else came of it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.pages import FormPage
from organization.middleware import person_of
from organization.models import Resident
from surveys.entries import fields_of
from surveys.forms.entries import CallAgainForm, EntryForm
from surveys.models import Invitation, InvitationState, WaveState
from surveys.papers.questionnaires import asked_only_if
from surveys.selectors.papers import call_counts
from surveys.services import interviewing
from surveys.views.papers import collected_wave


@require_GET
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """How many are left to call."""
    wave = collected_wave(request, pk)
    context = {"wave": wave, "counts": call_counts(wave), "is_running": wave.state == WaveState.OPEN}
    return render(request, "surveys/calls.html", context)


@require_POST
@once_per_form_key
def next_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the next household by lot."""
    wave = collected_wave(request, pk)
    try:
        invitation = interviewing.next_household(user=person_of(request), wave=wave)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:calls", pk=wave.pk)
    if invitation is None:
        messages.info(request, _("Nobody is left to call now."))
        return redirect("surveys:calls", pk=wave.pk)
    return redirect("surveys:call", pk=invitation.pk)


class Call(FormPage):
    """One household at the telephone: what to say, and the answers as they come."""

    template_name = "surveys/call.html"
    form_class = EntryForm
    phones: list[Resident] | None = None

    def setup_page(self) -> None:
        """The invitation, and the right to collect answers."""
        self.invitation = _invitation(self.request, self.kwargs["pk"])
        self.wave = self.invitation.wave
        self.heading = str(self.invitation.household or self.invitation.person)
        self.submit_label = _("Keep the answers")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The questions in their order."""
        questions = list(self.wave.version.questions.order_by("position"))
        only = asked_only_if(self.wave)
        return {**super().get_form_kwargs(), "entry_fields": fields_of(questions), "only": only}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Script, numbers when asked for, and the other ways a call can end."""
        household = self.invitation.household
        return super().get_context_data(
            wave=self.wave,
            invitation=self.invitation,
            household=household,
            phones=self.phones,
            sees_phones=household is not None
            and policies.allowed(self.request.user, "see_phones", household),
            has_number=household is not None and household.residents.exclude(phone="").exists(),
            again_form=CallAgainForm(site=self.wave.site),
            is_waiting=self.invitation.state != InvitationState.ANSWERED
            and self.wave.state == WaveState.OPEN,
            **kwargs,
        )

    def cancel_url(self) -> str:
        """Back to the calls."""
        return reverse("surveys:calls", args=[self.wave.pk])

    def save(self, form: Any) -> str:
        """Keep the answers."""
        interviewing.answer_interview(
            user=person_of(self.request),
            invitation_id=self.invitation.pk,
            form_key=_form_key(self.request),
            typed=form.typed,
        )
        messages.success(self.request, _("The answers are kept."))
        return self.cancel_url()


class CallPhones(Call):
    """The same page with the telephone numbers; the look is recorded."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the numbers."""
        self.phones = interviewing.phones_of(user=person_of(request), invitation=self.invitation)
        form = EntryForm(**{**self.get_form_kwargs(), "data": None, "files": None})
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        response.headers["Cache-Control"] = "no-store"
        return response


@require_POST
@once_per_form_key
def call_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody answered, or later suits them better."""
    invitation = _invitation(request, pk)
    form = CallAgainForm(request.POST, site=invitation.wave.site)
    try:
        if not form.is_valid():
            raise ValidationError(_("Choose a time before the survey closes."))
        interviewing.call_again(
            user=person_of(request), invitation_id=invitation.pk, after=form.cleaned_data["after"]
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:call", pk=invitation.pk)
    messages.success(
        request, _("Noted: %(household)s is called again later.") % {"household": invitation.household}
    )
    return redirect("surveys:calls", pk=invitation.wave_id)


@require_POST
@once_per_form_key
def note_outcome(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    """Does not take part, or could not be reached."""
    invitation = _invitation(request, pk)
    try:
        noted = interviewing.note_outcome(user=person_of(request), invitation_id=invitation.pk, state=state)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = {"household": invitation.household, "state": noted.get_state_display()}
        messages.success(request, _("Noted: %(household)s, %(state)s.") % words)
    return redirect("surveys:calls", pk=invitation.wave_id)


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    rows = Invitation.objects.select_related(
        "wave__site__company", "wave__version", "household__site", "household__building", "person"
    )
    invitation = policies.get_visible_or_404(request.user, rows, pk=pk)
    policies.require(request.user, "collect", invitation.wave)
    if invitation.wave.is_standing:
        raise Http404
    return invitation


def _form_key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid4()
