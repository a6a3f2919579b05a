"""Where the code of a survey leads: answer it, or say that one does not want to. Opening a page changes nothing (F48)."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.attachments import StoreUnavailable
from core.pages import STORE_UNAVAILABLE
from core.signed_links import digest
from organization.models import SiteInformation
from organization.privacy import path_of
from portal.forms import PhotoForm
from portal.limits import may_answer
from portal.views.residents.door import NoSuchLink, for_residents, refuse_guessing
from portal.views.residents.photos import NONE_KEPT, kept_photos
from surveys.forms.answering import AnswerForm
from surveys.models import (
    Channel,
    Evidence,
    Invitation,
    InvitationState,
    Question,
    Wave,
    WaveState,
)
from surveys.services.answering import (
    AnsweredAlready,
    Arrival,
    Photos,
    WaveIsShut,
    record,
    refuse,
    takes_answers,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked what: a wave, by an invitation or by its open code; `path` is the page's own address."""

    wave: Wave
    path: str
    invitation: Invitation | None = None

    @property
    def channel(self) -> Channel:
        """How an answer comes here."""
        if self.invitation is None:
            return Channel.GATE
        if self.invitation.case_id is not None:
            return Channel.SERVICE
        return Channel.LETTER if self.invitation.person_id is None else Channel.LINK

    @property
    def questions(self) -> list[Question]:
        """In order, with their sections."""
        return list(self.wave.version.questions.select_related("section").order_by("position"))


@for_residents
def survey_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page of one invitation."""
    invitation = invitation_of(request, token)
    asked = Asked(invitation.wave, reverse("portal:survey", args=[token]), invitation)
    if invitation.state == InvitationState.ANSWERED:
        return said(request, asked, "thanks" if "thanks" in request.GET else "answered")
    if (
        invitation.state == InvitationState.REFUSED
        and "again" not in request.GET
        and request.method != "POST"
    ):
        return said(request, asked, "refused")
    return answer(request, asked)


@for_residents
@require_POST
def survey_refuse(request: HttpRequest, token: str) -> HttpResponseBase:
    """They do not want to take part, and are not reminded."""
    invitation = invitation_of(request, token)
    if takes_answers(invitation.wave):
        refuse(invitation_id=invitation.pk)
    return HttpResponseRedirect(reverse("portal:survey", args=[token]))


@for_residents
def survey_gate(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page behind the open code; each form sent from it is one answer."""
    refuse_guessing(request, token)
    wave = waves().filter(gate_token_sha256=digest(token), site__is_active=True).first()
    if wave is None:
        raise NoSuchLink
    asked = Asked(wave, reverse("portal:survey_gate", args=[token]))
    if "thanks" in request.GET and request.method != "POST":
        return said(request, asked, "thanks")
    return answer(request, asked)


def invitation_of(request: HttpRequest, token: str) -> Invitation:
    """The invitation a link leads to, with its wave. Raises NoSuchLink."""
    refuse_guessing(request, token)
    rows = Invitation.objects.select_related("wave__site__company", "wave__version__questionnaire")
    invitation = rows.filter(token_sha256=digest(token), wave__site__is_active=True).first()
    if invitation is None:
        raise NoSuchLink
    return invitation


def waves() -> Any:
    """Waves with what the page names."""
    return Wave.objects.select_related("site__company", "version__questionnaire")


def answer(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """The questions; what was sent is kept once, or comes back with what is wrong."""
    if not takes_answers(asked.wave):
        waits = asked.wave.state == WaveState.DRAFT
        return said(request, asked, "early" if waits else "closed")
    if request.method != "POST":
        return show(request, asked, AnswerForm(questions=asked.questions))
    if not may_answer(request, asked.wave.pk):
        form = AnswerForm(request.POST, questions=asked.questions)
        return show(request, asked, form, status=429, slow_down=True)
    form = AnswerForm(request.POST, questions=asked.questions)
    photos = photos_form(request, asked, form)
    if request.POST.get("website"):  # the field that no person sees
        return said(request, asked, "thanks")
    if not form.is_complete() or (photos is not None and not photos.is_valid()):
        status = 200 if form.came_up and not form.errors else 422
        return show(request, asked, form, photos=photos, status=status)
    try:
        keep(request, asked, form, photos)
    except WaveIsShut:
        return said(request, asked, "closed", status=409)
    except AnsweredAlready:
        return said(request, asked, "answered", status=409)
    except ValidationError:
        return show(request, asked, form, photos=photos, status=422)
    except StoreUnavailable:
        if photos is not None:
            photos.add_error("photos", STORE_UNAVAILABLE)
        return show(request, asked, form, photos=photos, status=503)
    return HttpResponseRedirect(f"{asked.path}?thanks")


def keep(request: HttpRequest, asked: Asked, form: AnswerForm, photos: PhotoForm | None) -> None:
    """Hand the answers over."""
    given = Photos()
    if photos is not None:
        code = form.photo_questions()[0].code
        given = Photos({code: photos.cleaned_data["photos"]}, {code: photos.hashes()})
    record(
        wave_id=asked.wave.pk,
        invitation_id=asked.invitation.pk if asked.invitation is not None else None,
        given=form.answers(),
        arrival=Arrival(
            channel=asked.channel,
            evidence=Evidence.OPEN if asked.invitation is None else Evidence.PERSONAL,
            language=request.LANGUAGE_CODE,
            form_key=form.cleaned_data["key"] or uuid4(),
        ),
        photos=given,
    )


def photos_form(request: HttpRequest, asked: Asked, form: AnswerForm) -> PhotoForm | None:
    """The photos that came along; None where none are asked for."""
    if asked.wave.is_anonymous or not form.photo_questions():
        return None
    scope = f"survey {asked.wave.pk}"
    if request.method != "POST":
        return PhotoForm(scope=scope)
    return PhotoForm(request.POST, request.FILES, scope=scope)


def show(
    request: HttpRequest,
    asked: Asked,
    form: AnswerForm,
    *,
    photos: PhotoForm | None = None,
    status: int = 200,
    slow_down: bool = False,
) -> HttpResponse:
    """The questions, with what was typed."""
    photos = photos or photos_form(request, asked, form)
    context = {
        **frame(asked),
        **NONE_KEPT,
        "form": form,
        "photos": photos,
        "slow_down": slow_down,
        "may_refuse": asked.invitation is not None,
    }
    if photos is not None and photos.is_bound:
        context |= kept_photos(request, photos, asked.wave.company_id)
    response = render(request, "portal/residents/survey.html", context, status=status)
    if slow_down:
        response.headers["Retry-After"] = "600"
    return response


def said(request: HttpRequest, asked: Asked, what: str, *, status: int = 200) -> HttpResponse:
    """A page that only says how it stands: thanks, answered, refused, early, closed."""
    return render(request, "portal/residents/survey_said.html", {**frame(asked), "what": what}, status=status)


def frame(asked: Asked) -> dict[str, Any]:
    """What every page of a survey shows around it."""
    site = asked.wave.site
    return {
        "wave": asked.wave,
        "version": asked.wave.version,
        "site": site,
        "path": asked.path,
        "said_done_path": f"{asked.path}said-done/" if asked.invitation is not None else "",
        "is_anonymous": asked.wave.is_anonymous,
        "is_open_code": asked.invitation is None,
        "is_preview": False,
        "is_staff": asked.invitation is not None and asked.invitation.person_id is not None,
        "information": SiteInformation.objects.filter(site=site).first(),
        "privacy_path": path_of(site),
    }
