"""Forms of a case on paper."""

from django.http import Http404, HttpRequest, HttpResponse

from core import audit, policies
from incidents.actions import PRINTED
from incidents.papers.forms import FORMS, fits
from incidents.papers.printing import paper_pdf
from incidents.selectors.reading import whole_cases
from organization.middleware import person_of


def case_paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """One form as PDF in the site's language; printing is an act of record."""
    case = policies.get_visible_or_404(request.user, whole_cases().select_related("site__company"), pk=pk)
    policies.require(request.user, "export", case)
    if form not in FORMS or not fits(case, form):
        raise Http404
    content = paper_pdf(case, form)
    audit.record(PRINTED, actor=person_of(request), site=case.site, target=case, details={"form": form})
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{case.number}-{form}.pdf"'
    return response
