"""What a site publishes: notices, information, the privacy notice with its versions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.clock import now
from organization.models import Site, SiteInformation, SiteNotice
from organization.privacy import path_of, versions_of
from portal.views.residents.door import NoSuchLink, for_residents, point_of
from portal.views.residents.points import site_context
from portal.views.residents.surveys import invitation_of
from surveys.selectors.feedback import shown_to_residents

MOST = 50


@for_residents
def notices_page(request: HttpRequest, token: str) -> HttpResponse:
    """Every notice that holds now, the newest first."""
    point = point_of(request, token)
    notices = SiteNotice.objects.filter(site=point.site).shown_at(now())[:MOST]
    context = {**site_context(point, token), "notices": list(notices)}
    return render(request, "portal/residents/notices.html", context)


@for_residents
def information_page(request: HttpRequest, token: str) -> HttpResponse:
    """Whom to call, what things cost, how a repair goes (R072)."""
    return render(request, "portal/residents/information.html", site_context(point_of(request, token), token))


@for_residents
def said_done_page(request: HttpRequest, token: str) -> HttpResponse:
    """What residents said and what was done about it (R069)."""
    point = point_of(request, token)
    lines = shown_to_residents(point.site)[:MOST]
    context = {**site_context(point, token), "lines": list(lines)}
    return render(request, "portal/residents/said_done.html", context)


@for_residents
def survey_said_done(request: HttpRequest, token: str) -> HttpResponse:
    """The same, from the link of an invitation."""
    site = invitation_of(request, token).wave.site
    context = {
        "site": site,
        "lines": list(shown_to_residents(site)[:MOST]),
        "information": SiteInformation.objects.filter(site=site).first(),
        "privacy_path": path_of(site),
    }
    return render(request, "portal/residents/said_done.html", context)


@for_residents
def privacy_page(request: HttpRequest, company: str, site: str) -> HttpResponse:
    """What is kept of residents, for how long, and what they may ask; former versions below."""
    sites = Site.objects.select_related("company")
    found = sites.filter(company__code=company, code=site, is_active=True).first()
    if found is None:
        raise NoSuchLink
    newest, *former = versions_of(found)
    context = {"site": found, "notice": newest, "former": former}
    return render(request, "portal/residents/privacy.html", context)
