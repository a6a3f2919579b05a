"""Letters and posters of a wave as PDF. Printing letters is an act of record."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import policies
from organization.middleware import person_of
from surveys.models import Audience
from surveys.papers.letters import letters, poster
from surveys.services import inviting
from surveys.services.exporting import record_poster
from surveys.services.lettering import request_letters
from surveys.views.waves import wave_of

#: Letters of more than one household.
MANY = ("all", "missing")


@require_POST
def wave_letters(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """The letters of all invited households or of those who have not answered, as a job; or the letter of one."""
    wave = wave_of(request, pk)
    policies.require(request.user, "collect", wave)
    if wave.audience != Audience.HOUSEHOLDS:
        raise Http404
    try:
        if which not in MANY:
            chosen = inviting.to_print(user=person_of(request), wave=wave, which=which, most=1)
            if chosen:
                return pdf(letters(wave, chosen), f"survey-{wave.pk}-letters.pdf")
        elif (job := request_letters(user=person_of(request), wave=wave, which=which)) is not None:
            return redirect(job)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.info(request, _("There is no letter to print."))
    return redirect("surveys:wave", pk=pk)


def wave_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The poster of the open code."""
    wave = wave_of(request, pk)
    policies.require(request.user, "collect", wave)
    if wave.gate_token_sha256 is None:
        raise Http404
    record_poster(user=person_of(request), wave=wave)
    return pdf(poster(wave), f"survey-{wave.pk}-poster.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF shown by the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
