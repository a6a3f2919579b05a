"""Errors as problem+json (RFC 9457): status, a stable ``code`` for programs, words for people, field errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.attachments import StoreUnavailable

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

Text = str | Promise

TITLES: dict[int, Text] = {
    400: _("The request is not valid."),
    401: _("Please sign in."),
    403: _("You may not do this."),
    404: _("Not found."),
    405: _("This method is not offered here."),
    406: _("This format is not offered here."),
    409: _("This conflicts with what is there."),
    412: _("Somebody changed this meanwhile."),
    413: _("This is too large."),
    415: _("This kind of content is not accepted here."),
    422: _("The request does not fit what was sent before."),
    429: _("Too many requests. Try again later."),
    500: _("Something went wrong on our side."),
    503: _("The service is busy. Try again in a moment."),
}


def body(status: int, code: str, detail: Text | None = None, **extension: Any) -> dict[str, Any]:
    """The members of a problem, in the active language."""
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "code": code,
    }
    if detail:
        members["detail"] = str(detail)
    return members | extension


def problem(
    status: int,
    code: str,
    detail: Text | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    **extension: Any,
) -> HttpResponse:
    """A problem as a plain Django response; `extension` members are added to the body."""
    return JsonResponse(
        body(status, code, detail, **extension), status=status, headers=headers, content_type=MEDIA_TYPE
    )


def unavailable() -> HttpResponse:
    """503 with a Retry-After, for a database or store that does not answer."""
    return problem(503, "unavailable", headers={"Retry-After": str(RETRY_SECONDS)})


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What an exception in a DRF view answers. None lets an unforeseen one become a logged 500."""
    known = _as_api_exception(error)
    if known is None:
        return None
    set_rollback()
    response = Response(_members(known), status=known.status_code, headers=_headers(known))
    response.content_type = MEDIA_TYPE
    return response


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    """`error` in DRF's terms, or None when it is a fault of ours."""
    match error:
        case exceptions.APIException():
            return error
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied(str(error) or None)
        case ValidationError():
            return exceptions.ValidationError(_django_errors(error))
        case RequestDataTooBig():
            return TooLarge()
        case IntegrityError():
            log.info("refused by a constraint", error=str(error).splitlines()[0])
            return Conflict()
        case DataError():
            return exceptions.ValidationError({"non_field_errors": [_("A value is out of range.")]})
        case OperationalError() | InterfaceError():
            log.warning("database unavailable", error=str(error))
            return Unavailable()
        case StoreUnavailable():
            return FilesUnavailable()
        case _:
            return None


class Conflict(exceptions.APIException):
    """409: the write contradicts what is there."""

    status_code = 409
    default_detail = _("It contradicts something that is there already.")
    default_code = "conflict"


class Unprocessable(exceptions.APIException):
    """422: the same idempotency key came with another request."""

    status_code = 422
    default_detail = _("This Idempotency-Key belongs to another request.")
    default_code = "idempotency_mismatch"


class TooLarge(exceptions.APIException):
    """413: more bytes than we take."""

    status_code = 413
    default_detail = _("This is too large.")
    default_code = "too_large"


class Unavailable(exceptions.APIException):
    """503: try again in a moment."""

    status_code = 503
    default_detail = _("The service is busy. Try again in a moment.")
    default_code = "unavailable"


class FilesUnavailable(Unavailable):
    """503: files cannot be kept now; nothing of the request was."""

    default_detail = _("Files cannot be kept at the moment. Nothing has been saved; try again later.")
    default_code = "store_unavailable"


def _members(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return body(error.status_code, "invalid", errors=_field_errors(error.detail))
    detail = error.detail if isinstance(error.detail, str) else None
    code = error.get_codes()
    return body(error.status_code, code if isinstance(code, str) else "error", detail)


def _field_errors(detail: Any) -> Any:
    """Field → list of messages; errors of the whole under ``non_field_errors``."""
    return {"non_field_errors": detail} if isinstance(detail, list) else detail


def _django_errors(error: ValidationError) -> Any:
    if hasattr(error, "error_dict"):
        return {
            ("non_field_errors" if name == "__all__" else name): texts
            for name, texts in error.message_dict.items()
        }
    return {"non_field_errors": error.messages}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    wait = getattr(error, "wait", None)
    if isinstance(error, Unavailable):
        wait = RETRY_SECONDS
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
