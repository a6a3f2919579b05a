"""The page by which a resident follows a case: see, add, answer, rate. No log-in, nothing of anybody else."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.attachments import StoreUnavailable
from core.attachments.views import answer as photo_answer
from core.pages import STORE_UNAVAILABLE, add_errors
from incidents.models import FollowUp
from incidents.selectors.resident_card import kept_of
from incidents.selectors.resident_view import ResidentStep, ResidentView, photo_of, resident_view
from incidents.services import residents
from incidents.services.follow_ups import looked_at
from incidents.services.writing import StaleCase
from organization.models import SiteInformation
from organization.privacy import path_of
from portal.forms import RatingForm, ResidentStepForm, WordForm
from portal.limits import may_write
from portal.views.residents.door import NoSuchLink, follow_up_of, for_residents
from portal.views.residents.photos import NONE_KEPT, kept_photos
from surveys.selectors.standing import path_for_case


@for_residents
def case_page(request: HttpRequest, token: str) -> HttpResponse:
    """How it stands."""
    follow_up = follow_up_of(request, token)
    looked_at(follow_up)
    return show(request, token, follow_up)


@for_residents
@require_POST
def case_word(request: HttpRequest, token: str) -> HttpResponseBase:
    """A word or a photo more."""
    follow_up = follow_up_of(request, token)
    if not may_write(request, follow_up):
        return slow_down(
            request, token, follow_up, word=WordForm(initial=request.POST.dict(), scope=_scope(follow_up))
        )
    form = WordForm(request.POST, request.FILES, scope=_scope(follow_up))
    if form.is_trap_sprung():
        return back(token)
    if form.is_valid():
        data = form.cleaned_data
        try:
            residents.add_word(
                case_id=follow_up.pk, text=data["text"], key=data["key"], uploads=data["photos"], kept=form.hashes()
            )  # fmt: skip
            return back(token)
        except ValidationError as error:
            add_errors(form, error)
        except StoreUnavailable:
            form.add_error("photos", STORE_UNAVAILABLE)
            return show(request, token, follow_up, word=form, status=503)
    return show(request, token, follow_up, word=form, status=422)


@for_residents
@require_POST
def case_step(request: HttpRequest, token: str, step: str) -> HttpResponseBase:
    """Confirm, withdraw, "not solved", accept an answer: what the workflow leaves to the resident."""
    follow_up = follow_up_of(request, token)
    case = follow_up.case
    try:
        found = residents.resident_step(case, step)
    except LookupError:
        raise NoSuchLink from None
    given = ResidentStep(found, found.label)
    form = ResidentStepForm(request.POST, step=given, seen="")
    if not may_write(request, follow_up):
        form = ResidentStepForm(initial=request.POST.dict(), step=given, seen=residents.moment_of(case))
        return slow_down(request, token, follow_up, steps={step: form})
    if form.is_valid():
        data = form.cleaned_data
        try:
            residents.take_step(
                case_id=case.pk, step=step, seen=data["seen"], values=form.values(), key=data["key"]
            )
            return back(token)
        except StaleCase:
            return _moved_on(request, token, follow_up, step, given)
        except ValidationError as error:
            named = getattr(error, "error_dict", None)
            add_errors(form, ValidationError({"note": error.messages}) if named else error)
    return show(request, token, follow_up, steps={step: form}, status=422)


@for_residents
@require_POST
def case_rate(request: HttpRequest, token: str) -> HttpResponseBase:
    """One to five."""
    follow_up = follow_up_of(request, token)
    if not may_write(request, follow_up):
        return slow_down(request, token, follow_up, rating=RatingForm(initial=request.POST.dict()))
    form = RatingForm(request.POST)
    if form.is_valid():
        try:
            residents.rate(
                case_id=follow_up.pk, rating=form.cleaned_data["rating"], words=form.cleaned_data["words"]
            )
            return back(token)
        except ValidationError as error:
            add_errors(form, error)
    return show(request, token, follow_up, rating=form, status=422)


@for_residents
def case_photo(request: HttpRequest, token: str, identifier: UUID, size: str) -> HttpResponseBase:
    """A photo of the resident's, or one that came with an answer to them."""
    follow_up = follow_up_of(request, token)
    photo = photo_of(follow_up, identifier)
    if photo is None or not photo.blob.is_stored or size not in ("full", "thumb"):
        raise NoSuchLink
    response = photo_answer(photo, size)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def show(
    request: HttpRequest,
    token: str,
    follow_up: FollowUp,
    *,
    word: WordForm | None = None,
    steps: dict[str, ResidentStepForm] | None = None,
    rating: RatingForm | None = None,
    status: int = 200,
    message: str = "",
) -> HttpResponse:
    """The page, with the forms a person was filling in."""
    view, case = resident_view(follow_up.case), follow_up.case
    context: dict[str, Any] = {
        **NONE_KEPT,
        "view": view,
        "case": case,
        "site": case.site,
        "token": token,
        "is_new": "new" in request.GET,
        "address": request.build_absolute_uri(request.path),
        "word": word or WordForm(scope=_scope(follow_up)),
        "steps": _step_forms(view, steps or {}),
        "rating": (rating or RatingForm(initial=_rated(view))) if residents.may_rate(case) else None,
        "open": "word" if word else "rating" if rating else next(iter(steps or {}), ""),
        "message": message,
        "information": SiteInformation.objects.filter(site=case.site_id).first(),
        "privacy_path": path_of(case.site),
        "kept_data": kept_of(follow_up),
        "home": "",
        "survey_path": path_for_case(case),
    }
    if word is not None and word.is_bound:
        context |= kept_photos(request, word, case.company_id)
    return render(request, "portal/residents/case.html", context, status=status)


def slow_down(request: HttpRequest, token: str, follow_up: FollowUp, **forms: Any) -> HttpResponse:
    """Too much at once; what was typed is still there."""
    text = _("That was a lot at once. Wait ten minutes and send it again; what you typed is still here.")
    response = show(request, token, follow_up, status=429, message=text, **forms)
    response.headers["Retry-After"] = "600"
    return response


def back(token: str) -> HttpResponse:
    """To the page, read anew."""
    return HttpResponseRedirect(reverse("portal:resident_case", args=[token]))


def _moved_on(
    request: HttpRequest, token: str, follow_up: FollowUp, step: str, given: ResidentStep
) -> HttpResponse:
    """Somebody was faster: the page as it stands now, with what was typed where it can still be sent."""
    fresh = follow_up_of(request, token)
    seen = residents.moment_of(fresh.case)
    form = ResidentStepForm(initial=request.POST.dict(), step=given, seen=seen)
    form.initial["seen"] = seen
    text = _("Something has changed meanwhile. Read it first; what you typed is still here.")
    return show(request, token, fresh, steps={step: form}, status=409, message=text)


def _step_forms(
    view: ResidentView, given: dict[str, ResidentStepForm]
) -> list[tuple[ResidentStep, ResidentStepForm]]:
    seen = residents.moment_of(view.case)
    return [(one, given.get(one.step.code) or ResidentStepForm(step=one, seen=seen)) for one in view.steps]


def _rated(view: ResidentView) -> dict[str, Any]:
    return {"rating": view.rating, "words": view.rating_text}


def _scope(follow_up: FollowUp) -> str:
    return f"case {follow_up.pk}"
