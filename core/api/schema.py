"""The OpenAPI description and the page to try it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from core.api.phone_schema import COMPONENTS, PATHS
from core.idempotency.api import HEADER, IdempotentMixin

Schema = dict[str, Any]

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Up to 128 visible ASCII characters. The same key again answers the same, without a second effect.",
)
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable, for programs"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "description": "Field → messages", "additionalProperties": True},
    },
}


class OperationSchema(AutoSchema):
    """As drf-spectacular's, with the Idempotency-Key of writes."""

    def get_override_parameters(self) -> list[Any]:
        """Parameters no serializer knows of."""
        parameters = list(super().get_override_parameters())
        if isinstance(self.view, IdempotentMixin) and self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            parameters.append(IDEMPOTENCY_KEY)
        return parameters


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped library
    """How the description names bearer tokens."""

    target_class = "core.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """OpenAPI's words for it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Integration token, made under Organization.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped library
    """How the description names the session."""

    target_class = "core.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """OpenAPI's words for it."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def describe_problems(result: Schema, **_kwargs: Any) -> Schema:
    """Every operation may answer a problem."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    problem = {
        "description": "A problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            operation.setdefault("responses", {}).setdefault("default", problem)
    return result


def describe_phone_endpoints(result: Schema, **_kwargs: Any) -> Schema:
    """The plain views of the phone's hot path."""
    result["paths"].update(PATHS)
    result.setdefault("components", {}).setdefault("schemas", {}).update(COMPONENTS)
    return result


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The page to read and try the API, with the session of the desk."""
    return render(request, "core/api/docs.html")
