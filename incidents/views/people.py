"""Colleagues to be named in a note."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from core import policies
from incidents.models import Case
from incidents.services.mentioning import colleagues


@require_safe
def case_people(request: HttpRequest, pk: int) -> JsonResponse:
    """Name and staff number of those who can see the case and whose name or number begins like `?q=`."""
    case = policies.get_visible_or_404(request.user, Case.objects.select_related("site"), pk=pk)
    policies.require(request.user, "note", case)
    found = colleagues(case.site, request.GET.get("q", "").replace("\x00", "")[:40])
    people = [{"name": one.name, "staff_number": one.staff_number} for one in found]
    return JsonResponse({"people": people})
