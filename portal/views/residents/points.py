"""Where a printed code leads: what it can be, the form, and the way back to a lost link."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from core.attachments import StoreUnavailable
from core.clock import now
from core.pages import STORE_UNAVAILABLE, add_errors
from incidents.links import case_token
from incidents.models import FollowUp, IntakePoint, Report
from incidents.reports import BECOMES
from incidents.services.follow_ups import send_again
from incidents.services.residents import Sender, report
from organization.models import SiteInformation, SiteNotice
from organization.privacy import path_of, version_of
from portal.forms import FindForm, ReportForm
from portal.limits import may_find, may_report
from portal.views.residents.door import NoSuchLink, for_residents, point_of
from portal.views.residents.photos import NONE_KEPT, kept_photos

#: Notices on the first page; the others are behind a link.
NOTICES = 3


@for_residents
def point_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is it? Big buttons, the newest notices, whom to call."""
    point = point_of(request, token)
    context = {
        **site_context(point, token),
        "reports": [(Report(one), BECOMES[one].icon) for one in point.offers if one != Report.EMERGENCY],
        "offers_emergency": Report.EMERGENCY in point.offers,
        "notices": list(SiteNotice.objects.filter(site=point.site).shown_at(now())[:NOTICES]),
    }
    return render(request, "portal/residents/point.html", context)


@for_residents
def report_page(request: HttpRequest, token: str, report: str) -> HttpResponseBase:
    """The form of one kind of report. An emergency shows whom to call before anything else."""
    point = point_of(request, token)
    if report not in point.offers:
        raise NoSuchLink
    initial = {"place": point.place}
    scope = f"point {point.pk}"
    if request.method != "POST":
        form = ReportForm(initial=initial, scope=scope, report=report)
        return _form_page(request, point, token, report, form)
    if not may_report(request, point):
        form = ReportForm(initial=request.POST.dict(), scope=scope, report=report)
        return _form_page(request, point, token, report, form, status=429, slow_down=True)
    form = ReportForm(request.POST, request.FILES, scope=scope, report=report)
    if form.is_trap_sprung():
        return render(request, "portal/residents/thanks.html", site_context(point, token))
    if form.is_valid():
        try:
            return _to_case(_send(request, point, report, form))
        except ValidationError as error:
            add_errors(form, error)
        except StoreUnavailable:
            form.add_error("photos", STORE_UNAVAILABLE)
            return _form_page(request, point, token, report, form, status=503)
    return _form_page(request, point, token, report, form, status=422)


@for_residents
def find_page(request: HttpRequest) -> HttpResponse:
    """The link once more, by mail, to whoever left the address; the answer tells nothing."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and not may_find(request):
        form = FindForm(initial=request.POST.dict())
        return render(request, "portal/residents/find.html", {"form": form, "slow_down": True}, status=429)
    if request.method == "POST" and form.is_valid():
        send_again(form.cleaned_data["number"], form.cleaned_data["email"])
        return render(request, "portal/residents/find.html", {"asked": True})
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/residents/find.html", {"form": form}, status=status)


def site_context(point: IntakePoint, token: str) -> dict[str, Any]:
    """What every page of a point shows around it."""
    return {
        "point": point,
        "site": point.site,
        "token": token,
        "information": SiteInformation.objects.filter(site=point.site).first(),
        "privacy_path": path_of(point.site),
        "home": reverse("portal:point", args=[token]),
    }


def _send(request: HttpRequest, point: IntakePoint, kind: str, form: ReportForm) -> FollowUp:
    data = form.cleaned_data
    sender = Sender(
        name=data["name"],
        phone=data["phone"],
        email=data["email"],
        unit=data["unit"],
        language=request.LANGUAGE_CODE,
        is_for_child=data["child"],
    )
    return report(
        point=point,
        report=kind,
        key=data["key"],
        text=data["text"],
        place=data["place"],
        sender=sender,
        notice_version=version_of(point.site),
        uploads=data["photos"],
        kept=form.hashes(),
    ).follow_up


def _to_case(follow_up: FollowUp) -> HttpResponse:
    token = case_token(follow_up.pk, follow_up.serial)
    return HttpResponseRedirect(reverse("portal:resident_case", args=[token]) + "?new")


def _form_page(
    request: HttpRequest,
    point: IntakePoint,
    token: str,
    kind: str,
    form: ReportForm,
    *,
    status: int = 200,
    slow_down: bool = False,
) -> HttpResponse:
    context = {
        **site_context(point, token),
        **NONE_KEPT,
        "form": form,
        "report": Report(kind),
        "is_emergency": kind == Report.EMERGENCY,
        "slow_down": slow_down,
    }
    if form.is_bound:
        context |= kept_photos(request, form, point.site.company_id)
    return render(request, "portal/residents/report.html", context, status=status)
