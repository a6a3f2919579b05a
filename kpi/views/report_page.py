"""The monthly report on screen, of a site and of a company, and the buttons that have it made as a file."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.reports import Report, render_html
from kpi.models import DayFigure, Edition, MonthlyReport
from kpi.reports.company import company_report
from kpi.reports.company_content import gather_company
from kpi.reports.content import gather
from kpi.reports.monthly import report_of
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from kpi.services.all_sites import COMPARISONS, request_all_reports
from kpi.services.reporting import FORMS, Form, request_report
from organization.middleware import person_of
from organization.models import Company, Site


@require_GET
def report(request: HttpRequest, site: int, month: str) -> HttpResponse:
    """The report of a month of a site, in the reader's language unless the address names another."""
    of_site = policies.get_visible_or_404(request.user, Site.objects.select_related("company"), pk=site)
    policies.require(request.user, "view", DayFigure, parent=of_site)
    shown, edition, language = _month(month, of_site.time_zone), _edition(request), _language(request)
    with one_snapshot():
        content = gather(of_site, shown, edition, language)
        html = render_html(report_of(content, shape="page"), heading=False)
    current = Month.current(of_site)
    context = {
        "site": of_site,
        "shown": shown,
        "is_current": shown >= current,
        "edition": edition,
        "editions": _choices(request, Edition.choices, "edition", edition),
        "language": language,
        "languages": _choices(request, settings.LANGUAGES, "language", language),
        "html": html,
        "kept": _kept(of_site.company, of_site, shown, edition),
        "may_export": policies.allowed(request.user, "export", DayFigure, parent=of_site),
        "before": reverse("kpi:report", args=[of_site.pk, str(shown.previous)]),
        "after": reverse("kpi:report", args=[of_site.pk, str(shown.next)]),
    }
    return render(request, "kpi/report.html", context)


@require_GET
def company(request: HttpRequest, month: str) -> HttpResponse:
    """The report of a month of all sites of the company."""
    of_company = _company(request)
    shown, edition, language = (
        _month(month, of_company.time_zone),
        _edition(request),
        _language(request),
    )
    with one_snapshot():
        content = gather_company(of_company, shown, language, _site_page, edition)
    html = render_html(_page_of(content), heading=False)
    context = {
        "company": of_company,
        "shown": shown,
        "is_current": shown >= Month.now_in(of_company.time_zone),
        "edition": edition,
        "editions": _choices(request, Edition.choices, "edition", edition),
        "kept": _kept(of_company, None, shown, edition),
        "languages": _choices(request, settings.LANGUAGES, "language", language),
        "html": html,
        "before": reverse("kpi:company_report", args=[str(shown.previous)]),
        "after": reverse("kpi:company_report", args=[str(shown.next)]),
    }
    return render(request, "kpi/company_report.html", context)


@require_POST
@once_per_form_key
def make_report(request: HttpRequest) -> HttpResponse:
    """Have the report of a month made in a form; leads to the page of the job, or to the file of a closed month."""
    site = policies.get_visible_or_404(request.user, Site, pk=request.POST.get("site", ""))
    form = _form(request)
    month = _month(request.POST.get("month", ""), site.time_zone)
    edition = _one_of(request.POST.get("edition"), Edition.values, Edition.INTERNAL)
    language = _one_of(request.POST.get("language"), _codes(), "")
    if form == "bundle" and edition != Edition.INTERNAL:
        raise Http404
    kept = _final(site, month, edition, language or site.language)
    if kept is not None and getattr(kept, form):
        return redirect("kpi:report_file", kept.pk, form)
    job = request_report(
        user=person_of(request),
        site=site,
        month=month,
        form=form,
        edition=Edition(edition),
        language=language,
    )
    return redirect(job)


@require_POST
@once_per_form_key
def make_all(request: HttpRequest) -> HttpResponse:
    """Have the reports of all sites of a month made in one file; leads to the page of the job."""
    of_company = _company(request)
    month = _month(request.POST.get("month", ""), of_company.time_zone)
    form = request.POST.get("form", "")
    if form not in COMPARISONS:
        form = _form(request)
    edition = Edition(_one_of(request.POST.get("edition"), Edition.values, Edition.INTERNAL))
    if form == "bundle" and edition != Edition.INTERNAL:
        raise Http404
    job = request_all_reports(
        user=person_of(request), company=of_company, month=month, form=form, edition=edition
    )
    return redirect(job)


def _page_of(content: Any) -> Report:
    return company_report(content, is_workbook=False)


def _site_page(site: Site, month: Month) -> str:
    return reverse("kpi:report", args=[site.pk, str(month)])


def _company(request: HttpRequest) -> Company:
    """The reader's own company. Raises Http404 for a person without one, PermissionDenied without a role in the whole company."""
    found = person_of(request).company
    if found is None:
        raise Http404
    policies.require(request.user, "view", MonthlyReport, parent=found)
    return found


def _month(text: str, zone: str) -> Month:
    """The month of an address. Raises Http404 for none, and for one that has not begun."""
    found = Month.parse(text)
    if found is None or found > Month.now_in(zone):
        raise Http404
    return found


def _form(request: HttpRequest) -> Form:
    for one in FORMS:
        if one == request.POST.get("form"):
            return one
    raise Http404


def _edition(request: HttpRequest) -> Edition:
    return Edition(_one_of(request.GET.get("edition"), Edition.values, Edition.INTERNAL))


def _language(request: HttpRequest) -> str:
    return _one_of(
        request.GET.get("language"), _codes(), translation.get_language() or settings.LANGUAGE_CODE
    )


def _codes() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _one_of(asked: str | None, known: list[str], otherwise: str) -> str:
    return asked if asked in known else otherwise


def _choices(request: HttpRequest, choices: Any, name: str, current: str) -> list[tuple[Any, str, bool]]:
    """Label, address and whether it is the shown one, the other parameters kept."""
    found = []
    for value, label in choices:
        query = request.GET.copy()
        query[name] = value
        found.append((label, f"?{query.urlencode()}", value == current))
    return found


def _final(site: Site, month: Month, edition: str, language: str) -> MonthlyReport | None:
    """The report of a closed month, whose files are served as they were made."""
    rows = MonthlyReport.objects.filter(site=site, month=month.first, is_final=True)
    return rows.filter(edition=edition, language=language).first()


def _kept(company: Company, site: Site | None, month: Month, edition: Edition) -> list[MonthlyReport]:
    """The reports of that month that were made and kept, of a site or of the whole company: of the closed month first."""
    rows = MonthlyReport.objects.filter(company=company, site=site, month=month.first, edition=edition)
    return list(rows.order_by("-is_final", "pk"))
