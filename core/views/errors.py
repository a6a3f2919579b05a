"""Pages for what went wrong, in plain words with a way out. JSON for callers that ask for it."""

from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseServerError,
    JsonResponse,
)
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import context

#: status -> title, text
PAGES = {
    400: (
        gettext_lazy("The request could not be read"),
        gettext_lazy(
            "Something in the address or in what was sent is not as it should be. Go back and try again."
        ),
    ),
    403: (
        gettext_lazy("Your role does not allow this"),
        gettext_lazy("Ask the manager of the site if you need it. The attempt has been noted."),
    ),
    404: (
        gettext_lazy("Nothing here"),
        gettext_lazy("The page does not exist, or it is not yours to see. The link may be old or cut off."),
    ),
}

#: status -> code, the same as the API's own views give
CODES = {400: "parse_error", 403: "permission_denied", 404: "not_found", 500: "error"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler of 400."""
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler of 403. A refusal by policy may say why."""
    reason = str(exception) if exception.args else ""
    return answer(request, 403, reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler of 404: the same answer whether a thing does not exist or belongs to somebody else."""
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handler of 500: no database, no context, nothing that could fail again."""
    request_id = context.request_id.get()
    if wants_json(request):
        return problem(500, _("Something went wrong on our side"), request_id=request_id)
    page = loader.get_template("errors/500.html").render({"request_id": request_id})
    return HttpResponseServerError(page)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or sent from elsewhere. What was typed is still in the browser."""
    if wants_json(request):
        return problem(403, _("The page was open for too long"), code="csrf")
    template = loader.get_template("errors/csrf.html")
    return HttpResponseForbidden(template.render({"back": request.path}, request))


def answer(request: HttpRequest, status: int, reason: str = "") -> HttpResponse:
    """An error page in the frame of the desk, or a JSON problem."""
    title, text = PAGES[status]
    if wants_json(request):
        return problem(status, str(title), detail=reason)
    template = loader.get_template("errors/error.html")
    page = template.render(
        {"status": status, "error_title": title, "error_text": text, "reason": reason}, request
    )
    return HttpResponse(page, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Programs get JSON: everything under /api/, and who prefers it."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accept and "text/html" not in accept)


def problem(status: int, title: str, **details: Any) -> JsonResponse:
    """RFC 9457 problem details."""
    body = {"type": "about:blank", "title": title, "status": status, "code": CODES.get(status, "error")}
    body.update({key: value for key, value in details.items() if value})
    return JsonResponse(body, status=status, content_type="application/problem+json")
